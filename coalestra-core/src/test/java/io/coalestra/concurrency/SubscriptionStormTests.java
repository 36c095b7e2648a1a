package io.coalestra.concurrency;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

import io.coalestra.Coalestra;
import io.coalestra.fixtures.Recorder;
import io.coalestra.key.ResourceKey;
import io.coalestra.key.ResourceType;
import io.coalestra.policy.Freshness;
import io.coalestra.publish.ResourceUpdate;
import io.coalestra.snapshot.Snapshot;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.snapshot.SnapshotRequest;
import io.coalestra.source.Source;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * However many threads publish, a subscription is served by one at a time, never goes
 * back, and ends with the newest.
 */
class SubscriptionStormTests {

	private static final ResourceType<Long> HALF = ResourceType.of("test", "half", Long.class);

	private static final ResourceType<Long> SUM = ResourceType.of("test", "sum", Long.class);

	private static final long SEED = Long.getLong("coalestra.seed", 20_261_121L);

	private static final int PAIRS = 20;

	private static final int PUBLISHERS = 4;

	private static final int EVENTS = 2_000;

	@Test
	void everySubscriptionEndsWithTheNewestAndNeverMixesWhatIsPublishedTogether() {
		Queue<String> faults = new ConcurrentLinkedQueue<>();
		try (SnapshotBuilder builder = Coalestra.builder()
			.defaultFreshness(Freshness.forever())
			.source(Source
				.derived("sum", SUM, (key) -> List.of(left(key.subject()), right(key.subject())),
						(key, halves) -> halves.get(left(key.subject())) + halves.get(right(key.subject())))
				.build())
			.build()) {
			for (int pair = 0; pair < PAIRS; pair++) {
				publish(builder, String.valueOf(pair), 0);
			}
			List<Recorder> recorders = new ArrayList<>();
			for (int i = 0; i < 8; i++) {
				boolean slow = i % 2 == 0;
				Recorder recorder = new Watcher(faults, slow ? 1 : Long.MAX_VALUE);
				recorders.add(recorder);
				builder.subscribe(request(i), recorder);
			}
			storm(builder);
			Waiting.until(() -> "the newest is delivered, seed " + SEED + ": " + builder.subscriptions(),
					Duration.ofSeconds(60), () -> recorders.stream().allMatch(SubscriptionStormTests::hasTheNewest));
			assertThat(faults).as("seed %d", SEED).isEmpty();
			recorders.forEach((recorder) -> recorder.subscription().cancel());
			Waiting.until("no subscription is left", Duration.ofSeconds(60),
					() -> builder.subscriptions().active() == 0 && builder.subscriptions().watchedKeys() == 0);
		}
	}

