package io.coalestra.spring.boot.cache;

import java.io.IOException;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import io.coalestra.policy.Freshness;
import io.coalestra.snapshot.SnapshotBuildException;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.source.ContextCarrier;
import io.coalestra.time.SteerableTimeSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.cache.Cache;
import org.springframework.cache.interceptor.SimpleKey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

/**
 * What Spring's cache abstraction asks of a cache, and what the engine adds.
 */
@Timeout(300)
class CoalestraCacheTests {

	private final SteerableTimeSource time = new SteerableTimeSource();

	private final CoalestraCacheManager manager = CoalestraCacheManager.builder()
		.timeSource(this.time)
		.cache("stale",
				settings(Freshness.ttl(Duration.ofSeconds(10)).maxStale(Duration.ofMinutes(1)).staleWhileRevalidate()))
		.cache("fallback", settings(Freshness.ttl(Duration.ofSeconds(10)).maxStale(Duration.ofMinutes(1))))
		.cache("small", new CacheSettings(Freshness.forever(), 10))
		.build();

	private final CoalestraCache cache = this.manager.getCache("values");

	private final AtomicInteger calls = new AtomicInteger();

	@AfterEach
	void close() {
		this.manager.close();
	}

	private static CacheSettings settings(Freshness freshness) {
		return new CacheSettings(freshness, 100);
	}

	// --- what every cache does ---

	@Test
	void aCacheHasItsNameAndTheBuilderBehindIt() {
		assertThat(this.cache.getName()).isEqualTo("values");
		assertThat(this.cache.getNativeCache()).isInstanceOf(SnapshotBuilder.class);
		assertThat(this.manager.getCache("values")).isSameAs(this.cache);
		assertThat(this.manager.getCacheNames()).containsExactly("fallback", "small", "stale", "values");
	}

	@Test
	void whatIsPutIsThere() {
		Object value = new Object();
		assertThat(this.cache.get("key")).isNull();
		assertThat(this.cache.get("key", Object.class)).isNull();
		this.cache.put("key", value);
		assertThat(this.cache.get("key").get()).isSameAs(value);
		assertThat(this.cache.get("key", Object.class)).isSameAs(value);
		this.cache.put("key", "another");
		assertThat(this.cache.get("key", (Class<?>) null)).isEqualTo("another");
	}

	@Test
	void nullIsAValue() {
		this.cache.put("put", null);
		assertThat(this.cache.get("put")).isNotNull();
		assertThat(this.cache.get("put").get()).isNull();
		assertThat(this.cache.get("put", String.class)).isNull();
		Object none = this.cache.get("made", () -> counted(null));
		assertThat(none).isNull();
		Object still = this.cache.get("made", () -> counted("other"));
		assertThat(still).isNull();
		assertThat(this.cache.get("made")).isNotNull();
		assertThat(this.calls).hasValue(1);
	}

	@Test
	void aValueOfAnotherClassIsRefused() {
		this.cache.put("key", "value");
		assertThatIllegalStateException().isThrownBy(() -> this.cache.get("key", Integer.class))
			.withMessage("cache \"values\": a value of java.lang.String (expected: one of java.lang.Integer)");
	}

	@Test
	void whatIsEvictedIsGone() {
		this.cache.put("key", "value");
		this.cache.evict("key");
		assertThat(this.cache.get("key")).isNull();
		this.cache.put("key", "value");
		assertThat(this.cache.evictIfPresent("key")).isTrue();
		assertThat(this.cache.evictIfPresent("key")).isFalse();
	}

	@Test
	void clearingEmptiesOneCacheOnly() {
		Cache other = this.manager.getCache("other");
		other.put("key", "value");
		this.cache.put("one", "value");
		this.cache.put("two", "value");
		assertThat(this.cache.invalidate()).isTrue();
		assertThat(this.cache.invalidate()).isFalse();
		assertThat(this.cache.get("one")).isNull();
		assertThat(other.get("key")).isNotNull();
		this.cache.put("one", "value");
		this.cache.clear();
		assertThat(this.cache.get("one")).isNull();
		assertThat(other.get("key")).isNotNull();
	}

	@Test
	void putIfAbsentKeepsWhatIsThere() {
		assertThat(this.cache.putIfAbsent("key", "first")).isNull();
		assertThat(this.cache.get("key").get()).isEqualTo("first");
		assertThat(this.cache.putIfAbsent("key", "second").get()).isEqualTo("first");
		assertThat(this.cache.putIfAbsent("empty", null)).isNull();
		assertThat(this.cache.putIfAbsent("empty", "second").get()).isNull();
		assertThat(this.cache.get("empty").get()).isNull();
	}

