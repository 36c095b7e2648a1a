package io.coalestra.internal.chain;

import java.util.Locale;
import java.util.Optional;

import io.coalestra.failure.FailureReason;
import io.coalestra.failure.SourceFailure;
import io.coalestra.source.SourceProtocolException;

/**
 * Reads what sources throw.
 */
final class Failures {

	private Failures() {
	}

	static SourceFailure of(String source, Throwable thrown, int attempts) {
		if (thrown instanceof SourceProtocolException) {
			return new SourceFailure(source, FailureReason.PROTOCOL, FailureReason.PROTOCOL.wireName(),
					Optional.ofNullable(thrown.getMessage()).orElse(""), attempts, thrown);
		}
		return SourceFailure.of(source, thrown, attempts);
	}

	static String seconds(long nanos) {
		return String.format(Locale.ROOT, "%.3f s", nanos / 1e9);
	}

}
