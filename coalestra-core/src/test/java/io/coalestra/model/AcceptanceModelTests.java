package io.coalestra.model;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Predicate;

import io.coalestra.cache.ResourceVersion;
import io.coalestra.cache.Revision;
import io.coalestra.internal.verdict.AcceptanceCheck;
import io.coalestra.internal.verdict.Candidates;
import io.coalestra.internal.verdict.ConsistencyCheck;
import io.coalestra.key.ResourceKey;
import io.coalestra.key.ResourceType;
import io.coalestra.policy.AcceptancePolicy;
import io.coalestra.policy.AcceptanceRule;
import io.coalestra.policy.ConsistencyPolicy;
import io.coalestra.policy.Requirement;
import io.coalestra.snapshot.SnapshotRequest;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Acceptance and consistency against a reference that is as plain as can be: sets of
 * words for what is wrong with each key, and a count for each requirement.
 */
class AcceptanceModelTests {

	private static final ResourceType<Integer> ITEM = ResourceType.of("model", "item", Integer.class);

	private static final long NOW = 1_000;

	private static final int CASES = 30_000;

	@Test
	void everyViolationIsOneOfTheReferenceAndNoneIsLeftOut() {
		for (int seed = 0; seed < CASES; seed++) {
			Case drawn = new Case(new SplittableRandom(seed));
			AcceptancePolicy policy = drawn.policy();
			if (policy != null) {
				List<String> found = new AcceptanceCheck(drawn.request(), policy, drawn, NOW).violations()
					.stream()
					.map((violation) -> violation.reason() + violation.keys())
					.toList();
				assertThat(new LinkedHashSet<>(found)).as("seed %d: %s", seed, drawn)
					.isEqualTo(drawn.expectedViolations(policy));
				assertThat(found).as("seed %d: each is told once for each requirement", seed)
					.filteredOn((violation) -> !violation.startsWith("requirement"))
					.doesNotHaveDuplicates();
			}
		}
	}

	@Test
	void valuesAreTooFarApartExactlyWhereSomePairOfThemIs() {
		for (int seed = 0; seed < CASES; seed++) {
			SplittableRandom random = new SplittableRandom(seed);
			Case drawn = new Case(random);
			ConsistencyPolicy policy = ConsistencyPolicy.maxSkew(Duration.ofNanos(random.nextInt(6)));
			policy = random.nextBoolean() ? policy.includingOptional() : policy;
			boolean all = policy.participants() == io.coalestra.policy.Participants.ALL;
			int participants = all ? drawn.keys.size() : drawn.required;
			ConsistencyCheck check = new ConsistencyCheck(drawn.request(), policy, drawn);
			assertThat(check.isMet()).as("seed %d: %s", seed, drawn)
				.isEqualTo(drawn.everyPair(participants, policy.maxSkew().toNanos()));
			assertThat(check.violation() == null).isEqualTo(check.isMet());
			assertThat(check.lagging()).isEqualTo(drawn.lagging(participants, policy.maxSkew().toNanos()));
		}
	}

	/**
	 * A request with values and a policy, drawn at random.
	 */
	private static final class Case implements Candidates {

		private final List<ResourceKey<?>> keys = new ArrayList<>();

		private final int required;

		private final @Nullable Revision<?>[] values;

		private final boolean[] stale;

		private final SplittableRandom random;

		private Case(SplittableRandom random) {
			this.random = random;
			int size = 1 + random.nextInt(5);
			for (int i = 0; i < size; i++) {
				this.keys.add(ITEM.key(i));
			}
			this.required = random.nextInt(size + 1);
			this.values = new Revision<?>[size];
			this.stale = new boolean[size];
			for (int i = 0; i < size; i++) {
				int kind = random.nextInt(6);
				this.values[i] = (kind == 0) ? null : value(this.keys.get(i), kind == 1);
				this.stale[i] = random.nextInt(3) == 0;
			}
		}

		private Revision<?> value(ResourceKey<?> key, boolean absent) {
			Revision.Provenance from = new Revision.Provenance("s", NOW + 1 - this.random.nextInt(8), NOW,
					Duration.ZERO, 1, this.random.nextInt(4), Map.of(), Set.of(), List.of());
			@SuppressWarnings("unchecked")
			ResourceKey<Integer> typed = (ResourceKey<Integer>) key;
			return new Revision<>(typed, absent ? null : 1, true, from, new ResourceVersion("o", 1, null),
					new Revision.Lifetime(0, 0, 0, 0, 0, 0, null, null), null);
		}

