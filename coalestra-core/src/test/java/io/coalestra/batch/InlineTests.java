package io.coalestra.batch;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import io.coalestra.batch.BatchException.Reason;
import io.coalestra.time.SteerableTimeSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Collect, lead, scatter.
 */
class InlineTests {

	private static final Duration WINDOW = Duration.ofMillis(50);

	private final SteerableTimeSource time = new SteerableTimeSource();

	private final Batcher<String, String> batcher = Batcher.<String, String>inline("test")
		.timeSource(this.time)
		.window(Window.fixed(WINDOW))
		.bulkTimeout(Duration.ofSeconds(1))
		.build();

	private final List<Thread> threads = new CopyOnWriteArrayList<>();

	@AfterEach
	void nothingIsLeft() {
		BulkProbe.awaitPending(this.batcher, 0);
		assertThat(this.batcher.statistics().running()).isZero();
		this.batcher.close();
	}

	/** Calls the body for each item, on a thread each, and lets them pool. */
	private List<CompletableFuture<String>> pooled(InlineBody<String, String, ?> body, String... items) {
		List<CompletableFuture<String>> results = start(body, items);
		this.time.advance(WINDOW);
		return results;
	}

	private List<CompletableFuture<String>> start(InlineBody<String, String, ?> body, String... items) {
		List<CompletableFuture<String>> results = new ArrayList<>();
		int timers = this.time.pendingTimers();
		for (String item : items) {
			int before = this.batcher.statistics().pending();
			CompletableFuture<String> result = new CompletableFuture<>();
			this.threads.add(Thread.startVirtualThread(() -> {
				try {
					result.complete(this.batcher.inline(item, body));
				}
				catch (Throwable thrown) {
					result.completeExceptionally(thrown);
				}
			}));
			results.add(result);
			BulkProbe.awaitPending(this.batcher, before + 1);
		}
		BulkProbe.await(() -> this.time.pendingTimers() > timers);
		return results;
	}

	@Test
	void codeBeforeCollectRunsForEachCallerAndCodeAfterOnce() {
		AtomicInteger before = new AtomicInteger();
		List<List<String>> collected = new CopyOnWriteArrayList<>();
		List<CompletableFuture<String>> results = pooled((scope) -> {
			before.incrementAndGet();
			List<String> items = scope.collect();
			collected.add(items);
			return scope.scatter(BulkProbe.answer(items));
		}, "a", "b", "a");
		assertThat(results).extracting(CompletableFuture::join).containsExactly("A", "B", "A");
		assertThat(before).hasValue(3);
		assertThat(collected).containsExactly(List.of("a", "b", "a"));
	}

	@Test
	void scatterByPositionAndByOutcome() {
		assertThat(pooled((scope) -> scope.scatter(scope.collect().stream().map((item) -> item + "!").toList()), "a",
				"b", "a"))
			.extracting(CompletableFuture::join)
			.containsExactly("a!", "b!", "a!");
		IOException own = new IOException("b is bad");
		List<CompletableFuture<String>> results = pooled((scope) -> {
			scope.collect();
			return scope.scatterOutcomes(Map.of("a", Outcome.success("A"), "b", Outcome.failed(own)));
		}, "a", "b", "c");
		assertThat(results.get(0).join()).isEqualTo("A");
		assertThat(FaultTests.failureOf(results.get(1))).hasCause(own);
		assertThat(results.get(2).join()).isNull();
	}

	@Test
	void leadersFailureOfAnyKindReachesEveryone() {
		for (Throwable thrown : List.of(new IOException("boom"), new AssertionError("boom"))) {
			List<CompletableFuture<String>> results = pooled((scope) -> {
				scope.collect();
				if (thrown instanceof Error error) {
					throw error;
				}
				throw (Exception) thrown;
			}, "a", "b");
			assertThat(results).allSatisfy((result) -> {
				assertThat(FaultTests.failureOf(result)).isInstanceOf(BatchException.class).hasCause(thrown);
				assertThat(((BatchException) FaultTests.failureOf(result)).reason()).isEqualTo(Reason.BULK_FAILED);
			});
		}
	}

	@Test
	void failureBeforeCollectIsItsCallersAloneAndComesAsItIs() {
		assertThatExceptionOfType(IOException.class).isThrownBy(() -> this.batcher.inline("a", (scope) -> {
			throw new IOException("invalid");
		}));
		assertThat(this.batcher.<RuntimeException>inline("a", (scope) -> "known already")).isEqualTo("known already");
	}

