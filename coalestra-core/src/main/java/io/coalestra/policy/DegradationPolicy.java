package io.coalestra.policy;

import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * What a request that is not met in full comes to, where the caller asked not to have an
 * exception thrown: a degraded result that may still serve for something, or a rejected
 * one. Immutable and safe for concurrent use; each method returns a new policy.
 */
public final class DegradationPolicy {

	/**
	 * One key must have a value. A missing optional key changes nothing; anything else
	 * that is lacking degrades. What is degraded may be read and evaluated, not acted on.
	 */
	public static final DegradationPolicy DEFAULT = new DegradationPolicy(1, 0, DefaultResponses.LENIENT,
			new Permissions(inOrder(List.of(Action.READ, Action.EVALUATE, Action.ACT)),
					inOrder(List.of(Action.READ, Action.EVALUATE)), Set.of()));

	/**
	 * Nothing is degraded: whatever is lacking rejects, a missing optional key too.
	 */
	public static final DegradationPolicy FAIL_CLOSED = new DegradationPolicy(1, 0, DefaultResponses.STRICT,
			DEFAULT.permissions);

	/**
	 * As {@link #DEFAULT}, and what is degraded may be read only.
	 */
	public static final DegradationPolicy READ_ONLY = DEFAULT.allowing(Standing.DEGRADED, Action.READ);

	/**
	 * As {@link #DEFAULT}, and what is degraded may also serve to withdraw and to reduce
	 * what was begun, as may what is rejected serve to withdraw.
	 */
	public static final DegradationPolicy RISK_REDUCTION = DEFAULT
		.allowing(Standing.DEGRADED, Action.READ, Action.EVALUATE, Action.CANCEL, Action.REDUCE)
		.allowing(Standing.REJECTED, Action.CANCEL);

	private final int minimumResolved;

	private final int minimumResolvedRequired;

	private final Map<Lack, Response> responses;

	private final Permissions permissions;

	private DegradationPolicy(int minimumResolved, int minimumResolvedRequired, Map<Lack, Response> responses,
			Permissions permissions) {
		this.minimumResolved = minimumResolved;
		this.minimumResolvedRequired = minimumResolvedRequired;
		this.responses = responses;
		this.permissions = permissions;
	}

	/**
	 * Returns this policy with another least number of keys that have an answer, below
	 * which a request is rejected.
	 * @param number how many keys: zero or more
	 * @return the policy
	 * @throws IllegalArgumentException if the number is negative
	 */
	public DegradationPolicy minimumResolved(int number) {
		return new DegradationPolicy(requireNotNegative("minimumResolved", number), this.minimumResolvedRequired,
				this.responses, this.permissions);
	}

	/**
	 * Returns this policy with another least number of required keys that have an answer,
	 * below which a request is rejected.
	 * @param number how many keys: zero or more
	 * @return the policy
	 * @throws IllegalArgumentException if the number is negative
	 */
	public DegradationPolicy minimumResolvedRequired(int number) {
		return new DegradationPolicy(this.minimumResolved, requireNotNegative("minimumResolvedRequired", number),
				this.responses, this.permissions);
	}

	private static Set<Action> inOrder(Collection<Action> actions) {
		return Collections.unmodifiableSet(new LinkedHashSet<>(actions));
	}

	private static int requireNotNegative(String name, int number) {
		if (number < 0) {
			throw new IllegalArgumentException(name + ": " + number + " (expected: zero or more)");
		}
		return number;
	}

	/**
	 * Returns this policy with another response to something that is lacking.
	 * @param lack what is lacking
	 * @param response what it comes to; {@link Response#IGNORE} for optional keys only
	 * @return the policy
	 * @throws IllegalArgumentException if something else than a missing optional key is
	 * to be ignored
	 */
	public DegradationPolicy on(Lack lack, Response response) {
		if (response == Response.IGNORE && lack != Lack.OPTIONAL_KEY) {
			throw new IllegalArgumentException(lack + ": IGNORE (expected: DEGRADE or REJECT)");
		}
		Map<Lack, Response> changed = new EnumMap<>(this.responses);
		changed.put(Objects.requireNonNull(lack, "lack"), Objects.requireNonNull(response, "response"));
		return new DegradationPolicy(this.minimumResolved, this.minimumResolvedRequired,
				Collections.unmodifiableMap(changed), this.permissions);
	}