		private SnapshotRequest request() {
			List<ResourceKey<?>> first = this.keys.subList(0, this.required);
			List<ResourceKey<?>> rest = this.keys.subList(this.required, this.keys.size());
			return first.isEmpty() ? SnapshotRequest.prefer(rest) : SnapshotRequest.require(first).optional(rest);
		}

		private @Nullable AcceptancePolicy policy() {
			AcceptancePolicy.Builder policy = AcceptancePolicy.builder().defaultRule(rule());
			for (ResourceKey<?> key : this.keys) {
				if (this.random.nextInt(4) == 0) {
					policy.rule(key, rule());
				}
			}
			for (int i = this.random.nextInt(3); i > 0; i--) {
				ResourceKey<?>[] members = this.keys.stream()
					.filter((key) -> this.random.nextBoolean())
					.toArray(ResourceKey<?>[]::new);
				if (members.length > 0) {
					policy.require(Requirement.atLeast(1 + this.random.nextInt(members.length), members));
				}
			}
			if (this.random.nextBoolean()) {
				policy.includingOptional();
			}
			try {
				return policy.build();
			}
			catch (IllegalArgumentException ex) {
				return null;
			}
		}

		private AcceptanceRule rule() {
			AcceptanceRule rule = AcceptanceRule.ANY;
			rule = this.random.nextBoolean() ? rule.maxAge(Duration.ofNanos(this.random.nextInt(6))) : rule;
			rule = this.random.nextBoolean() ? rule.refusingStale() : rule;
			return this.random.nextBoolean() ? rule.minimumRank(this.random.nextInt(4)) : rule;
		}

		@Override
		public @Nullable Revision<?> at(int position) {
			return this.values[position];
		}

		@Override
		public boolean isStale(int position) {
			return this.stale[position];
		}

		// --- the reference ---

		private boolean hasValue(int position) {
			Revision<?> value = this.values[position];
			return value != null && !value.isAbsent();
		}

		private Set<String> faults(AcceptancePolicy policy, ResourceKey<?> key) {
			int position = this.keys.indexOf(key);
			Set<String> faults = new LinkedHashSet<>();
			if (hasValue(position)) {
				AcceptanceRule rule = policy.rules().getOrDefault(key, policy.defaultRule());
				long age = Math.max(0, NOW - observedAt(position));
				if (rule.staleValues() == AcceptanceRule.StaleValues.REFUSED && this.stale[position]) {
					faults.add("stale" + List.of(key));
				}
				if (rule.maxAge() != null && age > rule.maxAge().toNanos()) {
					faults.add("too_old" + List.of(key));
				}
				if (rule.minimumRank() != null && this.values[position].provenance().rank() < rule.minimumRank()) {
					faults.add("insufficient_authority" + List.of(key));
				}
			}
			return faults;
		}

		private Set<String> expectedViolations(AcceptancePolicy policy) {
			Set<String> expected = new LinkedHashSet<>();
			Predicate<ResourceKey<?>> direct = (key) -> this.keys.indexOf(key) < this.required
					|| policy.participants() == io.coalestra.policy.Participants.ALL || policy.rules().containsKey(key);
			this.keys.stream().filter(direct).forEach((key) -> expected.addAll(faults(policy, key)));
			for (Requirement requirement : policy.requirements()) {
				long acceptable = requirement.keys()
					.stream()
					.filter((key) -> hasValue(this.keys.indexOf(key)) && faults(policy, key).isEmpty())
					.count();
				if (acceptable < requirement.minimum()) {
					requirement.keys().forEach((key) -> expected.addAll(faults(policy, key)));
					expected.add("requirement_unsatisfied" + requirement.keys());
				}
			}
			return expected;
		}

		private long observedAt(int position) {
			return this.values[position].provenance().observedAt();
		}

		private boolean everyPair(int participants, long limit) {
			for (int i = 0; i < participants; i++) {
				for (int j = 0; j < participants; j++) {
					if (hasValue(i) && hasValue(j) && observedAt(i) - observedAt(j) > limit) {
						return false;
					}
				}
			}
			return true;
		}

		private List<Integer> lagging(int participants, long limit) {
			List<Integer> lagging = new ArrayList<>();
			for (int i = 0; i < participants; i++) {
				boolean lags = false;
				for (int j = 0; j < participants; j++) {
					lags |= hasValue(i) && hasValue(j) && observedAt(j) - observedAt(i) > limit;
				}
				if (lags) {
					lagging.add(i);
				}
			}
			return lagging;
		}

		@Override
		public String toString() {
			return this.required + " of " + this.keys + " required";
		}

	}

}