	@Test
	void returnWithoutScatterIsAnErrorOfEveryone() {
		assertThat(pooled((scope) -> {
			scope.collect();
			return "forgotten";
		}, "a", "b")).allSatisfy((result) -> {
			assertThat(((BatchException) FaultTests.failureOf(result)).reason()).isEqualTo(Reason.PROTOCOL);
			assertThat(FaultTests.failureOf(result)).hasMessageContaining("without handing out results");
		});
	}

	@Test
	void scatterOfAnotherLengthOrOfNullIsAnErrorOfEveryone() {
		for (List<String> wrong : Collections
			.<List<String>>unmodifiableList(java.util.Arrays.asList(List.of("x"), null))) {
			assertThat(pooled((scope) -> {
				scope.collect();
				return scope.scatter(wrong);
			}, "a", "b")).allSatisfy((result) -> assertThat(((BatchException) FaultTests.failureOf(result)).reason())
				.isEqualTo(Reason.PROTOCOL));
		}
	}

	@Test
	void secondScatterIsAnErrorAndTheFirstStands() {
		AtomicReference<Throwable> misuse = new AtomicReference<>();
		List<CompletableFuture<String>> results = pooled((scope) -> {
			Map<String, String> answer = BulkProbe.answer(scope.collect());
			String own = scope.scatter(answer);
			try {
				scope.scatter(Map.of());
			}
			catch (IllegalStateException ex) {
				misuse.set(ex);
			}
			return own;
		}, "a", "b");
		assertThat(results).extracting(CompletableFuture::join).containsExactly("A", "B");
		assertThat(misuse.get()).hasMessage("batcher \"test\": scatter was called after scatter");
	}

	@Test
	void secondCollectIsAnErrorOfEveryone() {
		assertThat(pooled((scope) -> {
			scope.collect();
			scope.collect();
			return null;
		}, "a", "b")).allSatisfy(
				(result) -> assertThat(FaultTests.failureOf(result)).hasCauseInstanceOf(IllegalStateException.class));
	}

	@Test
	void scatterWithoutCollectAndUseOutsideAreErrorsAtOnce() {
		assertThatIllegalStateException().isThrownBy(() -> this.batcher.inline("a", (scope) -> scope.scatter(Map.of())))
			.withMessage("batcher \"test\": scatter was called before collect");
		AtomicReference<InlineScope<String, String>> escaped = new AtomicReference<>();
		this.batcher.<RuntimeException>inline("a", (scope) -> {
			escaped.set(scope);
			return null;
		});
		assertThatIllegalStateException().isThrownBy(() -> escaped.get().collect())
			.withMessageContaining("after the method body had returned");
		AtomicReference<Throwable> elsewhere = new AtomicReference<>();
		this.batcher.<RuntimeException>inline("a", (scope) -> {
			Thread thread = Thread.startVirtualThread(() -> {
				try {
					scope.collect();
				}
				catch (IllegalStateException ex) {
					elsewhere.set(ex);
				}
			});
			BulkProbe.await(() -> !thread.isAlive());
			return null;
		});
		assertThat(elsewhere.get()).hasMessageContaining("on another thread");
	}

	@Test
	void resultOtherThanWhatWasScatteredIsAnErrorOfTheLeader() {
		List<CompletableFuture<String>> results = pooled((scope) -> {
			scope.scatter(BulkProbe.answer(scope.collect()));
			return "something else";
		}, "a", "b");
		assertThat(((BatchException) FaultTests.failureOf(results.get(0))).reason()).isEqualTo(Reason.PROTOCOL);
		assertThat(results.get(1).join()).isEqualTo("B");
	}

	@Test
	void failureAfterScatterIsTheLeadersAlone() {
		List<CompletableFuture<String>> results = pooled((scope) -> {
			scope.scatter(BulkProbe.answer(scope.collect()));
			throw new IOException("late");
		}, "a", "b");
		assertThat(FaultTests.failureOf(results.get(0))).isInstanceOf(IOException.class);
		assertThat(results.get(1).join()).isEqualTo("B");
	}

	@Test
	void followersBodyThatCatchesEverythingStillGetsItsAnswer() {
		List<CompletableFuture<String>> results = pooled((scope) -> {
			try {
				return scope.scatter(BulkProbe.answer(scope.collect()));
			}
			catch (Throwable swallowed) {
				throw new IllegalStateException(swallowed);
			}
		}, "a", "b");
		assertThat(results).extracting(CompletableFuture::join).containsExactly("A", "B");
	}

