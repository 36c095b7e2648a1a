package io.coalestra.health;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;

import io.coalestra.health.BuilderHealth.Capacity;
import io.coalestra.publish.SubmissionStatistics;
import io.coalestra.signal.BufferStatistics;
import io.coalestra.source.TimeoutGuarantee;
import org.jspecify.annotations.Nullable;

/**
 * Judges a state by a policy, and what has changed since an earlier one. For one use.
 */
final class Assessor {

	private final BuilderHealth health;

	private final HealthPolicy policy;

	private final List<Finding> findings = new ArrayList<>();

	Assessor(BuilderHealth health, HealthPolicy policy) {
		this.health = health;
		this.policy = policy;
	}

	HealthAssessment assess(@Nullable BuilderHealth previous) {
		if (this.health.closed()) {
			add(Severity.CRITICAL, "builder_closed", "", "closed", true, false, "the builder was closed");
		}
		this.health.timeoutGuarantees().values().forEach(this::judgeGuarantee);
		this.health.capacity().forEach(this::judgeCapacity);
		judgeSubmissions();
		this.health.buffers().forEach(this::judgeBacklog);
		this.health.buffers().forEach(this::judgeWorker);
		this.health.circuits().forEach(this::judgeCircuit);
		this.health.runawayCalls().forEach(this::judgeRunaways);
		judgeOldestFlight();
		this.health.buffers().forEach(this::judgeShutdown);
		this.health.components()
			.forEach((name, component) -> component.findings()
				.forEach((finding) -> this.findings.add(finding.within(name))));
		if (previous != null) {
			judgeGrowth(previous);
		}
		return HealthAssessment.of(this.findings, previous != null);
	}

	private void judgeGuarantee(TimeoutGuarantee guarantee) {
		if (!guarantee.safe()) {
			boolean undeclared = guarantee.status() == TimeoutGuarantee.Status.UNDECLARED;
			add(undeclared ? Severity.DEGRADED : Severity.CRITICAL,
					undeclared ? "undeclared_source_timeout" : "unsafe_blocking_source", guarantee.source(),
					undeclared ? "undeclared_source_timeout_count" : "unsafe_blocking_source_count", 1, 0,
					"a call of the source may never end: " + guarantee.status().wireName());
		}
	}

	private void judgeCapacity(String name, Capacity permits) {
		if (permits.waiting() >= this.policy.capacityWaitingDegraded()) {
			double ratio = ratio(permits.waiting(), permits.limit());
			boolean critical = ratio >= this.policy.capacityWaitingCriticalRatio();
			String message = permits.waiting() + " calls wait for one of " + permits.limit() + " permits";
			if (critical) {
				add(Severity.CRITICAL, "source_capacity_waiting", name, "waiting_to_limit_ratio", ratio,
						this.policy.capacityWaitingCriticalRatio(), message);
			}
			else {
				add(Severity.DEGRADED, "source_capacity_waiting", name, "waiting_for_capacity", permits.waiting(),
						this.policy.capacityWaitingDegraded(), message);
			}
		}
	}

	private void judgeSubmissions() {
		SubmissionStatistics submissions = this.health.submissions();
		judgeBacklog("submission_backlog", "", submissions.pending(), submissions.maxPending(),
				" submissions wait to be written");
	}

	private void judgeBacklog(String name, BufferStatistics buffer) {
		judgeBacklog("observability_backlog", name, buffer.pending(), buffer.maxPending(),
				" records wait for the sink");
	}

	private void judgeBacklog(String what, String component, long pending, long most, String waiting) {
		double ratio = ratio(pending, most);
		boolean critical = ratio >= this.policy.bufferBacklogCriticalRatio();
		if (critical || ratio >= this.policy.bufferBacklogDegradedRatio()) {
			add(critical ? Severity.CRITICAL : Severity.DEGRADED, what + "_high", component, what + "_ratio", ratio,
					critical ? this.policy.bufferBacklogCriticalRatio() : this.policy.bufferBacklogDegradedRatio(),
					pending + waiting + ", of " + most + " at most");
		}
	}

	private void judgeWorker(String name, BufferStatistics buffer) {
		if (!buffer.closed() && !buffer.workerAlive()) {
			add(Severity.CRITICAL, "observability_worker_stopped", name, "stopped_observability_workers", 1, 0,
					"the buffer's thread has ended, and nothing is delivered");
		}
	}

