package io.coalestra.internal.capacity;

import io.coalestra.source.AdaptiveConcurrency;

/**
 * Moves the limit of permits with the latency of calls: additive increase, multiplicative
 * decrease, as TCP does.
 *
 * <p>
 * The quickest latency is remembered and forgotten again by a thousandth a call, so that
 * a back end that has become slower for good is not starved for ever. State is guarded by
 * this object's monitor, entered once for each call's end.
 */
public final class AdaptiveLimit {

	private static final double SHRINK = 0.9;

	private static final double FORGET = 1.001;

	private final AdaptiveConcurrency rule;

	private final Permits permits;

	private double limit;

	private double quickest = Double.MAX_VALUE;

	/**
	 * Makes a limit, starting at the rule's minimum.
	 * @param rule the bounds
	 * @param permits the permits that it moves
	 */
	public AdaptiveLimit(AdaptiveConcurrency rule, Permits permits) {
		this.rule = rule;
		this.permits = permits;
		this.limit = rule.minimum();
	}

	/**
	 * Learns from a call that ended.
	 * @param latencyNanos how long it took
	 * @param good whether it gave an answer; a time-out or failure shrinks the limit
	 */
	public void learn(long latencyNanos, Outcome good) {
		int changed = adjust(latencyNanos, good);
		// Not under the monitor, for permits that come free set calls off. Whoever
		// applies
		// last looks whether the limit has moved on meanwhile, so that an older one never
		// stays.
		while (changed > 0) {
			this.permits.limit(changed);
			int current = current();
			changed = (current != changed) ? current : 0;
		}
	}

	private synchronized int current() {
		return (int) this.limit;
	}

	private synchronized int adjust(long latencyNanos, Outcome good) {
		boolean slow = good == Outcome.FAILED || latencyNanos > this.quickest * this.rule.tolerance();
		if (good == Outcome.ANSWERED) {
			this.quickest = Math.min(this.quickest * FORGET, (double) Math.max(1, latencyNanos));
		}
		int before = (int) this.limit;
		if (slow) {
			this.limit = Math.max(this.rule.minimum(), this.limit * SHRINK);
		}
		else if (this.permits.state().inUse() * 2 >= before) {
			this.limit = Math.min(this.rule.maximum(), this.limit + 1.0 / this.limit);
		}
		return ((int) this.limit != before) ? (int) this.limit : 0;
	}

	/**
	 * How a call ended.
	 */
	public enum Outcome {

		/** With an answer. */
		ANSWERED,

		/** With a failure or a time-out. */
		FAILED

	}

}