	@Test
	void aLoaderIsCalledOnceAndWhatItMakesStays() {
		assertThat(this.cache.get("key", () -> counted("made"))).isEqualTo("made");
		assertThat(this.cache.get("key", () -> counted("again"))).isEqualTo("made");
		assertThat(this.calls).hasValue(1);
	}

	@Test
	void whatALoaderThrowsReachesTheCallerAndIsNotRemembered() {
		IOException thrown = new IOException("down");
		assertThatExceptionOfType(Cache.ValueRetrievalException.class).isThrownBy(() -> this.cache.get("key", () -> {
			throw thrown;
		})).withCause(thrown);
		assertThat(this.cache.get("key", () -> counted("made"))).isEqualTo("made");
	}

	@Test
	void valuesAreSharedUnlessTheyAreToBeCopied() {
		List<String> value = new ArrayList<>(List.of("a"));
		this.cache.put("key", value);
		assertThat(this.cache.get("key").get()).isSameAs(value);
		assertThat(this.cache.get("made", () -> value)).isSameAs(value);
		try (CoalestraCacheManager copying = CoalestraCacheManager.builder().values(CachedValues.COPIED).build()) {
			Cache copies = copying.getCache("values");
			copies.put("key", value);
			value.add("b");
			assertThat(copies.get("key").get()).isEqualTo(List.of("a"));
			assertThat(copies.get("key", () -> List.of())).isEqualTo(List.of("a")).isNotSameAs(value);
		}
	}

