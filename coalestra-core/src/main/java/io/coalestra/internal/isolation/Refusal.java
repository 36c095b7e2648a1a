package io.coalestra.internal.isolation;

import io.coalestra.failure.PayloadIsolationException;
import org.jspecify.annotations.Nullable;

/**
 * Why a part of a payload cannot be copied. On its way up, every container that it passes
 * puts its own step in front of the path.
 */
final class Refusal extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private static final int MAX_PATH = 120;

	private final Class<?> type;

	private final StringBuilder path = new StringBuilder();

	Refusal(Class<?> type, String why, @Nullable Throwable cause) {
		super(why, cause, false, false);
		this.type = type;
	}

	static Refusal ofType(Class<?> type, String why) {
		return new Refusal(type, why, null);
	}

	Refusal under(String step) {
		this.path.insert(0, step);
		return this;
	}

	PayloadIsolationException toException() {
		return new PayloadIsolationException(
				this.type.getTypeName() + " at payload" + shortPath() + ": " + getMessage(), this.type, getCause());
	}

	private String shortPath() {
		if (this.path.length() <= MAX_PATH) {
			return this.path.toString();
		}
		int half = MAX_PATH / 2;
		return this.path.substring(0, half) + "…" + this.path.substring(this.path.length() - half);
	}

}
