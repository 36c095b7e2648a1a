package io.coalestra.internal.chain;

import java.util.function.Supplier;

import io.coalestra.failure.FailureReason;
import io.coalestra.failure.SourceFailure;
import io.coalestra.signal.EventType;
import io.coalestra.signal.Metric;
import io.coalestra.source.TimeoutGuarantee;
import io.coalestra.time.TimeSource;
import org.jspecify.annotations.Nullable;

/**
 * Holds a source to what it declared of its own time: a call that could outlast its
 * budget is not made, and one that took longer than declared is counted and reported.
 */
final class TimeLimits {

	private final ChainServices services;

	private final SourceSlot slot;

	private final Supplier<String> resource;

	TimeLimits(ChainServices services, SourceSlot slot, Supplier<String> resource) {
		this.services = services;
		this.slot = slot;
		this.resource = resource;
	}

	/**
	 * Looks whether a call fits into what time is left.
	 * @param now monotonic nanoseconds
	 * @param deadline until when anybody waits
	 * @param attempts how many calls were made before
	 * @return why it is not made, or null
	 */
	@Nullable SourceFailure refusal(long now, long deadline, int attempts) {
		long remaining = (deadline != Long.MAX_VALUE) ? deadline - now : Long.MAX_VALUE;
		if (remaining <= 0) {
			this.services.counters().deadlinesExceeded().increment();
			return SourceFailure.of(this.slot.name(), FailureReason.DEADLINE_EXCEEDED,
					"the deadline passed before the call", attempts);
		}
		long transport = declared();
		long budget = Math.min(remaining, this.slot.timeout());
		if (transport == Long.MAX_VALUE || transport < budget) {
			return null;
		}
		boolean byDeadline = remaining <= this.slot.timeout();
		if (byDeadline && transport < TimeSource.plus(budget, this.services.dispatchGrace())) {
			this.services.signals()
				.emit(EventType.SOURCE_DISPATCH_UNDER_DEADLINE_PRESSURE, "source", this.slot.name(), "resource",
						this.resource.get(), "transport_timeout_seconds", transport / 1e9, "available_budget_seconds",
						budget / 1e9, "deadline_dispatch_grace_seconds", this.services.dispatchGrace() / 1e9,
						"gap_seconds", (transport - budget) / 1e9);
			return null;
		}
		return refused(transport, budget, byDeadline, attempts);
	}

	/**
	 * Returns how much time must be left for a call to be made.
	 * @return nanoseconds, exclusive; {@link Long#MAX_VALUE} where any will do
	 */
	long need() {
		long transport = declared();
		return (transport != Long.MAX_VALUE) ? transport - this.services.dispatchGrace() : transport;
	}

	// Of the source's own client; MAX_VALUE where nothing is sure of it.
	private long declared() {
		TimeoutGuarantee guarantee = this.slot.guarantee();
		return (guarantee.status() == TimeoutGuarantee.Status.PROTECTED && guarantee.transportTimeout() != null)
				? TimeSource.toNanos(guarantee.transportTimeout()) : Long.MAX_VALUE;
	}

	private SourceFailure refused(long transport, long budget, boolean byDeadline, int attempts) {
		String reason = byDeadline ? "snapshot_deadline" : "source_timeout";
		this.services.signals().count(Metric.SOURCE_TRANSPORT_BUDGET_REJECTION, this.slot.name(), reason);
		this.services.signals()
			.emit(EventType.SOURCE_TRANSPORT_BUDGET_REJECTED, "source", this.slot.name(), "resource",
					this.resource.get(), "transport_timeout_seconds", transport / 1e9, "available_budget_seconds",
					budget / 1e9);
		(byDeadline ? this.services.counters().deadlinesExceeded() : this.services.counters().sourceTimeouts())
			.increment();
		return SourceFailure.of(this.slot.name(),
				byDeadline ? FailureReason.DEADLINE_EXCEEDED : FailureReason.SOURCE_TIMEOUT,
				"not called: " + Failures.seconds(budget) + " are left, and its client may take "
						+ Failures.seconds(transport) + " (" + Failures.seconds(transport - budget) + " more)",
				attempts);
	}

	/**
	 * Looks whether a call that has ended took longer than it may.
	 * @param elapsed how long it took, in nanoseconds
	 * @param answered whether it gave an answer
	 */
	void ended(long elapsed, boolean answered) {
		if (elapsed > TimeSource.plus(declared(), this.services.transportGrace())) {
			violated(answered ? "completed_late" : "failed_late", elapsed);
		}
		if (this.slot.isInline() && elapsed > this.slot.timeout()) {
			this.slot.inlineOverruns().increment();
			this.services.signals()
				.emit(EventType.SOURCE_INLINE_OVERRUN, "source", this.slot.name(), "resource", this.resource.get(),
						"elapsed_seconds", elapsed / 1e9);
		}
	}

	/**
	 * Reports a call that took longer than its source declared; nothing where it declared
	 * nothing.
	 * @param outcome what became of the call
	 * @param elapsed how long it has taken, in nanoseconds
	 */
	void violated(String outcome, long elapsed) {
		long declared = declared();
		if (declared == Long.MAX_VALUE) {
			return;
		}
		this.slot.transportViolations().increment();
		this.services.signals().count(Metric.SOURCE_TRANSPORT_TIMEOUT_VIOLATION, this.slot.name(), outcome);
		this.services.signals()
			.emit(EventType.SOURCE_TRANSPORT_TIMEOUT_VIOLATED, "source", this.slot.name(), "resource",
					this.resource.get(), "outcome", outcome, "declared_transport_timeout_seconds", declared / 1e9,
					"observed_elapsed_seconds", elapsed / 1e9, "grace_seconds", this.services.transportGrace() / 1e9);
	}

}