	/**
	 * Returns this policy with other actions allowed.
	 * @param standing for which results
	 * @param actions what is allowed; nothing at all where none is given
	 * @return the policy
	 */
	public DegradationPolicy allowing(Standing standing, Action... actions) {
		return new DegradationPolicy(this.minimumResolved, this.minimumResolvedRequired, this.responses,
				this.permissions.with(standing, Arrays.asList(actions)));
	}

	/**
	 * Returns how many keys must have an answer.
	 * @return the number
	 */
	public int minimumResolved() {
		return this.minimumResolved;
	}

	/**
	 * Returns how many required keys must have an answer.
	 * @return the number
	 */
	public int minimumResolvedRequired() {
		return this.minimumResolvedRequired;
	}

	/**
	 * Returns what something that is lacking comes to.
	 * @param lack what is lacking
	 * @return what it comes to
	 */
	public Response responseTo(Lack lack) {
		return this.responses.getOrDefault(lack, Response.REJECT);
	}

	/**
	 * Returns what is allowed.
	 * @param standing with which results
	 * @return the actions, in the order in which they were given; unmodifiable
	 */
	public Set<Action> actions(Standing standing) {
		return switch (standing) {
			case ACCEPTED -> this.permissions.accepted;
			case DEGRADED -> this.permissions.degraded;
			case REJECTED -> this.permissions.rejected;
		};
	}

	/**
	 * What a request may lack.
	 */
	public enum Lack {

		/** A required key has no value. */
		REQUIRED_KEY,

		/** An optional key failed. */
		OPTIONAL_KEY,

		/** The values were observed too far apart. */
		CONSISTENCY,

		/** The acceptance policy is not met. */
		ACCEPTANCE

	}

	/**
	 * What something that is lacking comes to.
	 */
	public enum Response {

		/** To nothing. */
		IGNORE,

		/** The result is degraded. */
		DEGRADE,

		/** The result is rejected. */
		REJECT

	}

	/**
	 * How a result stands.
	 */
	public enum Standing {

		/** The request is met. */
		ACCEPTED,

		/** Something is lacking, and the snapshot may still serve for something. */
		DEGRADED,

		/** The snapshot, where there is one, must not be acted on. */
		REJECTED

	}

	/**
	 * The responses of the presets.
	 */
	private static final class DefaultResponses {

		private static final Map<Lack, Response> LENIENT = Map.of(Lack.REQUIRED_KEY, Response.DEGRADE,
				Lack.OPTIONAL_KEY, Response.IGNORE, Lack.CONSISTENCY, Response.DEGRADE, Lack.ACCEPTANCE,
				Response.DEGRADE);

		private static final Map<Lack, Response> STRICT = Map.of(Lack.REQUIRED_KEY, Response.REJECT, Lack.OPTIONAL_KEY,
				Response.REJECT, Lack.CONSISTENCY, Response.REJECT, Lack.ACCEPTANCE, Response.REJECT);

	}

	private record Permissions(Set<Action> accepted, Set<Action> degraded, Set<Action> rejected) {

		private Permissions with(Standing standing, Collection<Action> actions) {
			Set<Action> allowed = inOrder(actions);
			return switch (standing) {
				case ACCEPTED -> new Permissions(allowed, this.degraded, this.rejected);
				case DEGRADED -> new Permissions(this.accepted, allowed, this.rejected);
				case REJECTED -> new Permissions(this.accepted, this.degraded, allowed);
			};
		}

	}

}
