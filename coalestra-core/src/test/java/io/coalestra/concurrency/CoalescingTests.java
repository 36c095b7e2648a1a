package io.coalestra.concurrency;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;

import io.coalestra.Coalestra;
import io.coalestra.cache.Revision;
import io.coalestra.cache.SnapshotCache;
import io.coalestra.failure.ResourceFailure;
import io.coalestra.failure.SourceUnavailableException;
import io.coalestra.key.ResourceKey;
import io.coalestra.key.ResourceType;
import io.coalestra.policy.Freshness;
import io.coalestra.policy.Resilience;
import io.coalestra.policy.RetryPolicy;
import io.coalestra.signal.Metric;
import io.coalestra.signal.MetricSink;
import io.coalestra.snapshot.Snapshot;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.snapshot.SnapshotRequest;
import io.coalestra.source.Source;
import io.coalestra.time.SteerableTimeSource;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Many callers at once cause no more calls than there is to know.
 */
class CoalescingTests {

	private static final ResourceType<Integer> ITEM = ResourceType.of("test", "item", Integer.class);

	private static final Freshness LONG = Freshness.ttl(Duration.ofHours(1));

	@Test
	void tenThousandVirtualThreadsOnOneColdKeyCauseOneCall() {
		int callers = 10_000;
		AtomicInteger calls = new AtomicInteger();
		AtomicInteger joined = new AtomicInteger();
		CountDownLatch release = new CountDownLatch(1);
		try (SnapshotBuilder builder = Coalestra.builder()
			.defaultFreshness(LONG)
			.source(Source.single("slow", ITEM, (key) -> {
				calls.incrementAndGet();
				Waiting.forLatch(release);
				return 7;
			}).nonBlocking().build())
			.build()) {
			Queue<Integer> values = new ConcurrentLinkedQueue<>();
			List<Thread> threads = callers(callers, (caller) -> {
				joined.incrementAndGet();
				values.add(builder.build(ITEM.key("hot")).get(ITEM.key("hot")));
			});
			Waiting.until("every caller has begun", Duration.ofSeconds(30), () -> joined.get() == callers);
			release.countDown();
			threads.forEach((thread) -> Waiting.join(thread, Duration.ofSeconds(30)));
			assertThat(values).hasSize(callers).containsOnly(7);
			assertThat(calls).hasValue(1);
			assertThat(builder.health().flights()).isZero();
		}
	}

	@Test
	void aCallerThatLooksBeforeTheWriteAndBoardsAfterTheLandingCausesNoSecondCall() {
		SteerableTimeSource time = new SteerableTimeSource();
		AtomicInteger calls = new AtomicInteger();
		CountDownLatch writing = new CountDownLatch(1);
		CountDownLatch looked = new CountDownLatch(1);
		AtomicInteger looks = new AtomicInteger();
		CountDownLatch landed = new CountDownLatch(1);
		ThreadLocal<Boolean> late = ThreadLocal.withInitial(() -> false);
		SnapshotCache cache = new InterposedCache(SnapshotCache.bounded(100)) {

			@Override
			public Revision<?> get(ResourceKey<?> key) {
				Revision<?> found = super.get(key);
				// The warm path looks first, the cold path judges next.
				if (late.get() && looks.incrementAndGet() == 2) {
					looked.countDown();
					Waiting.forLatch(landed);
				}
				return found;
			}

			@Override
			void beforeWrite() {
				writing.countDown();
				Waiting.forLatch(looked);
			}

		};
		try (SnapshotBuilder builder = Coalestra.builder()
			.defaultFreshness(LONG)
			.timeSource(time)
			.cache(cache)
			.source(Source.single("counted", ITEM, (key) -> calls.incrementAndGet()).nonBlocking().build())
			.build()) {
			Thread first = Thread.ofVirtual().start(() -> builder.build(ITEM.key("a")));
			Waiting.forLatch(writing);
			// The second caller begins after the first answer was dated.
			time.advance(Duration.ofMillis(5));
			Thread second = Thread.ofVirtual().start(() -> {
				late.set(true);
				builder.build(ITEM.key("a"));
			});
			Waiting.join(first, Duration.ofSeconds(30));
			landed.countDown();
			Waiting.join(second, Duration.ofSeconds(30));
			assertThat(calls).hasValue(1);
		}
	}

