package io.coalestra.concurrency;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

import com.sun.management.HotSpotDiagnosticMXBean;
import io.coalestra.Coalestra;
import io.coalestra.failure.SourceUnavailableException;
import io.coalestra.health.BuilderHealth;
import io.coalestra.internal.engine.EngineProbe;
import io.coalestra.key.ResourceKey;
import io.coalestra.key.ResourceType;
import io.coalestra.policy.CircuitPolicy;
import io.coalestra.policy.CircuitScope;
import io.coalestra.policy.Freshness;
import io.coalestra.policy.KeyPattern;
import io.coalestra.policy.Resilience;
import io.coalestra.policy.RetryPolicy;
import io.coalestra.snapshot.SnapshotBuildException;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.snapshot.SnapshotRequest;
import io.coalestra.source.AbandonedCalls;
import io.coalestra.source.AdaptiveConcurrency;
import io.coalestra.source.FetchContext;
import io.coalestra.source.Payload;
import io.coalestra.source.Source;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whatever sources and callers do, everything ends and nothing is left behind.
 */
class StormTests {

	private static final ResourceType<Integer> ITEM = ResourceType.of("storm", "item", Integer.class);

	private static final ResourceType<Integer> ROW = ResourceType.of("storm", "row", Integer.class);

	private static final ResourceType<Integer> LEFT = ResourceType.of("storm", "left", Integer.class);

	private static final ResourceType<Integer> RIGHT = ResourceType.of("storm", "right", Integer.class);

	private static final ResourceType<Integer> EGG = ResourceType.of("storm", "egg", Integer.class);

	private static final ResourceType<Integer> HEN = ResourceType.of("storm", "hen", Integer.class);

	private static final int SUBJECTS = 60;

	private static final int CALLERS = 5_000;

	private static final int MAX_DEAF = 12;

	private static final long SEED = Long.getLong("coalestra.seed", 20_261_121L);

	private final AtomicInteger deaf = new AtomicInteger();

	private final AtomicInteger sleepers = new AtomicInteger();

	private final CountDownLatch release = new CountDownLatch(1);

	private final Queue<Throwable> unexpected = new ConcurrentLinkedQueue<>();

	@Test
	void afterAStormEveryBuildHasEndedAndNothingIsLeftBehind(@TempDir Path directory) throws Exception {
		String name = "storm-" + SEED;
		SnapshotBuilder builder = builder(name);
		List<Thread> callers = new ArrayList<>(CALLERS);
		SplittableRandom seeds = new SplittableRandom(SEED);
		for (int i = 0; i < CALLERS; i++) {
			long seed = seeds.nextLong();
			callers.add(Thread.ofVirtual().unstarted(() -> call(builder, new SplittableRandom(seed))));
		}
		Thread weather = Thread.ofPlatform().start(() -> weather(builder, callers, new SplittableRandom(SEED + 1)));
		for (int i = 0; i < CALLERS; i++) {
			callers.get(i).start();
			if (i % 64 == 0) {
				LockSupport.parkNanos(20_000_000);
			}
		}
		callers.forEach((caller) -> Waiting.join(caller, Duration.ofSeconds(60)));
		weather.interrupt();
		Waiting.join(weather, Duration.ofSeconds(60));
		assertThat(this.unexpected).as("unexpected in the storm of seed %d", SEED).isEmpty();

		// Reads that nobody waits for any more end by their sources' limits.
		Waiting.until(() -> "no flight left, seed " + SEED + ": " + EngineProbe.flights(builder),
				Duration.ofSeconds(60),
				() -> builder.health().flights() == 0 && builder.health().backgroundRefreshes() == 0);
		assertThat(this.sleepers).as("calls that ignored their interrupt").hasPositiveValue();
		// A read may have been answered by another source; the deaf call that lost is a
		// runaway only when its own time has passed.
		Waiting.until(
				() -> "every call but the deaf ones has ended, each of them is a runaway and has its permit, seed "
						+ SEED + ": " + this.sleepers + " of " + builder.health(),
				Duration.ofSeconds(60), () -> onlyTheDeafRun(builder));

		this.release.countDown();
		Waiting.until("the runaways have ended", Duration.ofSeconds(60), () -> nothingRuns(builder));
		builder.close();
		Path dump = directory.resolve("threads.txt");
		Waiting.until("no thread left, seed " + SEED, Duration.ofSeconds(60), () -> !dumpOf(dump).contains(name));
	}

