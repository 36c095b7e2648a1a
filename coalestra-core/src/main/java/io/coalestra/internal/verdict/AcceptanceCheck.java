package io.coalestra.internal.verdict;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.coalestra.cache.Revision;
import io.coalestra.key.ResourceKey;
import io.coalestra.policy.AcceptancePolicy;
import io.coalestra.policy.AcceptanceRule;
import io.coalestra.policy.AcceptanceRule.StaleValues;
import io.coalestra.policy.Participants;
import io.coalestra.policy.PolicyViolation;
import io.coalestra.policy.Requirement;
import io.coalestra.snapshot.SnapshotRequest;
import io.coalestra.time.TimeSource;

/**
 * Holds the values of a snapshot against an acceptance policy.
 *
 * <p>
 * Keys that are held to their rule directly report what is wrong with them. What is wrong
 * with a key that is only a member of requirements is held back, and reported with the
 * first requirement that is not met. A key without a value is merely not acceptable: that
 * it is missing is told elsewhere.
 */
public final class AcceptanceCheck {

	private final SnapshotRequest request;

	private final AcceptancePolicy policy;

	private final Candidates candidates;

	private final long now;

	/**
	 * Makes a check.
	 * @param request what was asked for
	 * @param policy what makes it good enough
	 * @param candidates the values
	 * @param now the time of judging, in nanoseconds since the epoch
	 */
	public AcceptanceCheck(SnapshotRequest request, AcceptancePolicy policy, Candidates candidates, long now) {
		this.request = request;
		this.policy = policy;
		this.candidates = candidates;
		this.now = now;
	}

	/**
	 * Finds what is not good enough.
	 * @return the violations; empty when the policy is met
	 */
	public List<PolicyViolation> violations() {
		List<PolicyViolation> violations = new ArrayList<>();
		for (int i = 0; i < this.request.keys().size(); i++) {
			if (isHeldDirectly(i)) {
				addFaults(i, violations);
			}
		}
		Set<Integer> reported = new HashSet<>();
		for (Requirement requirement : this.policy.requirements()) {
			hold(requirement, reported, violations);
		}
		return violations;
	}

	private boolean isHeldDirectly(int position) {
		return position < this.request.requiredCount() || this.policy.participants() == Participants.ALL
				|| (!this.policy.rules().isEmpty()
						&& this.policy.rules().containsKey(this.request.keys().get(position)));
	}

	private void hold(Requirement requirement, Set<Integer> reported, List<PolicyViolation> violations) {
		int accepted = 0;
		Map<Integer, List<PolicyViolation>> heldBack = new LinkedHashMap<>();
		for (ResourceKey<?> member : requirement.keys()) {
			int position = this.request.keys().indexOf(member);
			Revision<?> revision = this.candidates.at(position);
			if (revision != null && !revision.isAbsent()) {
				List<PolicyViolation> faults = new ArrayList<>(0);
				addFaults(position, faults);
				accepted += faults.isEmpty() ? 1 : 0;
				if (!isHeldDirectly(position)) {
					heldBack.put(position, faults);
				}
			}
		}
		if (accepted < requirement.minimum()) {
			heldBack.forEach((position, faults) -> {
				if (reported.add(position)) {
					violations.addAll(faults);
				}
			});
			violations.add(new PolicyViolation.Unsatisfied(requirement, accepted));
		}
	}

	private void addFaults(int position, List<PolicyViolation> faults) {
		Revision<?> revision = this.candidates.at(position);
		if (revision == null || revision.isAbsent()) {
			return;
		}
		ResourceKey<?> key = this.request.keys().get(position);
		AcceptanceRule rule = this.policy.ruleOf(key);
		long age = Math.max(0, TimeSource.minus(this.now, revision.provenance().observedAt()));
		if (rule.staleValues() == StaleValues.REFUSED && this.candidates.isStale(position)) {
			faults.add(new PolicyViolation.Stale(key, Duration.ofNanos(age)));
		}
		Duration maxAge = rule.maxAge();
		if (maxAge != null && Duration.ofNanos(age).compareTo(maxAge) > 0) {
			faults.add(new PolicyViolation.TooOld(key, Duration.ofNanos(age), maxAge));
		}
		Integer minimumRank = rule.minimumRank();
		int rank = revision.provenance().rank();
		if (minimumRank != null && rank < minimumRank) {
			faults.add(new PolicyViolation.InsufficientAuthority(key, rank, minimumRank));
		}
	}

}
