package io.coalestra.internal.engine;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.LongAdder;

import io.coalestra.cache.Revision;
import io.coalestra.health.BuilderHealth;
import io.coalestra.internal.engine.SessionStage.Outcome;
import io.coalestra.internal.signal.Signals;
import io.coalestra.internal.verdict.AcceptanceCheck;
import io.coalestra.internal.verdict.Candidates;
import io.coalestra.internal.verdict.Classification;
import io.coalestra.internal.verdict.ConsistencyCheck;
import io.coalestra.internal.verdict.Verdict;
import io.coalestra.policy.AcceptancePolicy;
import io.coalestra.policy.ConsistencyPolicy;
import io.coalestra.policy.PolicyViolation;
import io.coalestra.signal.EventType;
import io.coalestra.signal.Metric;
import io.coalestra.snapshot.BuildListener;
import io.coalestra.snapshot.Snapshot;
import io.coalestra.snapshot.SnapshotRequest;
import io.coalestra.snapshot.SnapshotRequest.CacheUse;
import io.coalestra.snapshot.SnapshotResult;
import io.coalestra.snapshot.SnapshotResult.Reason;
import io.coalestra.time.TimeSource;
import org.jspecify.annotations.Nullable;

/**
 * Tells by metrics and events what builds came to.
 */
final class Reports {

	private final Signals signals;

	private final Meters meters;

	private final List<BuildListener> listeners;

	private final LongAdder revalidations = new LongAdder();

	private final LongAdder failedRevalidations = new LongAdder();

	Reports(Signals signals, Meters meters, List<BuildListener> listeners) {
		this.signals = signals;
		this.meters = meters;
		this.listeners = listeners;
	}

	/**
	 * Judges warm values, and tells if they are good enough.
	 * @param request what was asked for
	 * @param revisions its values, none of them stale
	 * @param now the time of the build
	 * @return false if a policy is not met, which is not told yet
	 */
	boolean meetsPolicies(SnapshotRequest request, @Nullable Revision<?>[] revisions, long now) {
		Candidates candidates = new Candidates() {

			@Override
			public @Nullable Revision<?> at(int position) {
				return revisions[position];
			}

			@Override
			public boolean isStale(int position) {
				return false;
			}

		};
		ConsistencyPolicy consistency = request.consistency();
		if (consistency != null && !new ConsistencyCheck(request, consistency, candidates).isMet()) {
			return false;
		}
		AcceptancePolicy acceptance = request.acceptance();
		if (acceptance != null && !new AcceptanceCheck(request, acceptance, candidates, now).violations().isEmpty()) {
			return false;
		}
		if (acceptance != null) {
			this.signals.count(Metric.SNAPSHOT_ACCEPTANCE, "success");
		}
		return true;
	}

	/**
	 * Tells what a build that started from nothing came to.
	 * @param build the build
	 * @param snapshot its snapshot
	 */
	void built(Build build, ArraySnapshot snapshot) {
		boolean met = build.verdict().isMet();
		this.meters.builtCold(met ? "success" : "error", build.duration().toNanos());
		judged(build);
		tell(snapshot, met);
		if (this.signals.wants(EventType.SNAPSHOT_BUILT)) {
			this.signals.emit(EventType.SNAPSHOT_BUILT, "snapshot_id", snapshot.id(), "resources",
					snapshot.keys().size(), "resolved", snapshot.diagnostics().resolved(), "failed",
					snapshot.errors().size(), "build_failed", !met, "diagnostics", snapshot.diagnostics());
		}
	}

	// Each has copies of its own of what is not immutable.
	private void tell(ArraySnapshot snapshot, boolean met) {
		for (BuildListener listener : this.listeners) {
			this.signals.contain(() -> listener.built(snapshot.apart(),
					met ? BuildListener.Lacking.NOTHING : BuildListener.Lacking.SOMETHING));
		}
	}