	@Test
	void theOldestUnusedEntriesMakeRoom() {
		CoalestraCache small = this.manager.getCache("small");
		for (int i = 0; i < 100; i++) {
			small.put(i, i);
		}
		await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
			assertThat(small.counts().entries()).isLessThanOrEqualTo(10);
			assertThat(small.counts().evictions()).isGreaterThanOrEqualTo(90);
		});
	}

	// --- keys ---

	@Test
	void keysThatAreEqualShareAnEntryAndOthersDoNot() {
		record Pair(String left, Object right) {
		}
		List<Object> distinct = List.of("1", 1, 1L, (short) 1, 1.0, '1', "", " ", "a b", "a,b", "a(b)", "~null",
				SimpleKey.EMPTY, new SimpleKey("a", "b"), new SimpleKey("a,b"), new SimpleKey((Object) null),
				new SimpleKey("a", List.of("b")), new SimpleKey("a", new String[] { "b" }), new Pair("a", 1),
				new Pair("a", 1L), List.of("a", "b"), List.of(List.of("a"), "b"), UUID.fromString("0-0-0-0-1"),
				LocalDate.EPOCH, LocalDate.EPOCH.toString(), TimeUnit.DAYS, Duration.ofDays(1), "x".repeat(5000),
				"x".repeat(5001), "\n", "\u0000", "~u000a", Set.class, 'x');
		distinct.forEach((key) -> this.cache.put(key, key));
		assertThat(distinct).allSatisfy((key) -> assertThat(this.cache.get(key).get()).isEqualTo(key));
		assertThat(this.cache.counts().entries()).isEqualTo(distinct.size());
		assertThat(this.cache.get(new SimpleKey("a", "b"))).isNotNull();
		assertThat(this.cache.get(new Pair("a", 1)).get()).isEqualTo(new Pair("a", 1));
	}

	@Test
	void aKeyOfAnUnknownClassIsRefusedWithARemedy() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.cache.put(new Thread(), "value"))
			.withMessageStartingWith("cache key: an object of java.lang.Thread (expected: a text, a number,")
			.withMessageContaining("a CacheKeyWriter bean");
		assertThatIllegalArgumentException().isThrownBy(() -> this.cache.get(null))
			.withMessage("cache \"values\": key: null (expected: a key)");
		try (CoalestraCacheManager known = CoalestraCacheManager.builder()
			.keyWriter((key) -> (key instanceof Thread thread) ? Long.toString(thread.threadId()) : null)
			.build()) {
			known.getCache("threads").put(Thread.currentThread(), "value");
			assertThat(known.getCache("threads").get(Thread.currentThread())).isNotNull();
		}
	}

	// --- single-flight ---

	@Test
	void callersOfOneKeyShareOneCall() throws Exception {
		CountDownLatch release = new CountDownLatch(1);
		List<Future<Object>> answers = new ArrayList<>();
		try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
			for (int i = 0; i < 100; i++) {
				answers.add(threads.submit(() -> this.cache.get("key", () -> {
					release.await();
					return counted("made");
				})));
			}
			await().atMost(Duration.ofSeconds(30)).until(() -> this.cache.counts().loads() == 1);
			release.countDown();
			for (Future<Object> answer : answers) {
				assertThat(answer.get()).isEqualTo("made");
			}
		}
		assertThat(this.calls).hasValue(1);
		assertThat(this.cache.counts().hits() + this.cache.counts().misses()).isEqualTo(100);
	}

	@Test
	void aLoaderRunsOnItsCallersThread() {
		assertThat(this.cache.get("key", Thread::currentThread)).isSameAs(Thread.currentThread());
	}

	@Test
	void anInterruptedCallerHarmsNobodyElse() throws Exception {
		CountDownLatch release = new CountDownLatch(1);
		CountDownLatch inside = new CountDownLatch(1);
		Callable<String> loader = () -> {
			inside.countDown();
			release.await();
			return "made";
		};
		AtomicReference<Throwable> given = new AtomicReference<>();
		try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
			Future<String> leader = threads.submit(() -> this.cache.get("key", loader));
			inside.await();
			Thread joiner = Thread.ofVirtual().start(() -> {
				try {
					this.cache.get("key", loader);
				}
				catch (Cache.ValueRetrievalException ex) {
					given.set(ex.getCause());
				}
			});
			await().atMost(Duration.ofSeconds(30))
				.until(() -> joiner.getState() == Thread.State.WAITING
						|| joiner.getState() == Thread.State.TIMED_WAITING);
			joiner.interrupt();
			joiner.join();
			assertThat(given.get()).isInstanceOf(SnapshotBuildException.class);
			release.countDown();
			assertThat(leader.get()).isEqualTo("made");
		}
	}

	@Test
	void whoJoinsWaitsUntilTheDeadlineOnly() throws Exception {
		CountDownLatch release = new CountDownLatch(1);
		CountDownLatch inside = new CountDownLatch(1);
		try (CoalestraCacheManager hurried = CoalestraCacheManager.builder()
			.timeSource(this.time)
			.deadline(Duration.ofMillis(20))
			.build(); var threads = Executors.newVirtualThreadPerTaskExecutor()) {
			Cache values = hurried.getCache("values");
			Future<String> leader = threads.submit(() -> values.get("key", () -> {
				inside.countDown();
				release.await();
				return "made";
			}));
			inside.await();
			int timers = this.time.pendingTimers();
			Future<String> joiner = threads.submit(() -> values.get("key", () -> "other"));
			await().atMost(Duration.ofSeconds(30)).until(() -> this.time.pendingTimers() > timers);
			this.time.advance(Duration.ofMillis(19));
			assertThat(joiner).isNotDone();
			this.time.advance(Duration.ofMillis(1));
			assertThat(joiner).failsWithin(Duration.ofSeconds(30))
				.withThrowableOfType(ExecutionException.class)
				.havingCause()
				.isInstanceOf(Cache.ValueRetrievalException.class)
				.withCauseInstanceOf(SnapshotBuildException.class);
			release.countDown();
			assertThat(leader).succeedsWithin(Duration.ofSeconds(30));
		}
	}

	// --- values that are overtaken ---

	@Test
	void aValueThatComesAfterItsEvictionIsNotStored() {
		assertThat(this.cache.get("key", () -> {
			this.cache.evict("key");
			return "made";
		})).isEqualTo("made");
		assertThat(this.cache.get("key")).isNull();
		assertThat(this.cache.get("key", () -> {
			this.cache.clear();
			return "made";
		})).isEqualTo("made");
		assertThat(this.cache.get("key")).isNull();
	}

	@Test
	void aValueThatIsPutMeanwhileStays() {
		this.cache.get("key", () -> {
			this.time.advance(Duration.ofMillis(1));
			this.cache.put("key", "put");
			return "made";
		});
		assertThat(this.cache.get("key").get()).isEqualTo("put");
	}

	// --- freshness ---

	@Test
	void aStaleValueIsServedAndMadeAnewBehindTheCaller() {
		CoalestraCache stale = this.manager.getCache("stale");
		stale.get("key", () -> counted("old"));
		this.time.advance(Duration.ofSeconds(20));
		Thread caller = Thread.currentThread();
		assertThat(stale.get("key", () -> counted(caller.equals(Thread.currentThread()) ? "mine" : "new")))
			.isEqualTo("old");
		await().atMost(Duration.ofSeconds(30))
			.untilAsserted(() -> assertThat(stale.get("key", () -> counted("newer"))).isEqualTo("new"));
		assertThat(this.calls).hasValue(2);
		assertThat(stale.counts().staleAnswers()).isPositive();
	}

	@Test
	void aRefreshHasTheContextOfItsCaller() {
		ThreadLocal<String> user = new ThreadLocal<>();
		ContextCarrier carrier = () -> {
			String captured = user.get();
			return () -> {
				String before = user.get();
				user.set(captured);
				return () -> user.set(before);
			};
		};
		ConcurrentLinkedQueue<String> seen = new ConcurrentLinkedQueue<>();
		try (CoalestraCacheManager carrying = CoalestraCacheManager.builder()
			.timeSource(this.time)
			.contextCarrier(carrier)
			.defaults(
					settings(Freshness.ttl(Duration.ofSeconds(1)).maxStale(Duration.ofDays(1)).staleWhileRevalidate()))
			.build()) {
			Cache values = carrying.getCache("values");
			values.get("key", () -> "old");
			this.time.advance(Duration.ofSeconds(2));
			user.set("alice");
			values.get("key", () -> seen.add(user.get()));
			await().atMost(Duration.ofSeconds(30)).until(() -> !seen.isEmpty());
			assertThat(
					carrying.getCache("values").retrieve("other", () -> CompletableFuture.completedFuture(user.get())))
				.succeedsWithin(Duration.ofSeconds(30))
				.isEqualTo("alice");
		}
		assertThat(seen).containsExactly("alice");
	}

	@Test
	void aStaleValueStandsInForAFailingLoader() {
		CoalestraCache fallback = this.manager.getCache("fallback");
		fallback.get("key", () -> "old");
		this.time.advance(Duration.ofSeconds(20));
		assertThat(fallback.get("key")).as("without a loader").isNull();
		assertThat(fallback.<String>get("key", () -> {
			throw new IOException("down");
		})).isEqualTo("old");
		this.time.advance(Duration.ofMinutes(1));
		assertThatExceptionOfType(Cache.ValueRetrievalException.class).isThrownBy(() -> fallback.get("key", () -> {
			throw new IOException("down");
		})).withRootCauseInstanceOf(IOException.class);
	}

	// --- futures ---

	@Test
	void aFutureIsAnsweredFromTheCacheAtOnce() {
		assertThat(this.cache.retrieve("key")).isNull();
		this.cache.put("key", "value");
		assertThat(this.cache.retrieve("key")).isCompleted();
		assertThat(this.cache.retrieve("key", () -> CompletableFuture.completedFuture("other")))
			.isCompletedWithValue("value");
		this.cache.put("empty", null);
		assertThat(this.cache.retrieve("empty").join()).isInstanceOf(Cache.ValueWrapper.class);
	}

	@Test
	void futuresOfOneKeyShareOneCall() {
		CompletableFuture<String> made = new CompletableFuture<>();
		List<CompletableFuture<String>> answers = new ArrayList<>();
		for (int i = 0; i < 10; i++) {
			answers.add(this.cache.retrieve("key", () -> {
				this.calls.incrementAndGet();
				return made;
			}));
		}
		await().atMost(Duration.ofSeconds(30)).until(() -> this.calls.get() == 1);
		assertThat(answers).noneMatch(CompletableFuture::isDone);
		made.complete("made");
		assertThat(answers)
			.allSatisfy((answer) -> assertThat(answer).succeedsWithin(Duration.ofSeconds(30)).isEqualTo("made"));
		assertThat(this.calls).hasValue(1);
		assertThat(this.cache.get("key").get()).isEqualTo("made");
	}

	@Test
	void aFutureFailsAsItsLoaderDid() {
		IOException thrown = new IOException("down");
		CompletableFuture<Object> answer = this.cache.retrieve("key", () -> CompletableFuture.failedFuture(thrown));
		assertThatExceptionOfType(CompletionException.class).isThrownBy(answer::join).withCause(thrown);
	}

	// --- loaders that ask caches ---

	@Test
	void aLoaderMayAskForAnotherKey() {
		assertThat(this.cache.get("outer", () -> "outer of " + this.cache.get("inner", () -> "inner")))
			.isEqualTo("outer of inner");
		assertThat(this.cache.get("inner").get()).isEqualTo("inner");
	}

	@Test
	void aLoaderThatAsksForItsOwnKeyIsCalledAgain() {
		assertThat(this.cache.get("key", () -> "one of " + this.cache.get("key", () -> "two"))).isEqualTo("one of two");
		assertThat(this.cache.get("key").get()).isEqualTo("one of two");
	}

	@Test
	void loadersOfTwoThreadsThatAskForEachOthersKeysDoNotWaitForEver() throws Exception {
		CountDownLatch both = new CountDownLatch(2);
		try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
			Future<String> one = threads.submit(() -> this.cache.get("a", () -> asking(both, "b")));
			Future<String> two = threads.submit(() -> this.cache.get("b", () -> asking(both, "a")));
			assertThat(one.get()).startsWith("asked for b");
			assertThat(two.get()).startsWith("asked for a");
		}
	}

	private String asking(CountDownLatch both, String other) throws InterruptedException {
		both.countDown();
		both.await();
		return "asked for " + other + ": " + this.cache.get(other, () -> "itself");
	}

	// --- many keys ---

	@Test
	void manyKeysAreMadeInOneCallAndCachedOneByOne() {
		List<List<Integer>> asked = new ArrayList<>();
		BulkLoader<Integer, String> loader = (keys) -> {
			asked.add(keys);
			Map<Integer, String> made = new LinkedHashMap<>();
			keys.stream().filter((key) -> key != 3).forEach((key) -> made.put(key, "value " + key));
			return made;
		};
		assertThat(this.cache.getAll(List.of(1, 2), loader)).containsExactly(Map.entry(1, "value 1"),
				Map.entry(2, "value 2"));
		assertThat(this.cache.getAll(List.of(4, 3, 2, 2), loader)).containsExactly(Map.entry(4, "value 4"),
				Map.entry(2, "value 2"));
		assertThat(this.cache.getAll(List.of(3), loader)).isEmpty();
		assertThat(this.cache.getAll(List.<Integer>of(), loader)).isEmpty();
		assertThat(asked).containsExactly(List.of(1, 2), List.of(4, 3));
		assertThat(this.cache.get(1).get()).isEqualTo("value 1");
		assertThat(this.cache.get(3).get()).isNull();
	}

	@Test
	void overlappingCallsAskForEachKeyOnce() throws Exception {
		Collection<Integer> asked = new ConcurrentLinkedQueue<>();
		CountDownLatch all = new CountDownLatch(1);
		AtomicInteger waiting = new AtomicInteger();
		BulkLoader<Integer, Integer> loader = (keys) -> {
			asked.addAll(keys);
			all.await();
			Map<Integer, Integer> made = new LinkedHashMap<>();
			keys.forEach((key) -> made.put(key, -key));
			return made;
		};
		List<Future<Map<Integer, Integer>>> answers = new ArrayList<>();
		try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
			for (int i = 0; i < 100; i++) {
				List<Integer> keys = new ArrayList<>();
				for (int key = 0; key < 100; key++) {
					keys.add(i * 10 + key);
				}
				answers.add(threads.submit(() -> {
					waiting.incrementAndGet();
					return this.cache.getAll(keys, loader);
				}));
			}
			await().atMost(Duration.ofSeconds(30)).until(() -> waiting.get() == 100);
			all.countDown();
			for (Future<Map<Integer, Integer>> answer : answers) {
				assertThat(answer.get()).hasSize(100).allSatisfy((key, value) -> assertThat(value).isEqualTo(-key));
			}
		}
		assertThat(asked).hasSize(1090).doesNotHaveDuplicates();
	}

	@Test
	void whatABulkLoaderThrowsReachesAllWhoNeedItsKeys() {
		IOException thrown = new IOException("down");
		assertThatExceptionOfType(Cache.ValueRetrievalException.class)
			.isThrownBy(() -> this.cache.getAll(List.of(1, 2), (keys) -> {
				throw thrown;
			}))
			.withCause(thrown);
		assertThat(this.cache.get(1)).isNull();
	}

	// --- the manager ---

	@Test
	void nothingIsMadeOnceTheManagerIsClosed() {
		this.cache.get("key", () -> "made");
		this.manager.close();
		this.manager.close();
		assertThatIllegalStateException().isThrownBy(() -> this.cache.get("other", () -> "made"));
	}

	@Test
	void whatIsCountedAddsUp() {
		this.cache.get("key", () -> "made");
		this.cache.get("key", () -> "made");
		this.cache.get("key");
		this.cache.put("other", "value");
		assertThat(this.cache.counts()).isEqualTo(new CacheCounts(2, 2, 1, 0, 1, 0, 1, 0));
	}

	private <T> T counted(T value) {
		this.calls.incrementAndGet();
		return value;
	}

}
