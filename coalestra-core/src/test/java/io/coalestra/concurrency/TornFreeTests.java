package io.coalestra.concurrency;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongConsumer;
import java.util.function.Predicate;

import io.coalestra.Coalestra;
import io.coalestra.key.ResourceKey;
import io.coalestra.key.ResourceType;
import io.coalestra.policy.Freshness;
import io.coalestra.publish.ResourceUpdate;
import io.coalestra.snapshot.Snapshot;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.snapshot.SnapshotRequest;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is published together is seen together, by the warm path and by the cold one.
 */
class TornFreeTests {

	private static final ResourceType<Long> HALF = ResourceType.of("test", "half", Long.class);

	private static final ResourceKey<Long> LEFT = HALF.key("left");

	private static final ResourceKey<Long> RIGHT = HALF.key("right");

	private static final int READERS = 3;

	@Test
	void noSnapshotMixesWhatIsPublishedTogether() {
		try (SnapshotBuilder builder = builder()) {
			Observed observed = observe(builder, Duration.ofSeconds(5),
					(seen) -> seen.snapshots() > 10_000 && seen.different() > 100,
					(version) -> builder.publisher()
						.publishAll(List.of(ResourceUpdate.of(LEFT, version, "event"),
								ResourceUpdate.of(RIGHT, version, "event"))));
			assertThat(observed.snapshots()).as("snapshots").isGreaterThan(10_000);
			assertThat(observed.different()).as("different values seen").isGreaterThan(100);
			assertThat(observed.mixed()).as("mixed of %d snapshots", observed.snapshots()).isZero();
		}
	}

	@Test
	void theSameReadersFindTheMixesOfWhatIsPublishedOneByOne() {
		try (SnapshotBuilder builder = builder()) {
			Observed observed = observe(builder, Duration.ZERO, (seen) -> seen.mixed() > 0, (version) -> {
				builder.publisher().publish(LEFT, version, "event");
				builder.publisher().publish(RIGHT, version, "event");
			});
			assertThat(observed.mixed()).as("mixed of %d snapshots", observed.snapshots()).isPositive();
		}
	}

	private static SnapshotBuilder builder() {
		return Coalestra.builder().defaultFreshness(Freshness.forever()).build();
	}

	private static Observed observe(SnapshotBuilder builder, Duration span, Predicate<Observed> enough,
			LongConsumer publication) {
		publication.accept(0);
		AtomicBoolean done = new AtomicBoolean();
		LongAdder snapshots = new LongAdder();
		LongAdder mixed = new LongAdder();
		LongAdder different = new LongAdder();
		List<Thread> threads = new ArrayList<>();
		threads.add(Thread.ofPlatform().start(() -> {
			for (long version = 1; !done.get(); version++) {
				publication.accept(version);
			}
		}));
		// A request with a greatest age leaves the warm path.
		List<SnapshotRequest> requests = List.of(SnapshotRequest.require(LEFT, RIGHT),
				SnapshotRequest.require(RIGHT, LEFT), SnapshotRequest.require(LEFT, RIGHT).maxAge(Duration.ofHours(1)));
		for (int i = 0; i < READERS; i++) {
			SnapshotRequest request = requests.get(i);
			threads.add(Thread.ofPlatform().start(() -> {
				long last = -1;
				while (!done.get()) {
					Snapshot snapshot = builder.build(request);
					long left = snapshot.get(LEFT);
					if (left != snapshot.get(RIGHT)) {
						mixed.increment();
					}
					if (left != last) {
						different.increment();
					}
					last = left;
					snapshots.increment();
				}
			}));
		}
		long end = System.nanoTime() + span.toNanos();
		Waiting.until("the time is over, and enough was seen", Duration.ofSeconds(60),
				() -> System.nanoTime() - end >= 0
						&& enough.test(new Observed(snapshots.sum(), mixed.sum(), different.sum())));
		done.set(true);
		threads.forEach((thread) -> Waiting.join(thread, Duration.ofSeconds(60)));
		return new Observed(snapshots.sum(), mixed.sum(), different.sum());
	}

	private record Observed(long snapshots, long mixed, long different) {
	}

}
