package io.coalestra.batch;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

import io.coalestra.batch.BatchException.Reason;
import io.coalestra.time.SteerableTimeSource;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Who may pool with whom, and calls within bulk calls.
 */
class IsolationTests {

	private static final Duration WINDOW = Duration.ofMillis(50);

	private final SteerableTimeSource time = new SteerableTimeSource();

	private final BulkProbe probe = new BulkProbe();

	private static int depth(String key) {
		return Integer.parseInt(key);
	}

	@Test
	void onlyEqualGroupsPool() {
		try (Batcher<String, String> batcher = Batcher.keyed("test", this.probe)
			.timeSource(this.time)
			.window(Window.fixed(WINDOW))
			.groupingBy((key) -> key.charAt(0))
			.build()) {
			CompletableFuture<Map<String, String>> all = CompletableFuture
				.supplyAsync(() -> batcher.getAll(List.of("a1", "b1", "a2", "b2")), Thread::startVirtualThread);
			BulkProbe.await(() -> batcher.statistics().pending() == 4 && this.time.pendingTimers() == 2);
			this.time.advance(WINDOW);
			assertThat(all.join()).hasSize(4);
			assertThat(this.probe.calls).containsExactlyInAnyOrder(List.of("a1", "a2"), List.of("b1", "b2"));
		}
	}

	@Test
	void idleGroupDoesNotWaitForAnother() {
		try (Batcher<String, String> batcher = Batcher.keyed("test", this.probe)
			.timeSource(this.time)
			.groupingBy((key) -> key)
			.build()) {
			this.probe.hold();
			List<CompletableFuture<String>> both = List.of(batcher.submit("a"), batcher.submit("b"));
			this.probe.awaitCalls(2);
			this.probe.releaseAll();
			assertThat(both).extracting(CompletableFuture::join).containsExactly("A", "B");
		}
	}

	@Test
	void bulkCallCanBeGivenItsCallersSurroundings() {
		ThreadLocal<String> tenant = new ThreadLocal<>();
		List<BulkCall> seen = new CopyOnWriteArrayList<>();
		List<String> order = new CopyOnWriteArrayList<>();
		try (Batcher<String, String> batcher = Batcher.<String, String>keyed("test", (keys) -> {
			order.add("bulk of " + tenant.get());
			return BulkProbe.answer(keys);
		})
			.timeSource(this.time)
			.window(Window.fixed(WINDOW))
			.groupingByCaller(tenant::get)
			.groupingBy(String::length)
			.capture(() -> "span of " + tenant.get())
			.around(new BulkAround() {
				@Override
				public <R> R around(BulkCall call, Callable<R> body) throws Exception {
					seen.add(call);
					order.add("outer");
					tenant.set((String) ((List<?>) call.group()).get(1));
					return body.call();
				}
			})
			.around(new BulkAround() {
				@Override
				public <R> R around(BulkCall call, Callable<R> body) throws Exception {
					order.add("inner");
					return body.call();
				}
			})
			.build()) {
			tenant.set("red");
			CompletableFuture<String> first = batcher.submit("a");
			CompletableFuture<String> second = batcher.submit("b");
			tenant.remove();
			this.time.advance(WINDOW);
			assertThat(first.join() + second.join()).isEqualTo("AB");
			assertThat(order).containsExactly("outer", "inner", "bulk of red");
			assertThat(seen).containsExactly(new BulkCall("test", BatchTrigger.WINDOW, Arrays.asList(1, "red"), 2,
					List.of("span of red", "span of red")));
		}
	}

	@Test
	void nullIsAGroupToo() {
		try (Batcher<String, String> batcher = Batcher.keyed("test", this.probe).groupingBy((key) -> null).build()) {
			assertThat(batcher.get("a")).isEqualTo("A");
			assertThat(batcher.get("b")).isEqualTo("B");
		}
	}

	@Test
	void bulkCallThatCallsItsOwnBatcherRunsDirectlyEvenWithOnePermit() {
		AtomicReference<Batcher<String, String>> own = new AtomicReference<>();
		try (Batcher<String, String> batcher = Batcher.<String, String>keyed("test", (keys) -> {
			String key = keys.get(0);
			return Map.of(key, (depth(key) == 0) ? "end" : own.get().get("" + (depth(key) - 1)) + "<" + key);
		}).timeSource(this.time).maxConcurrentBulkCalls(1).shareRunning().build()) {
			own.set(batcher);
			assertThat(batcher.get("3")).isEqualTo("end<1<2<3");
			assertThat(batcher.statistics().triggers()).containsEntry(BatchTrigger.DIRECT, 3L);
		}
	}

	@Test
	void directCallsOfManyKeysKeepTheMaximumSize() {
		AtomicReference<Batcher<String, String>> own = new AtomicReference<>();
		List<Integer> sizes = new CopyOnWriteArrayList<>();
		try (Batcher<String, String> batcher = Batcher.<String, String>keyed("test", (keys) -> {
			sizes.add(keys.size());
			if (keys.contains("all")) {
				return Map.of("all", own.get().getAll(List.of("a", "b", "c", "d", "e")).toString());
			}
			return BulkProbe.answer(keys);
		}).maxBatchSize(2).build()) {
			own.set(batcher);
			assertThat(batcher.get("all")).isEqualTo("{a=A, b=B, c=C, d=D, e=E}");
			assertThat(sizes).containsExactly(1, 2, 2, 1);
		}
	}

