package io.coalestra.policy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.SequencedMap;

import io.coalestra.key.ResourceKey;
import io.coalestra.key.ResourceKeys;

/**
 * How a snapshot falls short of a policy: data, immutable.
 */
public sealed interface PolicyViolation {

	/**
	 * Returns the stable name under which the violation is reported and counted.
	 * @return the name, such as {@code too_old}
	 */
	String reason();

	/**
	 * Returns the keys that are concerned.
	 * @return the keys, at least one
	 */
	List<ResourceKey<?>> keys();

	/**
	 * Returns the violation as one line.
	 * @return the line
	 */
	String message();

	/**
	 * Returns the violation in its serialized form, a part of those of results and
	 * failures: {@code reason}, {@code message}, {@code keys}, and what was compared.
	 * @return an unmodifiable map of strings, numbers, booleans and lists
	 */
	default SequencedMap<String, Object> toMap() {
		return ViolationForm.of(this);
	}

	/**
	 * The values were observed too far apart.
	 *
	 * @param keys the keys that were compared, in the order of the request
	 * @param oldest the key that was observed first
	 * @param oldestObservedAt when
	 * @param newest the key that was observed last
	 * @param newestObservedAt when
	 * @param skew how far apart
	 * @param maxSkew how far they may be
	 */
	record Skewed(ResourceKeys keys, ResourceKey<?> oldest, Instant oldestObservedAt, ResourceKey<?> newest,
			Instant newestObservedAt, Duration skew, Duration maxSkew) implements PolicyViolation {

		@Override
		public String reason() {
			return "observation_skew";
		}

		@Override
		public String message() {
			return this.oldest + " was observed " + this.skew + " before " + this.newest + " (expected: at most "
					+ this.maxSkew + ")";
		}

	}

	/**
	 * A value is past its time to live.
	 *
	 * @param key the key
	 * @param age how long ago it was observed
	 */
	record Stale(ResourceKey<?> key, Duration age) implements PolicyViolation {

		@Override
		public String reason() {
			return "stale";
		}

		@Override
		public List<ResourceKey<?>> keys() {
			return List.of(this.key);
		}

		@Override
		public String message() {
			return this.key + " is stale, observed " + this.age + " ago (expected: fresh)";
		}

	}

	/**
	 * A value was observed too long ago.
	 *
	 * @param key the key
	 * @param age how long ago
	 * @param maxAge how long ago it may be
	 */
	record TooOld(ResourceKey<?> key, Duration age, Duration maxAge) implements PolicyViolation {

		@Override
		public String reason() {
			return "too_old";
		}

		@Override
		public List<ResourceKey<?>> keys() {
			return List.of(this.key);
		}

		@Override
		public String message() {
			return this.key + " was observed " + this.age + " ago (expected: at most " + this.maxAge + ")";
		}

	}

	/**
	 * A value is from a source of too little authority.
	 *
	 * @param key the key
	 * @param rank the source's rank
	 * @param minimumRank the least rank
	 */
	record InsufficientAuthority(ResourceKey<?> key, int rank, int minimumRank) implements PolicyViolation {

		@Override
		public String reason() {
			return "insufficient_authority";
		}

		@Override
		public List<ResourceKey<?>> keys() {
			return List.of(this.key);
		}

		@Override
		public String message() {
			return this.key + " is of rank " + this.rank + " (expected: " + this.minimumRank + " or more)";
		}

	}

	/**
	 * Too few keys of a requirement are acceptable.
	 *
	 * @param requirement the requirement
	 * @param accepted how many are
	 */
	record Unsatisfied(Requirement requirement, int accepted) implements PolicyViolation {

		@Override
		public String reason() {
			return "requirement_unsatisfied";
		}

		@Override
		public List<ResourceKey<?>> keys() {
			return this.requirement.keys();
		}

		@Override
		public String message() {
			String title = this.requirement.name().isEmpty() ? "requirement"
					: "requirement \"" + this.requirement.name() + "\"";
			return title + ": " + this.accepted + " of " + this.requirement.keys().size()
					+ " keys are acceptable (expected: " + this.requirement.minimum() + " or more)";
		}

	}

}
