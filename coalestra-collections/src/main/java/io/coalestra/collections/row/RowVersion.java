package io.coalestra.collections.row;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;

/**
 * The exact version of a row: the token by which a writer says what it has seen.
 *
 * <p>
 * A later version of a row has a higher order, also where the row was deleted and made
 * anew, unless the store's clock was set back in between. Immutable and safe for
 * concurrent use.
 *
 * @param kind what tells versions apart
 * @param order the number, or the microseconds since the epoch
 */
public record RowVersion(VersionKind kind, long order) implements Comparable<RowVersion> {

	/**
	 * Checks.
	 */
	public RowVersion {
		Objects.requireNonNull(kind, "kind");
	}

	/**
	 * Makes a version of a number.
	 * @param number the number
	 * @return the version
	 */
	public static RowVersion of(long number) {
		return new RowVersion(VersionKind.NUMBER, number);
	}

	/**
	 * Makes a version of a moment.
	 * @param moment the moment, cut to the microsecond
	 * @return the version
	 * @throws ArithmeticException if the moment is beyond what 64 bits of microseconds
	 * hold
	 */
	public static RowVersion of(Instant moment) {
		return new RowVersion(VersionKind.TIMESTAMP, micros(moment));
	}

	private static long micros(Instant moment) {
		return Math.addExact(Math.multiplyExact(moment.getEpochSecond(), 1_000_000L), moment.getNano() / 1_000);
	}

	/**
	 * Returns the version as the column holds it.
	 * @return a {@link Long} or an {@link Instant}
	 */
	public Object value() {
		return switch (this.kind) {
			case NUMBER -> this.order;
			case TIMESTAMP -> Instant.EPOCH.plus(this.order, ChronoUnit.MICROS);
		};
	}

	@Override
	public int compareTo(RowVersion other) {
		if (this.kind != other.kind) {
			throw new IllegalArgumentException("version: a " + other.kind + " (expected: a " + this.kind + ")");
		}
		return Long.compare(this.order, other.order);
	}

	@Override
	public String toString() {
		return value().toString();
	}

}
