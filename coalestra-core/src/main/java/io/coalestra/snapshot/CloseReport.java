package io.coalestra.snapshot;

import java.util.List;
import java.util.Objects;

/**
 * What closing a builder came to, step by step. Immutable.
 *
 * @param steps the steps that were taken, in their order
 */
public record CloseReport(List<StepReport> steps) {

	/**
	 * Copies.
	 */
	public CloseReport {
		steps = List.copyOf(steps);
	}

	/**
	 * Returns whether every step was done in its time, and none failed.
	 * @return true if nothing is left
	 */
	public boolean isClean() {
		return this.steps.stream().allMatch((step) -> step.outcome() == Outcome.DONE);
	}

	/**
	 * Returns what the steps threw.
	 * @return the exceptions, in the order of the steps
	 */
	public List<Throwable> failures() {
		return this.steps.stream().flatMap((step) -> step.failures().stream()).toList();
	}

	/**
	 * What one step came to.
	 *
	 * @param step the step
	 * @param outcome how it ended
	 * @param detail what is left, or empty
	 * @param failures what was thrown
	 */
	public record StepReport(Step step, Outcome outcome, String detail, List<Throwable> failures) {

		/**
		 * Checks and copies.
		 */
		public StepReport {
			Objects.requireNonNull(step, "step");
			Objects.requireNonNull(outcome, "outcome");
			Objects.requireNonNull(detail, "detail");
			failures = List.copyOf(failures);
		}

	}

	/**
	 * The steps, in their order.
	 */
	public enum Step {

		/** What was submitted is written, and subscriptions are told to end. */
		INTAKE,

		/** Reads and refreshes in progress end by themselves, or fail. */
		READS,

		/** Subscribers have been told. */
		SUBSCRIBERS,

		/** Calls of sources are interrupted, and end. */
		CALLS,

		/** A shared tier takes what waits for it, and other nodes hear a farewell. */
		SHARED_TIER,

		/** What was handed to the builder is closed. */
		RESOURCES,

		/** Sinks take what their buffers hold. */
		SINKS,

		/** Sinks that were handed to the builder are closed. */
		SINK_RESOURCES

	}

	/**
	 * How a step ended.
	 */
	public enum Outcome {

		/** All of it was done. */
		DONE,

		/** Its time passed first; what is left ends later, and says so in the log. */
		LATE,

		/** Something was thrown. */
		FAILED

	}

}