	private void judgeShutdown(String name, BufferStatistics buffer) {
		if (buffer.shutdownIncomplete()) {
			add(Severity.CRITICAL, "observability_shutdown_incomplete", name, "observability_shutdown_incomplete", true,
					false, "the buffer was closed, and the sink has not let go of its thread");
		}
	}

	private void judgeCircuit(BuilderHealth.CircuitCount circuit) {
		boolean open = "open".equals(circuit.state());
		add(Severity.DEGRADED, open ? "circuit_open" : "circuit_half_open", circuit.source(),
				open ? "open_circuits" : "half_open_circuits", circuit.count(), 0,
				circuit.count() + " circuits are " + circuit.state());
	}

	private void judgeRunaways(String source, long count) {
		if (count >= this.policy.runawayCallsDegraded()) {
			add(Severity.DEGRADED, "runaway_calls", source, "runaway_calls", count, this.policy.runawayCallsDegraded(),
					count + " calls were given up and have not ended");
		}
	}

	private void judgeOldestFlight() {
		var age = this.health.oldestFlight();
		if (age != null && age.compareTo(this.policy.flightAgeDegraded()) >= 0) {
			add(Severity.DEGRADED, "flight_old", "", "oldest_flight_seconds", age.toMillis() / 1e3,
					this.policy.flightAgeDegraded().toMillis() / 1e3, "a read is in progress since " + age);
		}
	}

	private void judgeGrowth(BuilderHealth previous) {
		grown(previous, "queue_timeouts_increased", "queue_timeout_count", BuilderHealth::queueTimeouts);
		grown(previous, "source_timeouts_increased", "source_timeout_count", BuilderHealth::sourceTimeouts);
		grown(previous, "source_transport_timeout_violations_increased", "source_transport_timeout_violation_count",
				BuilderHealth::transportTimeoutViolationCount);
		grown(previous, "deadlines_exceeded_increased", "deadline_exceeded_count", BuilderHealth::deadlinesExceeded);
		grown(previous, "revalidation_failures_increased", "revalidation_failure_count",
				(state) -> state.revalidations().failures());
		grown(previous, "inline_overruns_increased", "inline_overrun_count", BuilderHealth::inlineOverrunCount);
		grown(previous, "payload_copy_failures_increased", "payload_copy_failure_count",
				(state) -> state.payloadCopies().failed());
		grown(previous, "observability_drops_increased", "observability_dropped_count",
				BuilderHealth::droppedSinkRecords);
		grown(previous, "observability_shutdown_timeouts_increased", "observability_shutdown_timeout_count",
				BuilderHealth::sinkShutdownTimeouts);
		grown(previous, "observability_failures_increased", "observability_failure_count", BuilderHealth::sinkFailures);
		this.health.components().forEach((name, component) -> {
			ComponentHealth before = previous.components().get(name);
			Map<String, Long> faults = (before != null) ? before.faults() : Map.of();
			component.faults()
				.forEach((fault, count) -> grownInComponent(name, fault, count - faults.getOrDefault(fault, 0L)));
		});
	}

	// Never critical: what a builder can do without, a shared tier for example, may fail
	// for as long as it likes. What a component finds critical it says by itself.
	private void grownInComponent(String component, String fault, long delta) {
		if (delta >= this.policy.counterDeltaDegraded()) {
			add(Severity.DEGRADED, "component_faults_increased", component, "delta_" + fault, delta,
					this.policy.counterDeltaDegraded(), fault + " grew by " + delta);
		}
	}

	private void grown(BuilderHealth previous, String reason, String counter, ToLongFunction<BuilderHealth> reading) {
		long delta = reading.applyAsLong(this.health) - reading.applyAsLong(previous);
		if (delta >= this.policy.counterDeltaDegraded()) {
			boolean critical = delta >= this.policy.counterDeltaCritical();
			add(critical ? Severity.CRITICAL : Severity.DEGRADED, reason, "", "delta_" + counter, delta,
					critical ? this.policy.counterDeltaCritical() : this.policy.counterDeltaDegraded(),
					counter + " grew by " + delta);
		}
	}

	private static double ratio(long part, long whole) {
		return (whole > 0) ? (double) part / whole : 0;
	}

	private void add(Severity severity, String reason, String component, String metric, Object observed,
			Object threshold, String message) {
		this.findings.add(new Finding(severity, reason, component, metric, observed, threshold, message));
	}

}
