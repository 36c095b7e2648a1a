package io.coalestra.concurrency;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.coalestra.Coalestra;
import io.coalestra.failure.FailureReason;
import io.coalestra.failure.ResourceFailure;
import io.coalestra.failure.SourceFailure;
import io.coalestra.fixtures.StepExecutor;
import io.coalestra.key.ResourceKey;
import io.coalestra.key.ResourceType;
import io.coalestra.policy.Freshness;
import io.coalestra.policy.Resilience;
import io.coalestra.snapshot.Snapshot;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.snapshot.SnapshotRequest;
import io.coalestra.source.Source;
import io.coalestra.time.SteerableTimeSource;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Courses of events that once went wrong, or nearly.
 */
class RaceTests {

	private static final ResourceType<Integer> ITEM = ResourceType.of("test", "item", Integer.class);

	private static final ResourceType<Integer> SUM = ResourceType.of("test", "sum", Integer.class);

	private static final ResourceKey<Integer> KEY = ITEM.key("a");

	@Test
	void aCallThatIsGivenUpBeforeItBeganIsNoRunaway() throws Exception {
		SteerableTimeSource time = new SteerableTimeSource();
		StepExecutor executor = new StepExecutor();
		try (SnapshotBuilder builder = Coalestra.builder()
			.timeSource(time)
			.executor(executor)
			.defaultResilience(Resilience.NONE)
			.source(Source.single("source", ITEM, (key) -> 1).nonBlocking().timeout(Duration.ofMillis(10)).build())
			.build()) {
			CompletableFuture<Snapshot> future = builder.buildAsync(SnapshotRequest.prefer(KEY));
			time.advance(Duration.ofMillis(10));
			executor.runAll();
			ResourceFailure failure = future.get(30, TimeUnit.SECONDS).errorFor(KEY).orElseThrow();
			assertThat(failure.sources()).extracting(SourceFailure::reason)
				.containsExactly(FailureReason.SOURCE_TIMEOUT);
			assertThat(builder.health().runawayCalls()).isEmpty();
			assertThat(builder.health().capacity().get("__global__").inUse()).isZero();
		}
	}

	@Test
	void anInvalidationAlsoKeepsTheAnswerOfAReadOutWhosePlaceAnotherHasTaken() throws Exception {
		CountDownLatch release = new CountDownLatch(1);
		AtomicInteger calls = new AtomicInteger();
		try (SnapshotBuilder builder = slow(calls, release)) {
			List<CompletableFuture<Snapshot>> futures = twoReadsOfOneKey(builder, calls);
			builder.publisher().invalidate(KEY);
			release.countDown();
			for (CompletableFuture<Snapshot> future : futures) {
				assertThat(future.get(30, TimeUnit.SECONDS).get(KEY)).isEqualTo(1);
			}
			assertThat(builder.health().cache().writes()).isZero();
			assertThat(builder.health().flights()).isZero();
		}
	}

	@Test
	void closingEndsABuildThatWaitsForAReadWhosePlaceAnotherHasTaken() throws Exception {
		CountDownLatch release = new CountDownLatch(1);
		AtomicInteger calls = new AtomicInteger();
		SnapshotBuilder builder = slow(calls, release);
		List<CompletableFuture<Snapshot>> futures = twoReadsOfOneKey(builder, calls);
		assertThat(builder.health().flights()).isEqualTo(2);
		builder.close();
		for (CompletableFuture<Snapshot> future : futures) {
			assertThat(future.get(30, TimeUnit.SECONDS).errorFor(KEY).orElseThrow().kind())
				.isEqualTo(ResourceFailure.Kind.CLOSED);
		}
		assertThat(builder.health().flights()).isZero();
	}

	private static SnapshotBuilder slow(AtomicInteger calls, CountDownLatch release) {
		return Coalestra.builder().source(Source.single("slow", ITEM, (key) -> {
			calls.incrementAndGet();
			release.await();
			return 1;
		}).nonBlocking().build()).build();
	}

	private static List<CompletableFuture<Snapshot>> twoReadsOfOneKey(SnapshotBuilder builder, AtomicInteger calls) {
		SnapshotRequest request = SnapshotRequest.prefer(KEY);
		List<CompletableFuture<Snapshot>> futures = new ArrayList<>();
		futures.add(builder.buildAsync(request));
		Waiting.until("the first read is under way", Duration.ofSeconds(30), () -> calls.get() == 1);
		futures.add(builder.buildAsync(request.bypassCache()));
		Waiting.until("the second read is under way", Duration.ofSeconds(30), () -> calls.get() == 2);
		return futures;
	}