	@Test
	void aHundredCallersOfOverlappingKeysAskForEachKeyOnceAndCallAtMostOnceEach() {
		int callers = 100;
		AtomicInteger calls = new AtomicInteger();
		AtomicInteger asked = new AtomicInteger();
		CountDownLatch release = new CountDownLatch(1);
		CountDownLatch begun = new CountDownLatch(callers);
		try (SnapshotBuilder builder = Coalestra.builder()
			.defaultFreshness(LONG)
			.maxConcurrency(callers)
			.source(Source.batch("rows", ITEM, (keys) -> {
				calls.incrementAndGet();
				asked.addAndGet(keys.size());
				Waiting.forLatch(release);
				Map<ResourceKey<Integer>, Integer> answer = new HashMap<>();
				keys.forEach((key) -> answer.put(key, Integer.parseInt(key.subject())));
				return answer;
			}).nonBlocking().build())
			.build()) {
			Queue<Integer> wrong = new ConcurrentLinkedQueue<>();
			List<Thread> threads = callers(callers, (caller) -> {
				List<ResourceKey<Integer>> keys = new ArrayList<>();
				for (int i = 0; i < 100; i++) {
					keys.add(ITEM.key(10 * caller + i));
				}
				begun.countDown();
				Snapshot snapshot = builder.build(keys);
				keys.stream()
					.filter((key) -> !snapshot.get(key).equals(Integer.valueOf(key.subject())))
					.forEach((key) -> wrong.add(caller));
			});
			Waiting.forLatch(begun);
			release.countDown();
			threads.forEach((thread) -> Waiting.join(thread, Duration.ofSeconds(30)));
			assertThat(wrong).isEmpty();
			assertThat(asked).hasValue(1_090);
			assertThat(calls).hasValueLessThanOrEqualTo(callers);
		}
	}

	@Test
	void aFailingSourceIsCalledOnceForAThousandCallersWithoutRetry() {
		assertThat(callsOfAFailingSource(RetryPolicy.NONE)).isEqualTo(1);
	}

	@Test
	void aFailingSourceIsCalledAsOftenAsItsPolicySaysForAThousandCallers() {
		assertThat(callsOfAFailingSource(new RetryPolicy(4, Duration.ofMillis(1), Duration.ofMillis(2), 0)))
			.isEqualTo(4);
	}

	private static int callsOfAFailingSource(RetryPolicy retry) {
		int callers = 1_000;
		AtomicInteger calls = new AtomicInteger();
		AtomicInteger joined = new AtomicInteger();
		CountDownLatch release = new CountDownLatch(1);
		try (SnapshotBuilder builder = Coalestra.builder()
			.defaultResilience(Resilience.NONE.retry(retry))
			.metricSink(MetricSink.nonBlocking((metric, labels) -> (value) -> {
				if (metric == Metric.SINGLEFLIGHT_JOIN) {
					joined.addAndGet((int) value);
				}
			}))
			.source(Source.single("broken", ITEM, (key) -> {
				calls.incrementAndGet();
				Waiting.forLatch(release);
				throw new SourceUnavailableException("down");
			}).nonBlocking().build())
			.build()) {
			Queue<ResourceFailure.Kind> kinds = new ConcurrentLinkedQueue<>();
			List<Thread> threads = callers(callers, (caller) -> {
				SnapshotRequest request = SnapshotRequest.prefer(ITEM.key("a"));
				kinds.add(builder.build(request).errorFor(ITEM.key("a")).orElseThrow().kind());
			});
			Waiting.until("every caller but the first has joined", Duration.ofSeconds(30),
					() -> joined.get() == callers - 1);
			release.countDown();
			threads.forEach((thread) -> Waiting.join(thread, Duration.ofSeconds(30)));
			assertThat(kinds).hasSize(callers).containsOnly(ResourceFailure.Kind.SOURCES_FAILED);
		}
		return calls.get();
	}

	private static List<Thread> callers(int number, IntConsumer caller) {
		List<Thread> threads = new ArrayList<>(number);
		for (int i = 0; i < number; i++) {
			int which = i;
			threads.add(Thread.ofVirtual().start(() -> caller.accept(which)));
		}
		return threads;
	}

}
