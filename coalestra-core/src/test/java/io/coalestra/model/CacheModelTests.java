package io.coalestra.model;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

import io.coalestra.Coalestra;
import io.coalestra.cache.WriteRule;
import io.coalestra.key.ResourceKey;
import io.coalestra.key.ResourceType;
import io.coalestra.policy.Freshness;
import io.coalestra.policy.KeyPolicies;
import io.coalestra.policy.Resilience;
import io.coalestra.policy.SourceAuthority;
import io.coalestra.publish.PublishResult;
import io.coalestra.publish.PublishStatus;
import io.coalestra.publish.ResourceUpdate;
import io.coalestra.snapshot.Snapshot;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.snapshot.SnapshotRequest;
import io.coalestra.source.Payload;
import io.coalestra.source.Source;
import io.coalestra.time.SteerableTimeSource;
import io.coalestra.time.TimeSource;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * What stays in the cache, authority first and then time, against a map.
 */
class CacheModelTests {

	private static final ResourceType<String> ITEM = ResourceType.of("model", "item", String.class);

	private static final List<String> TAGS = List.of("red", "blue");

	private static final List<WriteRule> RULES = List.of(WriteRule.values());

	@Test
	void theCacheDecidesAsTheModelDoes() {
		Scripts.check(5_000, CacheModelTests::script, (script) -> new Run(script, false).check());
	}

	@Test
	void aModelThatAsksForTimeBeforeAuthorityIsFoundOut() {
		Throwable fault = catchThrowable(
				() -> Scripts.check(5_000, CacheModelTests::script, (script) -> new Run(script, true).check()));
		assertThat(fault).isInstanceOf(AssertionError.class).hasMessageContaining("shortened");
	}

	// --- scripts ---

	private static List<Step> script(SplittableRandom random) {
		List<Step> script = new ArrayList<>();
		int actions = 2 + random.nextInt(20);
		for (int i = 0; i < actions; i++) {
			script.add(switch (random.nextInt(12)) {
				case 0, 1, 2 -> new Publish(List.of(update(random)), rule(random));
				case 3 -> {
					List<Update> updates = new ArrayList<>();
					for (int update = 0; update < 2 + random.nextInt(3); update++) {
						updates.add(update(random));
					}
					yield new Publish(updates, rule(random));
				}
				case 4, 5 -> new Fetch(random.nextInt(3), random.nextInt(5) - 1, random.nextInt(4), random.nextInt(3));
				case 6 -> new Invalidate(random.nextInt(3));
				case 7 -> new InvalidateTag(random.nextInt(2));
				case 8 -> (random.nextInt(3) == 0) ? new Clear() : new Advance(random.nextInt(3));
				default -> new Read();
			});
		}
		script.add(new Read());
		return script;
	}

	private static Update update(SplittableRandom random) {
		return new Update(random.nextInt(3), random.nextInt(3), random.nextInt(5) - 1, random.nextInt(4));
	}

	private static WriteRule rule(SplittableRandom random) {
		return (random.nextInt(3) > 0) ? WriteRule.MONOTONIC : RULES.get(random.nextInt(RULES.size()));
	}

	private sealed interface Step {

	}

	// An age of -1 is no time at all.
	private record Update(int key, int rank, int age, int value) {
	}

	private record Publish(List<Update> updates, WriteRule rule) implements Step {
	}

	// A tag of 2 is none.
	private record Fetch(int key, int age, int value, int tag) implements Step {
	}

	private record Invalidate(int key) implements Step {
	}

	private record InvalidateTag(int tag) implements Step {
	}

	private record Clear() implements Step {
	}

	private record Advance(int nanos) implements Step {
	}

	private record Read() implements Step {
	}

	// --- the builder under test ---

	private static final class Run {

		private static final int SOURCE_RANK = 1;

		private final SteerableTimeSource time = new SteerableTimeSource();

		private final List<Step> script;

		private final Model model;

		private final Map<Integer, Long> sequences = new HashMap<>();

		private Fetch answer;

		private Run(List<Step> script, boolean faulty) {
			this.script = script;
			this.model = new Model(faulty);
		}

		private void check() {
			SourceAuthority authority = SourceAuthority.EQUAL.rank("rank1", 1)
				.rank("rank2", 2)
				.rank("source", SOURCE_RANK);
			try (SnapshotBuilder builder = Coalestra.builder()
				.timeSource(this.time)
				.executor(new CallerRuns())
				.defaultResilience(Resilience.NONE)
				.defaultFreshness(Freshness.forever())
				.authority(KeyPolicies.of(authority))
				.source(Source.single("source", ITEM, (key, context) -> answer()).nonBlocking().build())
				.build()) {
				for (int i = 0; i < this.script.size(); i++) {
					step(builder, this.script.get(i), i);
				}
			}
		}

		private Payload<String> answer() {
			Fetch fetch = this.answer;
			if (fetch == null) {
				throw new IllegalStateException("nothing to fetch");
			}
			Payload<String> payload = Payload.of("value" + fetch.value);
			if (fetch.age >= 0) {
				payload = payload.observedAt(this.time.now().minusNanos(fetch.age));
			}
			return (fetch.tag < TAGS.size()) ? payload.tags(TAGS.get(fetch.tag)) : payload;
		}

