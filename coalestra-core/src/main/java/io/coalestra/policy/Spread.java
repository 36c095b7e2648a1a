package io.coalestra.policy;

/**
 * How values that were loaded together are made to fall due apart, so that their source
 * is not asked for all of them at one moment, nor by all nodes at once.
 *
 * <p>
 * Two independent means, drawn once for each stored revision, so that a read costs
 * nothing for them. <em>Jitter</em> shortens the time to live by a uniform part of it.
 * <em>Early refresh</em> (XFetch: Vattani, Chierichetti, Lowenstein, "Optimal
 * Probabilistic Cache Stampede Prevention", VLDB 2015) moves the moment of refreshing
 * ahead of the end by {@code earliness × (time that the last read took) × Exp(1)}: what
 * is slow to read is read again sooner.
 *
 * @param jitter the largest part of the time to live that may be taken off: 0 to 1, both
 * inclusive
 * @param earliness how eagerly to read again before the end: zero or more; zero turns it
 * off, one is the paper's optimum
 */
public record Spread(double jitter, double earliness) {

	/**
	 * Nothing is spread.
	 */
	public static final Spread NONE = new Spread(0, 0);

	/**
	 * Checks the bounds.
	 * @throws IllegalArgumentException if a part is out of its bounds or not a number
	 */
	public Spread {
		if (!(jitter >= 0 && jitter <= 1)) {
			throw new IllegalArgumentException("jitter: " + jitter + " (expected: from 0 to 1)");
		}
		if (!(earliness >= 0 && earliness <= 1_000)) {
			throw new IllegalArgumentException("earliness: " + earliness + " (expected: from 0 to 1000)");
		}
	}

	/**
	 * Returns whether nothing is spread.
	 * @return true if values that were loaded together fall due together
	 */
	public boolean isNone() {
		return this.jitter == 0 && this.earliness == 0;
	}

	/**
	 * Spreads by jitter alone.
	 * @param ratio the largest part of the time to live that may be taken off: 0 to 1
	 * @return the rule
	 */
	public static Spread jitter(double ratio) {
		return new Spread(ratio, 0);
	}

	/**
	 * Spreads by early refresh alone.
	 * @param earliness how eagerly: zero or more
	 * @return the rule
	 */
	public static Spread earlyRefresh(double earliness) {
		return new Spread(0, earliness);
	}

}
