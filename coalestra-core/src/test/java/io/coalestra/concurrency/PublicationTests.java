package io.coalestra.concurrency;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.UnaryOperator;

import io.coalestra.Coalestra;
import io.coalestra.cache.Revision;
import io.coalestra.cache.SnapshotCache;
import io.coalestra.key.ResourceKey;
import io.coalestra.key.ResourceType;
import io.coalestra.policy.Freshness;
import io.coalestra.policy.KeyPolicies;
import io.coalestra.policy.Resilience;
import io.coalestra.policy.SourceAuthority;
import io.coalestra.publish.ResourceUpdate;
import io.coalestra.publish.SubmissionSettings;
import io.coalestra.snapshot.Snapshot;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.snapshot.SnapshotRequest;
import io.coalestra.snapshot.SnapshotValue;
import io.coalestra.source.Payload;
import io.coalestra.source.Source;
import io.coalestra.time.TimeSource;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Events of eight threads at once: no reader ever sees the cache go back, and the
 * strongest event is there in the end.
 */
class PublicationTests {

	private static final ResourceType<String> ITEM = ResourceType.of("test", "item", String.class);

	private static final List<ResourceKey<String>> KEYS = List.of(ITEM.key(0), ITEM.key(1), ITEM.key(2));

	private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

	private static final long SEED = Long.getLong("coalestra.seed", 20_261_121L);

	@Test
	void theCacheNeverGoesBackAndTheStrongestEventWins() {
		int writers = 8;
		int events = 4_000;
		SourceAuthority authority = SourceAuthority.EQUAL.rank("rank1", 1).rank("rank2", 2);
		Queue<String> faults = new ConcurrentLinkedQueue<>();
		ConcurrentMap<ResourceKey<?>, Stamp> strongest = new ConcurrentHashMap<>();
		AtomicBoolean done = new AtomicBoolean();
		CountDownLatch looking = new CountDownLatch(3);
		LongAdder reads = new LongAdder();
		try (SnapshotBuilder builder = Coalestra.builder()
			.defaultFreshness(Freshness.forever())
			.authority(KeyPolicies.of(authority))
			.build()) {
			List<Thread> publishers = new ArrayList<>();
			for (int i = 0; i < writers; i++) {
				SplittableRandom random = new SplittableRandom(SEED + i);
				publishers.add(Thread.ofPlatform().start(() -> {
					Waiting.forLatch(looking);
					for (int event = 0; event < events; event++) {
						// Time moves on, and each event is off by a little; ranks rise
						// late.
						Stamp stamp = new Stamp((random.nextInt(events) < event) ? random.nextInt(3) : 0,
								event + random.nextInt(50));
						ResourceKey<String> key = KEYS.get(random.nextInt(KEYS.size()));
						strongest.merge(key, stamp, Stamp::max);
						builder.publisher()
							.publish(key, stamp.toString(), "rank" + stamp.rank, START.plusNanos(stamp.time));
						Stamp seen = Stamp.of(builder.build(key).value(key));
						if (seen.compareTo(stamp) < 0) {
							faults.add("published " + stamp + ", then saw " + seen);
						}
					}
				}));
			}
			List<Thread> readers = new ArrayList<>();
			for (int i = 0; i < 3; i++) {
				readers.add(Thread.ofPlatform().start(() -> {
					Map<ResourceKey<?>, Stamp> last = new HashMap<>();
					while (!done.get()) {
						Snapshot snapshot = builder.build(SnapshotRequest.prefer(KEYS));
						for (ResourceKey<String> key : KEYS) {
							snapshot.findValue(key).ifPresent((value) -> {
								Stamp now = Stamp.of(value);
								Stamp before = last.put(key, now);
								if (before != null && before.compareTo(now) > 0) {
									faults.add(key + " went from " + before + " back to " + now);
								}
								if (!value.value().equals(now.toString())) {
									faults.add(key + " is " + value.value() + " with the provenance of " + now);
								}
							});
						}
						reads.increment();
						looking.countDown();
					}
				}));
			}
			publishers.forEach((thread) -> Waiting.join(thread, Duration.ofMinutes(2)));
			done.set(true);
			readers.forEach((thread) -> Waiting.join(thread, Duration.ofMinutes(2)));
			assertThat(faults).as("seed %d", SEED).isEmpty();
			assertThat(reads.sum()).as("reads while events came").isGreaterThan(100);
			for (ResourceKey<String> key : KEYS) {
				assertThat(Stamp.of(builder.build(key).value(key))).as("%s, seed %d", key, SEED)
					.isEqualTo(strongest.get(key));
			}
		}
	}