	@Test
	void closingInAStormEndsEveryBuildAndLeavesNothing(@TempDir Path directory) throws Exception {
		String name = "closing-" + SEED;
		SnapshotBuilder builder = builder(name);
		List<Thread> callers = new ArrayList<>();
		SplittableRandom seeds = new SplittableRandom(SEED);
		for (int i = 0; i < 1_000; i++) {
			long seed = seeds.nextLong();
			callers.add(Thread.ofVirtual().start(() -> call(builder, new SplittableRandom(seed))));
		}
		LockSupport.parkNanos(30_000_000);
		builder.close();
		callers.forEach((caller) -> Waiting.join(caller, Duration.ofSeconds(60)));
		assertThat(this.unexpected).isEmpty();
		this.release.countDown();
		Waiting.until("nothing left, seed " + SEED, Duration.ofSeconds(60),
				() -> nothingRuns(builder) && builder.health().flights() == 0);
		Path dump = directory.resolve("threads.txt");
		Waiting.until("no thread left, seed " + SEED, Duration.ofSeconds(60), () -> !dumpOf(dump).contains(name));
	}

	private boolean onlyTheDeafRun(SnapshotBuilder builder) {
		BuilderHealth health = builder.health();
		int running = this.sleepers.get();
		return EngineProbe.runningCalls(builder) == running
				&& health.runawayCalls().values().stream().mapToLong(Long::longValue).sum() == running
				&& health.capacity().get("__global__").inUse() == running && health.waitingForCapacity() == 0;
	}

	private static boolean nothingRuns(SnapshotBuilder builder) {
		BuilderHealth health = builder.health();
		return EngineProbe.runningCalls(builder) == 0 && health.runawayCalls().isEmpty()
				&& health.capacity().values().stream().allMatch((capacity) -> capacity.inUse() == 0);
	}

	private SnapshotBuilder builder(String name) {
		Resilience brittle = new Resilience(new RetryPolicy(3, Duration.ofMillis(1), Duration.ofMillis(4), 0.5),
				new CircuitPolicy(true, CircuitScope.SOURCE, 4, Duration.ofMillis(5)));
		Resilience byKey = brittle.circuit(new CircuitPolicy(true, CircuitScope.RESOURCE, 2, Duration.ofMillis(5)));
		return Coalestra.builder()
			.name(name)
			.maxConcurrency(64)
			.timeoutDeclarations(Coalestra.TimeoutDeclarations.UNSAFE_ALLOWED)
			.defaultFreshness(Freshness.ttl(Duration.ofMillis(20)).maxStale(Duration.ofMillis(40)))
			.freshness((policies) -> policies.with(KeyPattern.parse("storm:row"),
					Freshness.ttl(Duration.ofMillis(5)).maxStale(Duration.ofMillis(50)).staleWhileRevalidate()))
			.defaultResilience(brittle)
			.source(Source.single("item", ITEM, this::item)
				.priority(10)
				.timeout(Duration.ofMillis(25))
				.queueTimeout(Duration.ofMillis(30))
				.maxConcurrency(40)
				.hedgeAfter(Duration.ofMillis(5))
				.resilience(byKey)
				.build())
			.source(Source.single("item-fallback", ITEM, this::item)
				.timeout(Duration.ofMillis(25))
				.adaptiveConcurrency(new AdaptiveConcurrency(4, 32, 2))
				.abandonedCalls(AbandonedCalls.CANCEL)
				.build())
			.source(Source.batch("row", ROW, this::rows)
				.timeout(Duration.ofMillis(25))
				.maxBatchSize(7)
				.maxConcurrency(20)
				.window(Duration.ofMillis(2))
				.build())
			.source(Source
				.derived("left", LEFT, (key) -> halves(key, RIGHT, ITEM), (key, values) -> sum(values.keys().size()))
				.timeout(Duration.ofMillis(50))
				.priority(5)
				.build())
			.source(Source
				.derived("right", RIGHT, (key) -> halves(key, LEFT, ROW), (key, values) -> sum(values.keys().size()))
				.timeout(Duration.ofMillis(50))
				.priority(5)
				.build())
			.source(Source.derived("hen", HEN, (key) -> List.of(EGG.key(key.subject())), (key, values) -> 1)
				.timeout(Duration.ofMillis(50))
				.build())
			.source(Source
				.derived("egg", EGG, (key) -> List.of(HEN.key(key.subject()), ITEM.key(key.subject())),
						(key, values) -> 1)
				.timeout(Duration.ofMillis(50))
				.build())
			.source(Source.single("egg-raw", EGG, this::item).timeout(Duration.ofMillis(25)).priority(-1).build())
			.build();
	}

	// Left needs right and right needs left, each of half the subject, so that builds
	// cross without a circle.
	private static List<ResourceKey<?>> halves(ResourceKey<?> key, ResourceType<Integer> other,
			ResourceType<Integer> raw) {
		int subject = Integer.parseInt(key.subject());
		return (subject <= 1) ? List.of(raw.key(subject))
				: List.of(other.key(subject / 2), raw.key(subject), raw.key(subject - 1));
	}

	private static int sum(int size) {
		return size;
	}

	// --- sources ---

