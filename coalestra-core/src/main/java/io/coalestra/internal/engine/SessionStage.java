package io.coalestra.internal.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import io.coalestra.failure.ResourceFailure;
import io.coalestra.internal.flight.Voyage;
import io.coalestra.internal.verdict.Verdict;
import io.coalestra.key.ResourceKey;
import io.coalestra.key.ResourceKeys;
import io.coalestra.signal.Activity;
import io.coalestra.snapshot.SnapshotRequest;

/**
 * What a stage does with the state of its session: where its build starts from, and what
 * becomes of the state when that has ended.
 */
sealed interface SessionStage {

	SnapshotRequest request();

	/**
	 * Returns what the stage is to whoever follows it.
	 * @return the kind
	 */
	Activity.Build.Kind kind();

	/**
	 * Begins the stage.
	 * @param engine the engine
	 * @param state what the session holds
	 * @param voyage the session's, for this stage
	 * @param latest until when the stage lasts: monotonic nanoseconds
	 * @return the build
	 */
	Build begin(Engine engine, SessionState state, Voyage voyage, long latest);

	/**
	 * Ends the stage.
	 * @param build the build, which has ended
	 * @param state what the session held when it began
	 * @return what it comes to
	 */
	Outcome end(Build build, SessionState state);

	/**
	 * What a stage comes to.
	 *
	 * @param before what the session held
	 * @param after what it is to hold; the same where nothing changes
	 * @param verdict what is lacking
	 */
	record Outcome(SessionState before, SessionState after, Verdict verdict) {
	}

	/**
	 * Thrown where a key is to be revalidated that the session does not hold: a mistake
	 * of the caller's, unlike what the application's own parts throw.
	 */
	final class NotHeldException extends IllegalArgumentException {

		private static final long serialVersionUID = 1L;

		NotHeldException(ResourceKey<?> key) {
			super("revalidate: " + key + " (expected: keys that the session holds)");
		}

	}

	/**
	 * Adds to what the session holds.
	 *
	 * @param request what is asked for
	 */
	record Resolve(SnapshotRequest request) implements SessionStage {

		@Override
		public Activity.Build.Kind kind() {
			return Activity.Build.Kind.RESOLVE;
		}

		@Override
		public Build begin(Engine engine, SessionState state, Voyage voyage, long latest) {
			Set<ResourceKey<?>> retried = this.request.retriesErrors() ? Set.copyOf(this.request.keys()) : Set.of();
			return new Build(engine, this.request, this.request.keys(), voyage, state.basis(retried), latest);
		}

		@Override
		public Outcome end(Build build, SessionState state) {
			return new Outcome(state, state.with(build), build.verdict());
		}

	}

	/**
	 * Replaces some of what the session holds, or nothing.
	 *
	 * @param request which keys
	 */
	record Revalidate(SnapshotRequest request) implements SessionStage {

		@Override
		public Activity.Build.Kind kind() {
			return Activity.Build.Kind.REVALIDATE;
		}

		@Override
		public Build begin(Engine engine, SessionState state, Voyage voyage, long latest) {
			Set<ResourceKey<?>> affected = affected(state);
			ResourceKeys targets = state.targets(this.request.keys(), affected);
			return new Build(engine, this.request, targets, voyage, state.without(affected), latest);
		}

		Set<ResourceKey<?>> affected(SessionState state) {
			for (ResourceKey<?> key : this.request.keys()) {
				if (!state.holds(key)) {
					throw new NotHeldException(key);
				}
			}
			return state.affectedBy(this.request.keys());
		}

		@Override
		public Outcome end(Build build, SessionState state) {
			Verdict own = build.verdict();
			List<ResourceFailure> failures = new ArrayList<>(own.required());
			failures.addAll(own.optional());
			for (int i = this.request.keys().size(); i < build.keys().size(); i++) {
				ResourceFailure failure = build.failure(i);
				if (failure != null) {
					failures.add(failure);
				}
			}
			Verdict verdict = new Verdict(failures, List.of(), own.skew(), own.acceptance());
			return new Outcome(state, verdict.isMet() ? state.replaced(build, affected(state)) : state, verdict);
		}

	}

}
