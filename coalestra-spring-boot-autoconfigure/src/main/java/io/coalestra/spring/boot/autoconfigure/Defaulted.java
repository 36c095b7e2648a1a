package io.coalestra.spring.boot.autoconfigure;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * Takes what was stated, or else what applies below it.
 */
public final class Defaulted {

	private Defaulted() {
	}

	/**
	 * Returns what was stated, if it was.
	 * @param <T> the type of the values
	 * @param stated the value, or null
	 * @param below what applies where none is stated
	 * @return one of them
	 */
	public static <T> T of(@Nullable T stated, T below) {
		return (stated != null) ? stated : below;
	}

	/**
	 * Returns the longer of two.
	 * @param one one of them
	 * @param other the other one
	 * @return the longer one
	 */
	public static Duration longer(Duration one, Duration other) {
		return (one.compareTo(other) >= 0) ? one : other;
	}

	/**
	 * Returns the shorter of two.
	 * @param one one of them
	 * @param other the other one
	 * @return the shorter one
	 */
	public static Duration shorter(Duration one, Duration other) {
		return (one.compareTo(other) <= 0) ? one : other;
	}

}