	private Payload<Integer> item(ResourceKey<Integer> key, FetchContext context) throws Exception {
		return switch (ThreadLocalRandom.current().nextInt(12)) {
			case 0 -> throw new SourceUnavailableException("down");
			case 1 -> throw new IOException("reset");
			case 2 -> throw new IllegalStateException("broken");
			case 3 -> throw new AssertionError("an Error");
			case 4 -> {
				new CountDownLatch(1).await();
				yield Payload.of(0);
			}
			case 5 -> {
				sleepThroughInterrupts();
				yield Payload.of(0);
			}
			case 6 -> Payload.absent();
			case 7 -> Payload.of(1).tags("tagged");
			case 8 -> null;
			default -> Payload.of(Integer.parseInt(key.subject()));
		};
	}

	private Map<ResourceKey<Integer>, Integer> rows(List<ResourceKey<Integer>> keys) throws Exception {
		switch (ThreadLocalRandom.current().nextInt(8)) {
			case 0 -> throw new SourceUnavailableException("down");
			case 1 -> new CountDownLatch(1).await();
			case 2 -> sleepThroughInterrupts();
			case 3 -> {
				return Map.of(ROW.key("never-asked"), 1);
			}
			default -> {
			}
		}
		Map<ResourceKey<Integer>, Integer> answer = new HashMap<>();
		keys.stream()
			.filter((key) -> ThreadLocalRandom.current().nextInt(10) > 0)
			.forEach((key) -> answer.put(key, Integer.valueOf(key.subject())));
		return answer;
	}

	private void sleepThroughInterrupts() {
		if (this.deaf.incrementAndGet() > MAX_DEAF) {
			return;
		}
		this.sleepers.incrementAndGet();
		while (this.release.getCount() > 0) {
			try {
				this.release.await();
			}
			catch (InterruptedException ex) {
				// Deaf to it: this is what the storm is about.
			}
		}
		this.sleepers.decrementAndGet();
	}

	// --- callers ---

	private void call(SnapshotBuilder builder, SplittableRandom random) {
		try {
			for (int i = 0; i < 4; i++) {
				SnapshotRequest request = request(random);
				if (random.nextInt(3) == 0) {
					callAsync(builder, request, random);
				}
				else {
					builder.build(request);
				}
			}
		}
		catch (SnapshotBuildException ex) {
			// What the storm does to values is not what this is about.
		}
		catch (IllegalStateException ex) {
			if (!builder.isClosed()) {
				this.unexpected.add(ex);
			}
		}
		catch (Throwable ex) {
			this.unexpected.add(ex);
		}
	}

	private static void callAsync(SnapshotBuilder builder, SnapshotRequest request, SplittableRandom random) {
		CompletableFuture<?> future = builder.buildAsync(request);
		if (random.nextBoolean()) {
			LockSupport.parkNanos(random.nextInt(5_000_000));
			future.cancel(true);
		}
		try {
			future.join();
		}
		catch (CancellationException | CompletionException ex) {
			// As above.
		}
	}

	private static SnapshotRequest request(SplittableRandom random) {
		List<ResourceType<Integer>> types = List.of(ITEM, ROW, LEFT, RIGHT, HEN, EGG);
		List<ResourceKey<?>> keys = new ArrayList<>();
		int number = 1 + random.nextInt(12);
		for (int i = 0; i < number; i++) {
			keys.add(types.get(random.nextInt(types.size())).key(random.nextInt(SUBJECTS)));
		}
		SnapshotRequest request = random.nextBoolean() ? SnapshotRequest.prefer(keys) : SnapshotRequest.require(keys);
		if (random.nextInt(3) > 0) {
			request = request.deadline(Duration.ofMillis(1 + random.nextInt(60)));
		}
		if (random.nextInt(4) == 0) {
			request = request.softDeadline(Duration.ofMillis(1 + random.nextInt(20)));
		}
		if (random.nextInt(8) == 0) {
			request = request.bypassCache();
		}
		return request;
	}

	private void weather(SnapshotBuilder builder, List<Thread> callers, SplittableRandom random) {
		while (!Thread.currentThread().isInterrupted()) {
			callers.get(random.nextInt(callers.size())).interrupt();
			ResourceKey<Integer> key = ITEM.key(random.nextInt(SUBJECTS));
			switch (random.nextInt(40)) {
				case 0 -> builder.publisher().clear();
				case 1, 2 -> builder.publisher().invalidateTag("tagged");
				case 3 -> builder.publisher().invalidateIf((any) -> any.subject().endsWith("3"));
				case 4, 5, 6 -> builder.publisher().publish(key, 5, "event");
				case 7 -> builder.resetCircuits("item");
				case 8 -> builder.prune();
				default -> builder.publisher().invalidate(key);
			}
			LockSupport.parkNanos(300_000);
		}
	}

	// Thread.getAllStackTraces knows no virtual threads.
	private static String dumpOf(Path file) {
		try {
			Files.deleteIfExists(file);
			ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
				.dumpThreads(file.toString(), HotSpotDiagnosticMXBean.ThreadDumpFormat.TEXT_PLAIN);
			return Files.readString(file);
		}
		catch (IOException ex) {
			throw new AssertionError("no dump of threads", ex);
		}
	}

}
