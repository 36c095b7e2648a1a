package io.coalestra.collections.option;

import java.time.Duration;
import java.util.Objects;

/**
 * What a collection keeps in the memory of its process. Immutable; each method returns
 * new options.
 *
 * @param bound how much it keeps at most
 * @param life how long a row is served after it came from a lower tier or was written:
 * more than zero. It bounds how long a node serves an old row when it has missed every
 * notice
 * @param absenceLife how long it is remembered that there is no row: zero for not at all,
 * and at most the life
 */
public record LocalOptions(Bound bound, Duration life, Duration absenceLife) {

	/** 10,000 rows, for a minute each; absence for one second. */
	public static final LocalOptions DEFAULTS = new LocalOptions(new Bound.Count(10_000), Duration.ofMinutes(1),
			Duration.ofSeconds(1));

	/**
	 * Checks.
	 * @throws IllegalArgumentException if a value is out of its bounds
	 */
	public LocalOptions {
		Objects.requireNonNull(bound, "bound");
		if (life.isNegative() || life.isZero()) {
			throw new IllegalArgumentException("life: " + life + " (expected: more than zero)");
		}
		if (absenceLife.isNegative() || absenceLife.compareTo(life) > 0) {
			throw new IllegalArgumentException(
					"absenceLife: " + absenceLife + " (expected: from zero to the life of " + life + ")");
		}
	}

	/**
	 * Keeps so many rows at most.
	 * @param rows the most rows, absences included: 1 or more
	 * @return the options
	 */
	public LocalOptions maxRows(long rows) {
		return new LocalOptions(new Bound.Count(rows), this.life, this.absenceLife);
	}

	/**
	 * Keeps rows up to a sum of weights.
	 * @param most the most that they may weigh together: 1 or more
	 * @param weigher weighs a row
	 * @return the options
	 */
	public LocalOptions maxWeight(long most, RowWeigher weigher) {
		return new LocalOptions(new Bound.Weight(most, weigher), this.life, this.absenceLife);
	}

	/**
	 * Serves rows for so long. An absence is remembered no longer than that.
	 * @param span the span: more than zero
	 * @return the options
	 */
	public LocalOptions life(Duration span) {
		return new LocalOptions(this.bound, span, (this.absenceLife.compareTo(span) > 0) ? span : this.absenceLife);
	}

	/**
	 * Remembers for so long that there is no row.
	 * @param span the span: from zero, which is not at all, to the life
	 * @return the options
	 */
	public LocalOptions absenceLife(Duration span) {
		return new LocalOptions(this.bound, this.life, span);
	}

	/**
	 * How much is kept at most.
	 */
	public sealed interface Bound {

		/**
		 * A number of rows.
		 *
		 * @param rows the most rows: 1 or more
		 */
		record Count(long rows) implements Bound {

			/**
			 * Checks.
			 */
			public Count {
				if (rows < 1) {
					throw new IllegalArgumentException("maxRows: " + rows + " (expected: 1 or more)");
				}
			}

		}

		/**
		 * A sum of weights.
		 *
		 * @param most the most that rows may weigh together: 1 or more
		 * @param weigher weighs a row
		 */
		record Weight(long most, RowWeigher weigher) implements Bound {

			/**
			 * Checks.
			 */
			public Weight {
				if (most < 1) {
					throw new IllegalArgumentException("maxWeight: " + most + " (expected: 1 or more)");
				}
				Objects.requireNonNull(weigher, "weigher");
			}

		}

	}

}