	@Test
	void anotherCallerLeadsWhenTheFirstOneLeaves() {
		AtomicReference<Thread> leader = new AtomicReference<>();
		List<CompletableFuture<String>> results = start((scope) -> {
			List<String> items = scope.collect();
			leader.set(Thread.currentThread());
			return scope.scatter(BulkProbe.answer(items));
		}, "a", "b", "c");
		this.threads.get(0).interrupt();
		assertThat(((BatchException) FaultTests.failureOf(results.get(0))).reason()).isEqualTo(Reason.INTERRUPTED);
		this.time.advance(WINDOW);
		assertThat(results.get(1).join() + results.get(2).join()).isEqualTo("BC");
		assertThat(leader.get()).isSameAs(this.threads.get(1));
	}

	@Test
	void leaderThatIsInterruptedWhileItLeadsFailsEveryoneWithACause() {
		CompletableFuture<Void> leading = new CompletableFuture<>();
		List<CompletableFuture<String>> results = pooled((scope) -> {
			scope.collect();
			leading.complete(null);
			new CompletableFuture<>().get();
			return null;
		}, "a", "b");
		leading.join();
		this.threads.get(0).interrupt();
		assertThat(results).allSatisfy(
				(result) -> assertThat(FaultTests.failureOf(result)).hasCauseInstanceOf(InterruptedException.class));
	}

	@Test
	void leaderThatTakesTooLongIsInterruptedAndNobodyHangs() {
		CompletableFuture<Void> leading = new CompletableFuture<>();
		List<CompletableFuture<String>> results = pooled((scope) -> {
			scope.collect();
			leading.complete(null);
			new CompletableFuture<>().get();
			return null;
		}, "a", "b");
		leading.join();
		this.time.advance(Duration.ofSeconds(1));
		assertThat(results).allSatisfy((result) -> assertThat(((BatchException) FaultTests.failureOf(result)).reason())
			.isEqualTo(Reason.BULK_TIMEOUT));
	}

	@Test
	void callsOfDifferentBodiesDoNotPool() {
		List<String> seen = new CopyOnWriteArrayList<>();
		List<CompletableFuture<String>> first = start((scope) -> {
			List<String> items = scope.collect();
			seen.add("first" + items);
			return scope.scatter(BulkProbe.answer(items));
		}, "a", "b");
		List<CompletableFuture<String>> second = start((scope) -> {
			List<String> items = scope.collect();
			seen.add("second" + items);
			return scope.scatter(BulkProbe.answer(items));
		}, "c", "d");
		this.time.advance(WINDOW);
		first.forEach(CompletableFuture::join);
		second.forEach(CompletableFuture::join);
		assertThat(seen).containsExactlyInAnyOrder("first[a, b]", "second[c, d]");
	}

	@Test
	void collectingIsRefusedWhileAConditionHolds() {
		AtomicBoolean transaction = new AtomicBoolean(true);
		try (Batcher<String, String> guarded = Batcher.<String, String>inline("guarded")
			.bypassWhen("a transaction is active", transaction::get)
			.build()) {
			InlineBody<String, String, RuntimeException> body = (scope) -> scope
				.scatter(BulkProbe.answer(scope.collect()));
			assertThatExceptionOfType(BatchException.class).isThrownBy(() -> guarded.inline("a", body))
				.withMessage("batcher \"guarded\": collecting is not possible while a transaction is active")
				.satisfies((ex) -> assertThat(ex.reason()).isEqualTo(Reason.REFUSED));
			transaction.set(false);
			assertThat(guarded.inline("a", body)).isEqualTo("A");
		}
	}

	@Test
	void collectInsideTheLeadOfTheSameBatcherLeadsAlone() {
		try (Batcher<String, String> nested = Batcher.<String, String>inline("nested")
			.maxConcurrentBulkCalls(1)
			.build()) {
			assertThat(nested.<RuntimeException>inline("a", (outer) -> {
				List<String> items = outer.collect();
				String inner = nested.inline("inner", (scope) -> scope.scatter(BulkProbe.answer(scope.collect())));
				return outer.scatter(Map.of(items.get(0), inner + "!"));
			})).isEqualTo("INNER!");
		}
	}

	@Test
	void batcherWithoutABulkFunctionHasNoOtherDoor() {
		assertThatIllegalStateException().isThrownBy(() -> this.batcher.get("a"))
			.withMessageContaining("has no bulk function");
	}

	@Test
	void inlineAndBulkFunctionOfOneBatcherDoNotPool() {
		BulkProbe probe = new BulkProbe();
		try (Batcher<String, String> both = Batcher.keyed("both", probe).build()) {
			assertThat(both.<RuntimeException>inline("a",
					(scope) -> scope.scatter(Map.of(scope.collect().get(0), "inline"))))
				.isEqualTo("inline");
			assertThat(both.get("a")).isEqualTo("A");
			assertThat(probe.calls).hasSize(1);
		}
	}

}