	@Test
	void aThousandKeysUnderAStormOfEventsCostTheMemoryOfAFewSnapshotsAndEndWithTheNewest(TestReporter reporter) {
		int size = 1_000;
		int events = 250_000;
		List<ResourceKey<Long>> keys = IntStream.range(0, size).mapToObj(HALF::key).toList();
		AtomicInteger waiting = new AtomicInteger();
		AtomicInteger peak = new AtomicInteger();
		Recorder fast = new Latest(0);
		Recorder slow = new Latest(2);
		try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor();
				SnapshotBuilder builder = Coalestra.builder()
					.defaultFreshness(Freshness.forever())
					.executor(new Counting(pool, waiting, peak))
					.build()) {
			keys.forEach((key) -> builder.publisher().publish(key, 0L, "feed"));
			builder.subscribe(SnapshotRequest.require(keys), fast);
			builder.subscribe(SnapshotRequest.require(keys), slow);
			long before = usedMemory();
			long begun = System.nanoTime();
			List<Thread> publishers = new ArrayList<>();
			for (int i = 0; i < PUBLISHERS; i++) {
				int own = i;
				publishers.add(Thread.ofPlatform().start(() -> {
					for (long event = 1; event <= events / PUBLISHERS; event++) {
						int key = own + PUBLISHERS * (int) (event % (size / PUBLISHERS));
						builder.publisher().publish(keys.get(key), event, "feed");
					}
				}));
			}
			publishers.forEach((thread) -> Waiting.join(thread, Duration.ofMinutes(4)));
			double seconds = (System.nanoTime() - begun) / 1e9;
			long growth = usedMemory() - before;
			long last = events / PUBLISHERS;
			Waiting.until("the newest is delivered", Duration.ofSeconds(60), () -> List.of(fast, slow)
				.stream()
				.allMatch((recorder) -> recorder.last() != null
						&& keys.stream().allMatch((key) -> recorder.last().get(key) > last - size / PUBLISHERS)));
			reporter.publishEntry("%,.0f publications a second, %,d deliveries, %,d bytes more"
				.formatted(events / seconds, builder.subscriptions().delivered(), growth));
			assertThat(peak).as("steps that wait at once, of two subscriptions").hasValueLessThanOrEqualTo(2);
			assertThat(growth).as("bytes that are held").isLessThan(16L << 20);
		}
	}

	private static long usedMemory() {
		System.gc();
		Runtime runtime = Runtime.getRuntime();
		return runtime.totalMemory() - runtime.freeMemory();
	}

	/**
	 * Keeps the latest snapshot only, and takes its time for each.
	 */
	private static final class Latest extends Recorder {

		private final Duration time;

		private volatile Snapshot latest;

		private Latest(int millis) {
			super(1);
			this.time = Duration.ofMillis(millis);
		}

		@Override
		public void onNext(Snapshot snapshot) {
			this.latest = snapshot;
			LockSupport.parkNanos(this.time.toNanos());
			subscription().request(1);
		}

		@Override
		public Snapshot last() {
			return this.latest;
		}

	}

	/**
	 * Counts what waits or runs.
	 */
	private static final class Counting extends AbstractExecutorService {

		private final ExecutorService pool;

		private final AtomicInteger waiting;

		private final AtomicInteger peak;

		private Counting(ExecutorService pool, AtomicInteger waiting, AtomicInteger peak) {
			this.pool = pool;
			this.waiting = waiting;
			this.peak = peak;
		}

		@Override
		public void execute(Runnable step) {
			int now = this.waiting.incrementAndGet();
			this.peak.accumulateAndGet(now, Math::max);
			this.pool.execute(() -> {
				this.waiting.decrementAndGet();
				step.run();
			});
		}

		@Override
		public void shutdown() {
			this.pool.shutdown();
		}

		@Override
		public List<Runnable> shutdownNow() {
			return this.pool.shutdownNow();
		}

		@Override
		public boolean isShutdown() {
			return this.pool.isShutdown();
		}

		@Override
		public boolean isTerminated() {
			return this.pool.isTerminated();
		}

		@Override
		public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
			return this.pool.awaitTermination(timeout, unit);
		}

	}

	private static ResourceKey<Long> left(String pair) {
		return HALF.key(pair + "-left");
	}

	private static ResourceKey<Long> right(String pair) {
		return HALF.key(pair + "-right");
	}

	// Halves in some subscriptions, sums that are computed from them in others.
	private static SnapshotRequest request(int number) {
		List<ResourceKey<?>> keys = new ArrayList<>();
		for (int pair = 0; pair < PAIRS; pair++) {
			if (number % 4 < 2) {
				keys.add(left(String.valueOf(pair)));
				keys.add(right(String.valueOf(pair)));
			}
			else {
				keys.add(SUM.key(pair));
			}
		}
		return SnapshotRequest.require(keys);
	}

	private static void publish(SnapshotBuilder builder, String pair, long value) {
		builder.publisher()
			.publishAll(List.of(ResourceUpdate.of(left(pair), value, "feed"),
					ResourceUpdate.of(right(pair), value, "feed")));
	}

	// Each pair is published by one thread, so that its last value is known.
	private static void storm(SnapshotBuilder builder) {
		List<Thread> threads = new ArrayList<>();
		for (int i = 0; i < PUBLISHERS; i++) {
			int own = i;
			SplittableRandom random = new SplittableRandom(SEED + i);
			threads.add(Thread.ofPlatform().start(() -> {
				for (long event = 1; event <= EVENTS; event++) {
					publish(builder, String.valueOf(own + PUBLISHERS * random.nextInt(PAIRS / PUBLISHERS)), event);
				}
				for (int pair = own; pair < PAIRS; pair += PUBLISHERS) {
					publish(builder, String.valueOf(pair), EVENTS + 1);
				}
			}));
		}
		threads.forEach((thread) -> Waiting.join(thread, Duration.ofMinutes(4)));
	}

	private static boolean hasTheNewest(Recorder recorder) {
		if (recorder.snapshots().isEmpty()) {
			return false;
		}
		Snapshot last = recorder.last();
		return last.keys().stream().allMatch((key) -> {
			long factor = key.type().equals(SUM) ? 2 : 1;
			return last.value(key).value().equals(factor * (EVENTS + 1));
		});
	}

	/**
	 * Looks at each delivery while it is made.
	 */
	private static final class Watcher extends Recorder {

		private final Queue<String> faults;

		private final AtomicBoolean inside = new AtomicBoolean();

		private final boolean slow;

		private Watcher(Queue<String> faults, long initial) {
			super(initial);
			this.faults = faults;
			this.slow = initial == 1;
		}

		@Override
		public void onNext(Snapshot snapshot) {
			if (!this.inside.compareAndSet(false, true)) {
				this.faults.add("two deliveries at a time");
			}
			Snapshot before = snapshots().isEmpty() ? snapshot : last();
			for (ResourceKey<?> key : snapshot.keys()) {
				long now = (Long) snapshot.value(key).value();
				if (now < (Long) before.value(key).value()) {
					this.faults.add(key + " went back to " + now);
				}
				if (key.type().equals(HALF) && key.subject().endsWith("-left")) {
					String pair = key.subject().substring(0, key.subject().indexOf('-'));
					if (now != snapshot.get(right(pair))) {
						this.faults.add(pair + " is mixed");
					}
				}
			}
			super.onNext(snapshot);
			this.inside.set(false);
			if (this.slow) {
				subscription().request(1);
			}
		}

	}

}
