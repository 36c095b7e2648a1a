package io.coalestra.policy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import io.coalestra.key.ResourceKey;
import org.jspecify.annotations.Nullable;

/**
 * What makes a whole snapshot good enough to act on: rules for its values, and how many
 * of which keys must meet them. Immutable and safe for concurrent use.
 *
 * <p>
 * Required keys are held to their rules, and so is every key that has a rule of its own;
 * optional keys only where {@link Builder#includingOptional()} says so. A key that is
 * only a member of a requirement counts for it when it meets its rule; that it does not
 * is reported only when the requirement is not met.
 */
public final class AcceptancePolicy {

	private final AcceptanceRule defaultRule;

	private final Map<ResourceKey<?>, AcceptanceRule> rules;

	private final List<Requirement> requirements;

	private final Participants participants;

	private final Remedy remedy;

	private AcceptancePolicy(Builder builder) {
		this.defaultRule = builder.defaultRule;
		this.rules = Collections.unmodifiableMap(new LinkedHashMap<>(builder.rules));
		this.requirements = List.copyOf(builder.requirements);
		this.participants = builder.participants;
		this.remedy = builder.remedy;
	}

	/**
	 * Holds every required key to one rule.
	 * @param rule the rule, which can refuse something
	 * @return the policy
	 * @throws IllegalArgumentException if the rule can refuse nothing
	 */
	public static AcceptancePolicy of(AcceptanceRule rule) {
		return builder().defaultRule(rule).build();
	}

	/**
	 * Requires that some of the keys have a value.
	 * @param requirements the requirements, at least one
	 * @return the policy
	 * @throws IllegalArgumentException if there is no requirement
	 */
	public static AcceptancePolicy of(Requirement... requirements) {
		Builder builder = builder();
		for (Requirement requirement : requirements) {
			builder.require(requirement);
		}
		return builder.build();
	}

	/**
	 * Starts a policy.
	 * @return a builder
	 */
	public static Builder builder() {
		return new Builder();
	}

	/**
	 * Returns the rule of a key: its own, or the default.
	 * @param key the key
	 * @return the rule
	 */
	public AcceptanceRule ruleOf(ResourceKey<?> key) {
		AcceptanceRule own = this.rules.get(key);
		return (own != null) ? own : this.defaultRule;
	}

	/**
	 * Returns the rule of keys that have none of their own.
	 * @return the rule
	 */
	public AcceptanceRule defaultRule() {
		return this.defaultRule;
	}

	/**
	 * Returns the rules of single keys.
	 * @return an unmodifiable map
	 */
	public Map<ResourceKey<?>, AcceptanceRule> rules() {
		return this.rules;
	}

	/**
	 * Returns how many of which keys must be acceptable.
	 * @return the requirements, in the order in which they were added
	 */
	public List<Requirement> requirements() {
		return this.requirements;
	}

	/**
	 * Returns which keys are held to the default rule.
	 * @return the keys
	 */
	public Participants participants() {
		return this.participants;
	}

	/**
	 * Returns what is done when the snapshot is not acceptable.
	 * @return the remedy; values that are too old or stale are what is read again
	 */
	public Remedy remedy() {
		return this.remedy;
	}

	/**
	 * Finds a key that the policy names and a request does not ask for.
	 * @param asked the keys of the request
	 * @return the key, or null when there is none
	 */
	public @Nullable ResourceKey<?> foreignTo(List<ResourceKey<?>> asked) {
		for (ResourceKey<?> key : this.rules.keySet()) {
			if (!asked.contains(key)) {
				return key;
			}
		}
		for (Requirement requirement : this.requirements) {
			for (ResourceKey<?> key : requirement.keys()) {
				if (!asked.contains(key)) {
					return key;
				}
			}
		}
		return null;
	}

	/**
	 * Collects a policy. Not safe for concurrent use.
	 */
	public static final class Builder {

		private AcceptanceRule defaultRule = AcceptanceRule.ANY;

		private final Map<ResourceKey<?>, AcceptanceRule> rules = new LinkedHashMap<>();

		private final List<Requirement> requirements = new ArrayList<>();

		private Participants participants = Participants.REQUIRED;

		private Remedy remedy = Remedy.REJECT;

		private Builder() {
		}

		/**
		 * Sets the rule of keys that have none of their own.
		 * @param rule the rule; by default {@link AcceptanceRule#ANY}
		 * @return this
		 */
		public Builder defaultRule(AcceptanceRule rule) {
			this.defaultRule = Objects.requireNonNull(rule, "defaultRule");
			return this;
		}

		/**
		 * Sets the rule of a key, to which it is held even where it is optional.
		 * @param key the key
		 * @param rule its rule; {@link AcceptanceRule#ANY} exempts it
		 * @return this
		 * @throws IllegalArgumentException if the key has a rule already
		 */
		public Builder rule(ResourceKey<?> key, AcceptanceRule rule) {
			if (this.rules.putIfAbsent(key, Objects.requireNonNull(rule, "rule")) != null) {
				throw new IllegalArgumentException("rule of " + key + ": given twice (expected: once)");
			}
			return this;
		}

		/**
		 * Adds a requirement.
		 * @param requirement how many of which keys must be acceptable
		 * @return this
		 */
		public Builder require(Requirement requirement) {
			this.requirements.add(Objects.requireNonNull(requirement, "requirement"));
			return this;
		}

		/**
		 * Holds optional keys that have a value to the rules as well.
		 * @return this
		 */
		public Builder includingOptional() {
			this.participants = Participants.ALL;
			return this;
		}

		/**
		 * Has values that are too old or stale read again, each once, before the snapshot
		 * is rejected.
		 * @return this
		 */
		public Builder repairing() {
			this.remedy = Remedy.READ_AGAIN;
			return this;
		}

		/**
		 * Makes the policy.
		 * @return the policy
		 * @throws IllegalArgumentException if nothing in it can refuse a snapshot
		 */
		public AcceptancePolicy build() {
			boolean canRefuse = this.defaultRule.canRefuse() || !this.requirements.isEmpty()
					|| this.rules.values().stream().anyMatch(AcceptanceRule::canRefuse);
			if (!canRefuse) {
				throw new IllegalArgumentException(
						"acceptance: nothing can be refused (expected: a rule with a limit, or a requirement)");
			}
			return new AcceptancePolicy(this);
		}

	}

}
