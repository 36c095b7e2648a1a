package io.coalestra.internal.engine;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

import io.coalestra.internal.verdict.ConsistencyCheck;
import io.coalestra.internal.verdict.Verdict;
import io.coalestra.policy.AcceptancePolicy;
import io.coalestra.policy.ConsistencyPolicy;
import io.coalestra.policy.PolicyViolation;
import io.coalestra.policy.Remedy;
import io.coalestra.snapshot.SnapshotRequest;
import io.coalestra.time.TimeSource;

/**
 * Finds what is to be read again because a policy is not met and asks for it: what lags
 * behind, is too old or stale, each key once, and nothing that a session held before.
 */
final class Repairs {

	private final SnapshotRequest request;

	private final Findings findings;

	private final TimeSource time;

	private final BitSet repaired = new BitSet();

	private long notBefore = Long.MIN_VALUE;

	Repairs(SnapshotRequest request, Findings findings, TimeSource time) {
		this.request = request;
		this.findings = findings;
		this.time = time;
	}

	/**
	 * Finds what to read again. Where a required key is missing, nothing would help.
	 * @param verdict what the build lacks
	 * @return the positions, ascending; empty when there is nothing, or nothing any more
	 */
	List<Integer> next(Verdict verdict) {
		if (!verdict.required().isEmpty() || verdict.meetsPolicies()) {
			return List.of();
		}
		Set<Integer> faulty = new TreeSet<>();
		ConsistencyPolicy consistency = this.request.consistency();
		if (verdict.skew() != null && consistency != null && consistency.remedy() == Remedy.READ_AGAIN) {
			ConsistencyCheck check = new ConsistencyCheck(this.request, consistency, this.findings);
			this.notBefore = Math.max(this.notBefore, check.lagsBefore());
			faulty.addAll(check.lagging());
		}
		AcceptancePolicy acceptance = this.request.acceptance();
		if (acceptance != null && acceptance.remedy() == Remedy.READ_AGAIN) {
			verdict.acceptance().forEach((violation) -> addRepairable(violation, faulty));
		}
		faulty.removeIf((position) -> this.findings.isHeld(position) || this.repaired.get(position));
		faulty.forEach(this.repaired::set);
		return new ArrayList<>(faulty);
	}

	private void addRepairable(PolicyViolation violation, Set<Integer> faulty) {
		switch (violation) {
			case PolicyViolation.Stale stale -> faulty.add(this.request.keys().indexOf(stale.key()));
			case PolicyViolation.TooOld old -> {
				faulty.add(this.request.keys().indexOf(old.key()));
				long now = this.time.epochNanos();
				this.notBefore = Math.max(this.notBefore, now - TimeSource.toNanos(old.maxAge()));
			}
			case PolicyViolation.Skewed skewed -> {
			}
			case PolicyViolation.InsufficientAuthority authority -> {
			}
			case PolicyViolation.Unsatisfied unsatisfied -> {
			}
		}
	}

	/**
	 * Returns when what repaired values are derived from must have been observed at the
	 * earliest.
	 * @return nanoseconds since the epoch
	 */
	long notBefore() {
		return this.notBefore;
	}

	/**
	 * Returns how many keys were read again.
	 * @return the number of keys
	 */
	int number() {
		return this.repaired.cardinality();
	}

}