	@Test
	void theCacheNeverGoesBackWhileReadsAndRefreshesComeBetween() {
		int writers = 8;
		int events = 1_500;
		Queue<String> faults = new ConcurrentLinkedQueue<>();
		ConcurrentMap<ResourceKey<?>, Stamp> strongest = new ConcurrentHashMap<>();
		AtomicBoolean done = new AtomicBoolean();
		AtomicLong reads = new AtomicLong();
		SnapshotCache cache = new WatchedCache(faults);
		try (SnapshotBuilder builder = Coalestra.builder()
			.cache(cache)
			.submissions(SubmissionSettings.DEFAULT.maxPending(writers * events))
			.defaultFreshness(
					Freshness.ttl(Duration.ofNanos(1)).maxStale(Duration.ofDays(36_500)).staleWhileRevalidate())
			.defaultResilience(Resilience.NONE)
			.authority(KeyPolicies.of(SourceAuthority.EQUAL.rank("read", 1).rank("rank1", 1).rank("rank2", 2)))
			.source(Source.single("read", ITEM, (key, context) -> {
				Stamp stamp = new Stamp(1, reads.incrementAndGet() % events);
				return Payload.of(stamp.toString()).observedAt(START.plusNanos(stamp.time));
			}).nonBlocking().build())
			.build()) {
			List<Thread> publishers = new ArrayList<>();
			for (int i = 0; i < writers; i++) {
				SplittableRandom random = new SplittableRandom(SEED + i);
				publishers.add(Thread.ofPlatform().start(() -> {
					List<CompletableFuture<?>> submitted = new ArrayList<>();
					for (int event = 0; event < events; event++) {
						Stamp stamp = new Stamp((random.nextInt(events) < event) ? 2 : 1, event + random.nextInt(50));
						ResourceKey<String> key = KEYS.get(random.nextInt(KEYS.size()));
						strongest.merge(key, stamp, Stamp::max);
						ResourceUpdate<String> update = ResourceUpdate.of(key, stamp.toString(), "rank" + stamp.rank)
							.observedAt(START.plusNanos(stamp.time));
						if (random.nextBoolean()) {
							submitted.add(builder.publisher().submit(update));
						}
						else {
							builder.publisher().publish(update);
						}
						if (event % 10 == 0) {
							builder.build(SnapshotRequest.prefer(KEYS).bypassCache());
						}
					}
					CompletableFuture.allOf(submitted.toArray(CompletableFuture[]::new)).join();
				}));
			}
			List<Thread> readers = new ArrayList<>();
			for (int i = 0; i < 2; i++) {
				readers.add(Thread.ofPlatform().start(() -> {
					while (!done.get()) {
						// Stale at once, so that each sets refreshes off.
						builder.build(SnapshotRequest.prefer(KEYS));
					}
				}));
			}
			publishers.forEach((thread) -> Waiting.join(thread, Duration.ofMinutes(2)));
			done.set(true);
			readers.forEach((thread) -> Waiting.join(thread, Duration.ofMinutes(2)));
			Waiting.until("no refresh is left", Duration.ofSeconds(60),
					() -> builder.health().backgroundRefreshes() == 0);
			assertThat(faults).as("seed %d", SEED).isEmpty();
			assertThat(reads.get()).as("reads and refreshes while events came").isGreaterThan(100);
			for (ResourceKey<String> key : KEYS) {
				assertThat(Stamp.of(builder.build(key).value(key))).as("%s, seed %d", key, SEED)
					.isEqualTo(strongest.get(key));
			}
		}
	}

	/**
	 * Looks at every change of an entry, inside of it.
	 */
	private static final class WatchedCache extends InterposedCache {

		private final Queue<String> faults;

		private WatchedCache(Queue<String> faults) {
			super(SnapshotCache.bounded(100));
			this.faults = faults;
		}

		@Override
		public Revision<?> compute(ResourceKey<?> key, UnaryOperator<Revision<?>> change) {
			return super.compute(key, (before) -> {
				Revision<?> after = change.apply(before);
				if (before != null && (after == null || Stamp.of(before).compareTo(Stamp.of(after)) > 0)) {
					this.faults.add(key + " went from " + before + " back to " + after);
				}
				return after;
			});
		}

	}

	private record Stamp(int rank, long time) implements Comparable<Stamp> {

		private static Stamp of(SnapshotValue<String> value) {
			return new Stamp(value.authorityRank(), Duration.between(START, value.observedAt()).toNanos());
		}

		private static Stamp of(Revision<?> revision) {
			return new Stamp(revision.provenance().rank(),
					revision.provenance().observedAt() - TimeSource.toEpochNanos(START));
		}

		private static Stamp max(Stamp one, Stamp other) {
			return (one.compareTo(other) >= 0) ? one : other;
		}

		@Override
		public int compareTo(Stamp other) {
			return (this.rank != other.rank) ? Integer.compare(this.rank, other.rank)
					: Long.compare(this.time, other.time);
		}

	}

}
