package io.coalestra.batch;

import java.io.Serial;

import org.jspecify.annotations.Nullable;

/**
 * Says, inside this package, that an answer cannot be matched to its callers.
 */
final class ProtocolException extends RuntimeException {

	@Serial
	private static final long serialVersionUID = 1L;

	private final String detail;

	ProtocolException(String detail, @Nullable Throwable cause) {
		super(detail, cause);
		this.detail = detail;
	}

	String detail() {
		return this.detail;
	}

}
