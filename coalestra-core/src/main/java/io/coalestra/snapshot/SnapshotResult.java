package io.coalestra.snapshot;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;

import io.coalestra.failure.ResourceFailure;
import io.coalestra.policy.Action;
import io.coalestra.policy.DegradationPolicy.Lack;
import io.coalestra.policy.PolicyViolation;
import org.jspecify.annotations.Nullable;

/**
 * What a request came to, where the caller asked not to have an exception thrown: to be
 * taken apart by a {@code switch}. Immutable.
 */
public sealed interface SnapshotResult {

	/**
	 * Returns what was asked for.
	 * @return the request
	 */
	SnapshotRequest request();

	/**
	 * Returns the snapshot.
	 * @return the snapshot; empty only where the build could not be carried out
	 */
	Optional<Snapshot> snapshot();

	/**
	 * Returns what is lacking.
	 * @return the reasons; empty for an accepted result
	 */
	List<Reason> reasons();

	/**
	 * Returns what the request's degradation policy allows with this result.
	 * @return the actions
	 */
	Set<Action> allowedActions();

	/**
	 * Returns whether the request's degradation policy allows something with this result.
	 * @param action the action
	 * @return true if it does
	 */
	default boolean allows(Action action) {
		return allowedActions().contains(action);
	}

	/**
	 * Returns the snapshot, if the request was met.
	 * @return the snapshot
	 * @throws SnapshotBuildException if something is lacking, or whatever kept the build
	 * from being carried out
	 */
	Snapshot requireAccepted();

	/**
	 * Returns the snapshot, unless it was rejected.
	 * @return the snapshot
	 * @throws SnapshotBuildException if it was rejected, or whatever kept the build from
	 * being carried out
	 */
	Snapshot orElseThrow();

	/**
	 * Returns the result in its serialized form: schema
	 * {@code coalestra.snapshot-result}, version 1, with everything that is lacking, and
	 * the snapshot where there is one.
	 * @return an unmodifiable map of strings, numbers, booleans, lists, maps and payloads
	 */
	default SequencedMap<String, Object> toMap() {
		return ResultForm.of(this);
	}

	private static RuntimeException exceptionOf(Reason reason, @Nullable Snapshot taken) {
		return switch (reason) {
			case Reason.RequiredErrors required -> new SnapshotBuildException(required.failures(), present(taken));
			case Reason.OptionalErrors optional -> new SnapshotBuildException(optional.failures(), present(taken));
			case Reason.Inconsistent skewed -> new SnapshotConsistencyException(skewed.violation(), present(taken));
			case Reason.Unacceptable poor -> new SnapshotAcceptanceException(poor.violations(), present(taken));
			case Reason.Broken broken -> broken.thrown();
		};
	}

	private static Snapshot present(@Nullable Snapshot taken) {
		return Objects.requireNonNull(taken, "taken");
	}

	/**
	 * The request is met.
	 *
	 * @param request what was asked for
	 * @param taken the snapshot
	 * @param allowedActions what is allowed with it
	 */
	record Accepted(SnapshotRequest request, Snapshot taken, Set<Action> allowedActions) implements SnapshotResult {

		@Override
		public Optional<Snapshot> snapshot() {
			return Optional.of(this.taken);
		}

		@Override
		public List<Reason> reasons() {
			return List.of();
		}

		@Override
		public Snapshot requireAccepted() {
			return this.taken;
		}

		@Override
		public Snapshot orElseThrow() {
			return this.taken;
		}

	}

	/**
	 * Something is lacking, and the snapshot may still serve for something.
	 *
	 * @param request what was asked for
	 * @param taken the snapshot
	 * @param reasons what is lacking, at least one
	 * @param allowedActions what is allowed with it
	 */
	record Degraded(SnapshotRequest request, Snapshot taken, List<Reason> reasons,
			Set<Action> allowedActions) implements SnapshotResult {

		/**
		 * Copies.
		 */
		public Degraded {
			reasons = List.copyOf(reasons);
		}

		@Override
		public Optional<Snapshot> snapshot() {
			return Optional.of(this.taken);
		}

		@Override
		public Snapshot requireAccepted() {
			throw exceptionOf(this.reasons.getFirst(), this.taken);
		}

		@Override
		public Snapshot orElseThrow() {
			return this.taken;
		}

	}

