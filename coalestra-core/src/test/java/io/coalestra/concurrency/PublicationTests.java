package io.coalestra.concurrency;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;

import io.coalestra.Coalestra;
import io.coalestra.key.ResourceKey;
import io.coalestra.key.ResourceType;
import io.coalestra.policy.Freshness;
import io.coalestra.policy.KeyPolicies;
import io.coalestra.policy.SourceAuthority;
import io.coalestra.snapshot.Snapshot;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.snapshot.SnapshotRequest;
import io.coalestra.snapshot.SnapshotValue;
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
		LongAdder reads = new LongAdder();
		try (SnapshotBuilder builder = Coalestra.builder()
			.defaultFreshness(Freshness.forever())
			.authority(KeyPolicies.of(authority))
			.build()) {
			List<Thread> publishers = new ArrayList<>();
			for (int i = 0; i < writers; i++) {
				SplittableRandom random = new SplittableRandom(SEED + i);
				publishers.add(Thread.ofPlatform().start(() -> {
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
					}
				}));
			}
			publishers.forEach((thread) -> Waiting.join(thread, Duration.ofSeconds(60)));
			done.set(true);
			readers.forEach((thread) -> Waiting.join(thread, Duration.ofSeconds(10)));
			assertThat(faults).as("seed %d", SEED).isEmpty();
			assertThat(reads.sum()).as("reads while events came").isGreaterThan(100);
			for (ResourceKey<String> key : KEYS) {
				assertThat(Stamp.of(builder.build(key).value(key))).as("%s, seed %d", key, SEED)
					.isEqualTo(strongest.get(key));
			}
		}
	}

	private record Stamp(int rank, long time) implements Comparable<Stamp> {

		private static Stamp of(SnapshotValue<String> value) {
			return new Stamp(value.authorityRank(), Duration.between(START, value.observedAt()).toNanos());
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