	/**
	 * Tells what the policies of a request came to.
	 * @param build the build
	 */
	// The id is asked for only where something is told: making one costs more than all
	// else
	// that a build does without sinks.
	void judged(Build build) {
		Verdict verdict = build.verdict();
		PolicyViolation.Skewed skew = verdict.skew();
		if (skew != null) {
			this.signals.count(Metric.SNAPSHOT_CONSISTENCY, "error", skew.reason());
			this.signals.emit(EventType.SNAPSHOT_CONSISTENCY_FAILED, "snapshot_id", build.voyage().id(), "resources",
					skew.keys().stream().map(Object::toString).toList(), "oldest_resource", skew.oldest().toString(),
					"newest_resource", skew.newest().toString(), "observation_skew_ms", skew.skew().toNanos() / 1e6,
					"max_observation_skew_ms", TimeSource.toNanos(skew.maxSkew()) / 1e6);
		}
		if (build.request().acceptance() != null) {
			accepted(build);
		}
		if (build.hasRepaired()) {
			this.signals.count(Metric.SNAPSHOT_REPAIR, verdict.meetsPolicies() ? "success" : "failure");
			this.signals.emit(EventType.SNAPSHOT_REPAIRED, "snapshot_id", build.voyage().id(), "resources",
					build.repaired(), "succeeded", verdict.meetsPolicies());
		}
	}

	private void accepted(Build build) {
		Verdict verdict = build.verdict();
		this.signals.count(Metric.SNAPSHOT_ACCEPTANCE, verdict.acceptance().isEmpty() ? "success" : "error");
		if (verdict.acceptance().isEmpty()) {
			return;
		}
		Set<String> reasons = new TreeSet<>();
		verdict.acceptance().forEach((violation) -> reasons.add(violation.reason()));
		reasons.forEach((reason) -> this.signals.count(Metric.SNAPSHOT_ACCEPTANCE_VIOLATION, reason));
		this.signals.emit(EventType.SNAPSHOT_ACCEPTANCE_FAILED, "snapshot_id", build.voyage().id(), "violations",
				verdict.acceptance().size(), "reasons", String.join(",", reasons));
	}

	/**
	 * Tells what a stage of a session came to.
	 * @param stage the stage
	 * @param build its build
	 * @param outcome what it came to
	 * @param committed whether the session has changed
	 * @param id the session's id
	 */
	void staged(SessionStage stage, Build build, Outcome outcome, boolean committed, String id) {
		judged(build);
		tell(outcome.after().snapshot(), outcome.verdict().isMet());
		Verdict verdict = outcome.verdict();
		String status = verdict.isMet() ? "success" : "error";
		switch (stage) {
			case SessionStage.Resolve resolve -> {
				this.signals.count(Metric.SNAPSHOT_SESSION_RESOLVE, status);
				this.signals.emit(EventType.SNAPSHOT_SESSION_RESOLVED, "snapshot_id", id, "requested",
						resolve.request().keys().size(), "failed",
						verdict.required().size() + verdict.optional().size(), "total_resources",
						outcome.after().snapshot().keys().size(), "retry_errors", resolve.request().retriesErrors(),
						"committed", committed);
			}
			case SessionStage.Revalidate revalidate -> {
				this.revalidations.increment();
				if (!committed) {
					this.failedRevalidations.increment();
				}
				this.signals.count(Metric.SNAPSHOT_SESSION_REVALIDATE, committed ? "success" : "error");
				this.signals.emit(EventType.SNAPSHOT_SESSION_REVALIDATED, "snapshot_id", id, "requested",
						revalidate.request().keys().size(), "read", build.keys().size(), "failed",
						verdict.required().size(), "committed", committed, "force_refresh",
						revalidate.request().cacheUse() == CacheUse.BYPASS, "consistency_failed",
						verdict.skew() != null, "acceptance_failed", !verdict.acceptance().isEmpty());
			}
		}
	}

	/**
	 * Returns how often sessions were to be revalidated.
	 * @return how often, and how often nothing was replaced
	 */
	BuilderHealth.Revalidations revalidations() {
		return new BuilderHealth.Revalidations(this.revalidations.sum(), this.failedRevalidations.sum());
	}

	/**
	 * Tells what a request without exceptions came to.
	 * @param result what it came to
	 * @return the result
	 */
	SnapshotResult tried(SnapshotResult result) {
		String status = Classification.standingOf(result);
		this.signals.count(Metric.SNAPSHOT_TRY_REQUEST, status);
		if (this.signals.wants(EventType.SNAPSHOT_TRY_REQUEST_RESOLVED)) {
			this.signals.emit(EventType.SNAPSHOT_TRY_REQUEST_RESOLVED, "snapshot_id",
					result.snapshot().map(Snapshot::id).orElse(""), "status", status, "reasons",
					String.join(",", result.reasons().stream().map(Reason::wireName).toList()));
		}
		return result;
	}

}
