package io.coalestra.spring.boot.autoconfigure;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * Takes what was stated, or else what applies below it.
 */
final class Defaulted {

	private Defaulted() {
	}

	static <T> T of(@Nullable T stated, T below) {
		return (stated != null) ? stated : below;
	}

	static Duration longer(Duration one, Duration other) {
		return (one.compareTo(other) >= 0) ? one : other;
	}

	static Duration shorter(Duration one, Duration other) {
		return (one.compareTo(other) <= 0) ? one : other;
	}

}