	@Test
	void everyKeyOfAJoinerOutlivesTheHasteOfTheOneWhoBeganTheReads() throws Exception {
		int number = 10;
		Set<ResourceKey<?>> begun = ConcurrentHashMap.newKeySet();
		CountDownLatch release = new CountDownLatch(1);
		List<ResourceKey<Integer>> sums = new ArrayList<>();
		for (int i = 0; i < number; i++) {
			sums.add(SUM.key(i));
		}
		try (SnapshotBuilder builder = Coalestra.builder()
			.timeSource(new SteerableTimeSource())
			.defaultResilience(Resilience.NONE)
			.source(Source.derived("sum", SUM, (key) -> List.of(ITEM.key(key.subject())), (key, values) -> 7).build())
			// Not called for those who have less time than its client may take.
			.source(Source.single("item", ITEM, (key) -> 1)
				.transportTimeout(Duration.ofSeconds(1))
				.timeout(Duration.ofSeconds(2))
				.priority(2)
				.build())
			.source(Source.<Integer>single("other", ITEM, (key) -> {
				begun.add(key);
				release.await();
				throw new IllegalStateException("down");
			}).nonBlocking().priority(1).build())
			.build()) {
			CompletableFuture<Snapshot> hasty = builder
				.buildAsync(SnapshotRequest.prefer(sums).deadline(Duration.ofMillis(20)));
			Waiting.until("every read has begun", Duration.ofSeconds(30), () -> begun.size() == number);
			CompletableFuture<Snapshot> patient = builder.buildAsync(SnapshotRequest.prefer(sums));
			release.countDown();
			assertThat(hasty.get(30, TimeUnit.SECONDS).errors()).hasSize(number);
			assertThat(patient.get(30, TimeUnit.SECONDS).errors()).isEmpty();
		}
	}

	@Test
	void aSourceThatFailsAsItsHedgeFiresHasNoOtherAskedTwice() throws Exception {
		int rounds = 1_500;
		SteerableTimeSource time = new SteerableTimeSource();
		CountDownLatch[] release = new CountDownLatch[rounds];
		AtomicInteger[] calls = { new AtomicInteger(), new AtomicInteger(), new AtomicInteger() };
		try (SnapshotBuilder builder = Coalestra.builder()
			.timeSource(time)
			.defaultResilience(Resilience.NONE)
			.defaultFreshness(Freshness.forever())
			.source(Source.single("first", ITEM, (key) -> {
				calls[0].incrementAndGet();
				release[Integer.parseInt(key.subject())].await();
				throw new IllegalStateException("first");
			}).nonBlocking().priority(3).hedgeAfter(Duration.ofMillis(1)).build())
			.source(Source.single("second", ITEM, (key) -> {
				calls[1].incrementAndGet();
				throw new IllegalStateException("second");
			}).nonBlocking().priority(2).build())
			.source(Source.single("third", ITEM, (key) -> calls[2].incrementAndGet()).nonBlocking().build())
			.build()) {
			for (int round = 0; round < rounds; round++) {
				int number = round;
				release[number] = new CountDownLatch(1);
				CompletableFuture<Snapshot> future = builder.buildAsync(ITEM.key(number));
				Waiting.until("the first is called", Duration.ofSeconds(30), () -> calls[0].get() == number + 1);
				Thread clock = Thread.ofPlatform().start(() -> time.advance(Duration.ofMillis(1)));
				release[number].countDown();
				assertThat(future.get(30, TimeUnit.SECONDS).get(ITEM.key(number))).isEqualTo(number + 1);
				Waiting.join(clock, Duration.ofSeconds(30));
				// Where both go on at once, the third may answer before the second is
				// asked.
				assertThat(calls[1]).as("calls of the second in round %d", number)
					.hasValueLessThanOrEqualTo(number + 1);
				assertThat(calls[2]).as("calls of the third in round %d", number).hasValue(number + 1);
			}
			Waiting.until("nothing is left", Duration.ofSeconds(30), () -> builder.health().flights() == 0);
		}
	}

	@Test
	void aPolicyThatThrowsFailsItsKeyAndLeavesNoFlight() throws Exception {
		try (SnapshotBuilder builder = Coalestra.builder()
			.defaultResilience(Resilience.NONE)
			.freshness((policies) -> policies.with((key) -> {
				throw new IllegalStateException("no policy for " + key);
			}))
			.source(Source.single("source", ITEM, (key) -> 1).nonBlocking().build())
			.build()) {
			Snapshot snapshot = builder.buildAsync(SnapshotRequest.prefer(KEY)).get(30, TimeUnit.SECONDS);
			assertThat(snapshot.errorFor(KEY).orElseThrow().message()).contains("no policy for");
			assertThat(builder.health().flights()).isZero();
		}
	}

	@Test
	void anAnswerWhoseMapThrowsFailsItsKeysAndLeavesNoFlight() throws Exception {
		try (SnapshotBuilder builder = Coalestra.builder()
			.defaultResilience(Resilience.NONE)
			.source(Source.batch("source", ITEM, (keys) -> new TreeMap<>((one, other) -> {
				throw new IllegalStateException("incomparable");
			}) {

				private static final long serialVersionUID = 1L;

				@Override
				public Integer get(Object key) {
					throw new IllegalStateException("incomparable");
				}
			}).nonBlocking().build())
			.build()) {
			Snapshot snapshot = builder.buildAsync(SnapshotRequest.prefer(KEY, ITEM.key("b")))
				.get(30, TimeUnit.SECONDS);
			assertThat(snapshot.errors()).hasSize(2);
			assertThat(builder.health().flights()).isZero();
		}
	}

}