		private void step(SnapshotBuilder builder, Step step, int number) {
			long now = this.time.epochNanos();
			switch (step) {
				case Publish publish -> {
					List<ResourceUpdate<?>> updates = new ArrayList<>();
					for (Update update : publish.updates) {
						ResourceUpdate<String> event = ResourceUpdate.of(ITEM.key(update.key), "value" + update.value,
								"rank" + update.rank);
						updates
							.add((update.age < 0) ? event : event.observedAt(this.time.now().minusNanos(update.age)));
					}
					Map<Integer, PublishStatus> actual = new LinkedHashMap<>();
					for (PublishResult result : builder.publisher().publishAll(updates, publish.rule)) {
						actual.put(Integer.parseInt(result.key().subject()), result.status());
					}
					assertThat(actual).as("step %d", number).isEqualTo(this.model.publish(publish, now));
				}
				case Fetch fetch -> {
					this.answer = fetch;
					String read = rendered(builder.build(SnapshotRequest.prefer(ITEM.key(fetch.key)).bypassCache()),
							fetch.key);
					this.answer = null;
					assertThat(read).as("step %d", number).isEqualTo(this.model.fetch(fetch, now));
				}
				case Invalidate invalidate -> {
					builder.publisher().invalidate(ITEM.key(invalidate.key));
					this.model.cache.remove(invalidate.key);
				}
				case InvalidateTag invalidate -> {
					builder.publisher().invalidateTag(TAGS.get(invalidate.tag));
					this.model.cache.values().removeIf((entry) -> entry.tag == invalidate.tag);
				}
				case Clear clear -> {
					builder.publisher().clear();
					this.model.cache.clear();
				}
				case Advance advance -> this.time.advance(Duration.ofNanos(advance.nanos));
				case Read read -> read(builder, number);
			}
		}

		private void read(SnapshotBuilder builder, int number) {
			List<ResourceKey<?>> keys = List.of(ITEM.key(0), ITEM.key(1), ITEM.key(2));
			Snapshot snapshot = builder.build(SnapshotRequest.prefer(keys));
			for (int key = 0; key < 3; key++) {
				Entry entry = this.model.cache.get(key);
				assertThat(rendered(snapshot, key)).as("step %d, key %d", number, key)
					.isEqualTo((entry != null) ? entry.rendered() : "nothing");
				if (entry != null) {
					long sequence = snapshot.value(ITEM.key(key)).version().sequence();
					Long before = this.sequences.put(entry.number, sequence);
					assertThat(before == null || before == sequence).as("one version a value, step %d", number)
						.isTrue();
					assertThat(this.sequences.entrySet()).as("versions rise in the order of storing, step %d", number)
						.allMatch((other) -> other.getKey() == entry.number
								|| (other.getKey() < entry.number) == (other.getValue() < sequence));
				}
			}
		}

		private static String rendered(Snapshot snapshot, int key) {
			return snapshot.findValue(ITEM.key(key))
				.map((value) -> value.value() + " from " + value.source() + " rank " + value.authorityRank() + " at "
						+ TimeSource.toEpochNanos(value.observedAt()))
				.orElse("nothing");
		}

	}

	// --- the model ---

	private static final class Model {

		private final Map<Integer, Entry> cache = new HashMap<>();

		private final boolean timeFirst;

		private int numbers;

		private Model(boolean timeFirst) {
			this.timeFirst = timeFirst;
		}

		private Map<Integer, PublishStatus> publish(Publish publish, long now) {
			Map<Integer, Entry> strongest = new LinkedHashMap<>();
			for (Update update : publish.updates) {
				Entry entry = new Entry("value" + update.value, "rank" + update.rank, update.rank,
						now - Math.max(0, update.age), update.age < 0, true, 2, 0);
				strongest.merge(update.key, entry, (earlier, later) -> {
					boolean stronger = later.rank > earlier.rank
							|| (later.rank == earlier.rank && later.observed >= earlier.observed);
					return stronger ? later : earlier;
				});
			}
			Map<Integer, PublishStatus> statuses = new LinkedHashMap<>();
			strongest.forEach((key, entry) -> statuses.put(key, write(key, entry, publish.rule)));
			return statuses;
		}

		private PublishStatus write(int key, Entry entry, WriteRule rule) {
			Entry stored = this.cache.get(key);
			PublishStatus status = decide(entry, stored, rule);
			if (status == PublishStatus.PUBLISHED) {
				boolean same = stored != null && stored.value.equals(entry.value);
				this.cache.put(key, entry.numbered(same ? stored.number : ++this.numbers));
			}
			return status;
		}

		private PublishStatus decide(Entry entry, Entry stored, WriteRule rule) {
			if (rule == WriteRule.FORCE || stored == null) {
				return PublishStatus.PUBLISHED;
			}
			if (this.timeFirst && entry.observed < stored.observed) {
				return PublishStatus.IGNORED_OLDER;
			}
			if (entry.rank != stored.rank) {
				return (entry.rank > stored.rank) ? PublishStatus.PUBLISHED : PublishStatus.IGNORED_LOWER_AUTHORITY;
			}
			if (entry.observed != stored.observed) {
				return (entry.observed > stored.observed) ? PublishStatus.PUBLISHED : PublishStatus.IGNORED_OLDER;
			}
			boolean replaces = rule == WriteRule.REPLACE_EQUAL || (entry.assumed && (entry.event || !stored.event));
			return replaces ? PublishStatus.PUBLISHED : PublishStatus.IGNORED_DUPLICATE;
		}

		private String fetch(Fetch fetch, long now) {
			Entry entry = new Entry("value" + fetch.value, "source", Run.SOURCE_RANK, now - Math.max(0, fetch.age),
					fetch.age < 0, false, fetch.tag, 0);
			write(fetch.key, entry, WriteRule.MONOTONIC);
			return this.cache.get(fetch.key).rendered();
		}

	}

	private record Entry(String value, String source, int rank, long observed, boolean assumed, boolean event, int tag,
			int number) {

		private Entry numbered(int given) {
			return new Entry(this.value, this.source, this.rank, this.observed, this.assumed, this.event, this.tag,
					given);
		}

		private String rendered() {
			return this.value + " from " + this.source + " rank " + this.rank + " at " + this.observed;
		}

	}

}