	/**
	 * The snapshot, where there is one, must not be acted on.
	 *
	 * @param request what was asked for
	 * @param taken the snapshot, or null where the build could not be carried out
	 * @param reasons what is lacking, at least one
	 * @param allowedActions what is allowed all the same
	 */
	record Rejected(SnapshotRequest request, @Nullable Snapshot taken, List<Reason> reasons,
			Set<Action> allowedActions) implements SnapshotResult {

		/**
		 * Copies.
		 */
		public Rejected {
			reasons = List.copyOf(reasons);
		}

		@Override
		public Optional<Snapshot> snapshot() {
			return Optional.ofNullable(this.taken);
		}

		@Override
		public Snapshot requireAccepted() {
			throw exceptionOf(this.reasons.getFirst(), this.taken);
		}

		@Override
		public Snapshot orElseThrow() {
			throw exceptionOf(this.reasons.getFirst(), this.taken);
		}

	}

	/**
	 * One thing that is lacking.
	 */
	sealed interface Reason {

		/**
		 * Returns the stable name under which the reason is reported.
		 * @return the name, such as {@code required_errors}
		 */
		String wireName();

		/**
		 * Returns what the reason is to a degradation policy.
		 * @return what is lacking; empty where the build could not be carried out, which
		 * always rejects
		 */
		Optional<Lack> lack();

		/**
		 * Required keys have no value.
		 *
		 * @param failures why, in the order of the request
		 */
		record RequiredErrors(List<ResourceFailure> failures) implements Reason {

			/**
			 * Copies.
			 */
			public RequiredErrors {
				failures = List.copyOf(failures);
			}

			@Override
			public String wireName() {
				return "required_errors";
			}

			@Override
			public Optional<Lack> lack() {
				return Optional.of(Lack.REQUIRED_KEY);
			}

		}

		/**
		 * Optional keys failed.
		 *
		 * @param failures why, in the order of the request
		 */
		record OptionalErrors(List<ResourceFailure> failures) implements Reason {

			/**
			 * Copies.
			 */
			public OptionalErrors {
				failures = List.copyOf(failures);
			}

			@Override
			public String wireName() {
				return "optional_errors";
			}

			@Override
			public Optional<Lack> lack() {
				return Optional.of(Lack.OPTIONAL_KEY);
			}

		}

		/**
		 * The values were observed too far apart.
		 *
		 * @param violation how far
		 */
		record Inconsistent(PolicyViolation.Skewed violation) implements Reason {

			@Override
			public String wireName() {
				return "consistency_violation";
			}

			@Override
			public Optional<Lack> lack() {
				return Optional.of(Lack.CONSISTENCY);
			}

		}

		/**
		 * The acceptance policy is not met.
		 *
		 * @param violations what is not good enough, at least one
		 */
		record Unacceptable(List<PolicyViolation> violations) implements Reason {

			/**
			 * Copies.
			 */
			public Unacceptable {
				violations = List.copyOf(violations);
			}

			@Override
			public String wireName() {
				return "acceptance_violation";
			}

			@Override
			public Optional<Lack> lack() {
				return Optional.of(Lack.ACCEPTANCE);
			}

		}

		/**
		 * The build could not be carried out.
		 *
		 * @param thrown what was thrown
		 */
		record Broken(RuntimeException thrown) implements Reason {

			@Override
			public String wireName() {
				return this.thrown.getClass().getSimpleName();
			}

			@Override
			public Optional<Lack> lack() {
				return Optional.empty();
			}

		}

	}

}
