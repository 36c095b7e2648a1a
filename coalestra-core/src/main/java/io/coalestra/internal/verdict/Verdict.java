package io.coalestra.internal.verdict;

import java.util.ArrayList;
import java.util.List;

import io.coalestra.failure.ResourceFailure;
import io.coalestra.policy.AcceptancePolicy;
import io.coalestra.policy.ConsistencyPolicy;
import io.coalestra.policy.PolicyViolation;
import io.coalestra.snapshot.Snapshot;
import io.coalestra.snapshot.SnapshotAcceptanceException;
import io.coalestra.snapshot.SnapshotBuildException;
import io.coalestra.snapshot.SnapshotConsistencyException;
import io.coalestra.snapshot.SnapshotRequest;
import io.coalestra.snapshot.SnapshotResult.Reason;
import org.jspecify.annotations.Nullable;

/**
 * What a build lacks of its request.
 *
 * @param required the failures of required keys
 * @param optional the failures of optional keys
 * @param skew how far apart the values were observed, or null where that is near enough
 * @param acceptance what is not good enough
 */
public record Verdict(List<ResourceFailure> required, List<ResourceFailure> optional,
		PolicyViolation.@Nullable Skewed skew, List<PolicyViolation> acceptance) {

	/**
	 * Judges values by the policies of their request.
	 * @param request what was asked for
	 * @param candidates the values
	 * @param now the time of judging, in nanoseconds since the epoch
	 * @param required the failures of required keys
	 * @param optional the failures of optional keys
	 * @return what is lacking
	 */
	public static Verdict of(SnapshotRequest request, Candidates candidates, long now, List<ResourceFailure> required,
			List<ResourceFailure> optional) {
		ConsistencyPolicy consistency = request.consistency();
		AcceptancePolicy acceptance = request.acceptance();
		return new Verdict(required, optional,
				(consistency != null) ? new ConsistencyCheck(request, consistency, candidates).violation() : null,
				(acceptance != null) ? new AcceptanceCheck(request, acceptance, candidates, now).violations()
						: List.of());
	}

	/**
	 * Returns whether the request is met.
	 * @return true if every required key has a value and no policy is violated
	 */
	public boolean isMet() {
		return this.required.isEmpty() && meetsPolicies();
	}

	/**
	 * Returns whether the policies of the request are met.
	 * @return true if none is violated
	 */
	public boolean meetsPolicies() {
		return this.skew == null && this.acceptance.isEmpty();
	}

	/**
	 * Makes the exception of the gravest lack: missing keys hide that the others do not
	 * agree, and that hides that they are not good enough.
	 * @param snapshot what there is all the same
	 * @return the exception, or null where the request is met
	 */
	public @Nullable SnapshotBuildException exception(Snapshot snapshot) {
		if (!this.required.isEmpty()) {
			return new SnapshotBuildException(this.required, snapshot);
		}
		if (this.skew != null) {
			return new SnapshotConsistencyException(this.skew, snapshot);
		}
		return this.acceptance.isEmpty() ? null : new SnapshotAcceptanceException(this.acceptance, snapshot);
	}

	/**
	 * Lists everything that is lacking, the gravest first.
	 * @return the reasons
	 */
	public List<Reason> reasons() {
		List<Reason> reasons = new ArrayList<>();
		if (!this.required.isEmpty()) {
			reasons.add(new Reason.RequiredErrors(this.required));
		}
		if (this.skew != null) {
			reasons.add(new Reason.Inconsistent(this.skew));
		}
		if (!this.acceptance.isEmpty()) {
			reasons.add(new Reason.Unacceptable(this.acceptance));
		}
		if (!this.optional.isEmpty()) {
			reasons.add(new Reason.OptionalErrors(this.optional));
		}
		return reasons;
	}

}