	@Test
	void batchersMayNestEvenInACircle() {
		AtomicReference<Batcher<String, String>> other = new AtomicReference<>();
		AtomicReference<Batcher<String, String>> first = new AtomicReference<>();
		first.set(Batcher.<String, String>keyed("first", (keys) -> {
			String key = keys.get(0);
			return Map.of(key, (depth(key) == 0) ? "end" : other.get().get(key));
		}).maxConcurrentBulkCalls(1).build());
		other.set(Batcher.<String, String>keyed("other", (keys) -> {
			String key = keys.get(0);
			return Map.of(key, first.get().get("" + (depth(key) - 1)) + "<" + key);
		}).maxConcurrentBulkCalls(1).build());
		assertThat(first.get().get("3")).isEqualTo("end<1<2<3");
		other.get().close();
		first.get().close();
	}

	@Test
	void unrelatedCallsOfBatchersThatCallEachOtherDoNotWaitForEachOthersPermits() {
		AtomicReference<Batcher<String, String>> other = new AtomicReference<>();
		CountDownLatch bothRun = new CountDownLatch(2);
		try (Batcher<String, String> first = calling("first", other::get, bothRun)) {
			try (Batcher<String, String> second = calling("second", () -> first, bothRun)) {
				other.set(second);
				CompletableFuture<String> one = first.submit("a");
				CompletableFuture<String> two = second.submit("b");
				BulkProbe.await(() -> one.isDone() && two.isDone());
				assertThat(one.join() + two.join()).isEqualTo("<inner><inner>");
				assertThat(first.statistics().triggers().get(BatchTrigger.DIRECT)
						+ second.statistics().triggers().get(BatchTrigger.DIRECT))
					.isPositive();
			}
		}
	}

	private Batcher<String, String> calling(String name, Supplier<Batcher<String, String>> other,
			CountDownLatch bothRun) {
		return Batcher.<String, String>keyed(name, (keys) -> {
			String key = keys.get(0);
			if (key.equals("inner")) {
				return Map.of(key, key);
			}
			bothRun.countDown();
			bothRun.await();
			return Map.of(key, "<" + other.get().get("inner") + ">");
		}).timeSource(this.time).maxConcurrentBulkCalls(1).build();
	}

	@Test
	void conditionRefusesCallsByItsName() {
		AtomicBoolean holds = new AtomicBoolean(true);
		try (Batcher<String, String> batcher = Batcher.keyed("test", this.probe)
			.refuseWhen("a transaction is active", holds::get)
			.build()) {
			assertThatExceptionOfType(BatchException.class).isThrownBy(() -> batcher.get("a"))
				.withMessage("batcher \"test\": calls are refused while a transaction is active")
				.satisfies((ex) -> assertThat(ex.reason()).isEqualTo(Reason.REFUSED));
			assertThat(batcher.submit("a")).isCompletedExceptionally();
			assertThatExceptionOfType(BatchException.class).isThrownBy(() -> batcher.getAll(List.of("a", "b")));
			assertThat(batcher.statistics().refused()).isEqualTo(4);
			holds.set(false);
			assertThat(batcher.get("a")).isEqualTo("A");
		}
	}

	@Test
	void bypassRunsTheBulkFunctionOnTheCallersThread() {
		List<Thread> threads = new ArrayList<>();
		Batcher<String, String> batcher = Batcher.<String, String>keyed("test", (keys) -> {
			threads.add(Thread.currentThread());
			return BulkProbe.answer(keys);
		}).bypassWhen("a transaction is active", () -> true).build();
		assertThat(batcher.get("a")).isEqualTo("A");
		assertThat(threads).containsExactly(Thread.currentThread());
		batcher.close();
		assertThatExceptionOfType(BatchException.class).isThrownBy(() -> batcher.get("a"))
			.satisfies((ex) -> assertThat(ex.reason()).isEqualTo(Reason.CLOSED));
	}

	@Test
	void interruptDuringABypassStaysSet() {
		try (Batcher<String, String> batcher = Batcher.<String, String>keyed("test", (keys) -> {
			throw new InterruptedException();
		}).bypassWhen("always", () -> true).build()) {
			assertThatExceptionOfType(BatchException.class).isThrownBy(() -> batcher.get("a"));
			assertThat(Thread.interrupted()).isTrue();
		}
	}

	@Test
	void groupsThatComeAndGoLeaveNothingBehind() {
		try (Batcher<String, String> batcher = Batcher.keyed("test", this.probe).groupingBy((key) -> key).build()) {
			List<Thread> callers = new ArrayList<>();
			for (int i = 0; i < 500; i++) {
				String key = "k" + (i % 7);
				callers.add(Thread.startVirtualThread(() -> batcher.get(key)));
			}
			callers.forEach((caller) -> BulkProbe.await(() -> !caller.isAlive()));
			assertThat(batcher.statistics().pending()).isZero();
		}
	}

}
