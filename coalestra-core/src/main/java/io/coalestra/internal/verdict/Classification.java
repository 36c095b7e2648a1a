package io.coalestra.internal.verdict;

import java.util.ArrayList;
import java.util.List;

import io.coalestra.policy.DegradationPolicy;
import io.coalestra.policy.DegradationPolicy.Response;
import io.coalestra.policy.DegradationPolicy.Standing;
import io.coalestra.snapshot.Snapshot;
import io.coalestra.snapshot.SnapshotRequest;
import io.coalestra.snapshot.SnapshotResult;
import io.coalestra.snapshot.SnapshotResult.Reason;
import org.jspecify.annotations.Nullable;

/**
 * Turns what a build lacks into a result, by the degradation policy of its request.
 */
public final class Classification {

	private Classification() {
	}

	/**
	 * Classifies a build.
	 * @param request what was asked for
	 * @param snapshot what there is
	 * @param verdict what is lacking
	 * @return the result
	 */
	public static SnapshotResult of(SnapshotRequest request, Snapshot snapshot, Verdict verdict) {
		DegradationPolicy policy = request.degradation();
		List<Reason> all = verdict.reasons();
		List<Reason> counting = new ArrayList<>(all.size());
		boolean rejected = false;
		for (Reason reason : all) {
			Response response = reason.lack().map(policy::responseTo).orElse(Response.REJECT);
			rejected |= response == Response.REJECT;
			if (response != Response.IGNORE) {
				counting.add(reason);
			}
		}
		int missing = verdict.required().size() + verdict.optional().size();
		boolean tooFew = request.keys().size() - missing < policy.minimumResolved()
				|| request.requiredCount() - verdict.required().size() < policy.minimumResolvedRequired();
		if (!all.isEmpty() && (rejected || tooFew)) {
			return new SnapshotResult.Rejected(request, snapshot, counting.isEmpty() ? all : counting,
					policy.actions(Standing.REJECTED));
		}
		return counting.isEmpty() ? new SnapshotResult.Accepted(request, snapshot, policy.actions(Standing.ACCEPTED))
				: new SnapshotResult.Degraded(request, snapshot, counting, policy.actions(Standing.DEGRADED));
	}

	/**
	 * Classifies a build that could not be carried out.
	 * @param request what was asked for
	 * @param snapshot what there is all the same, or null
	 * @param thrown what was thrown
	 * @return the result
	 */
	public static SnapshotResult broken(SnapshotRequest request, @Nullable Snapshot snapshot, RuntimeException thrown) {
		return new SnapshotResult.Rejected(request, snapshot, List.of(new Reason.Broken(thrown)),
				request.degradation().actions(Standing.REJECTED));
	}

	/**
	 * Classifies something that takes place as a whole or not at all.
	 * @param request what was asked for
	 * @param snapshot what there is
	 * @param verdict what is lacking
	 * @return accepted if nothing is, else rejected
	 */
	public static SnapshotResult allOrNothing(SnapshotRequest request, Snapshot snapshot, Verdict verdict) {
		List<Reason> reasons = verdict.reasons();
		return reasons.isEmpty()
				? new SnapshotResult.Accepted(request, snapshot, request.degradation().actions(Standing.ACCEPTED))
				: new SnapshotResult.Rejected(request, snapshot, reasons,
						request.degradation().actions(Standing.REJECTED));
	}

	/**
	 * Returns the word for how a result stands.
	 * @param result the result
	 * @return the word, in lower case
	 */
	public static String standingOf(SnapshotResult result) {
		return switch (result) {
			case SnapshotResult.Accepted accepted -> "accepted";
			case SnapshotResult.Degraded degraded -> "degraded";
			case SnapshotResult.Rejected rejected -> "rejected";
		};
	}

}
