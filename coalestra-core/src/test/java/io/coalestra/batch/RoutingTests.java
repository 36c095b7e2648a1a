package io.coalestra.batch;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

import io.coalestra.batch.BatchException.Reason;
import io.coalestra.time.SteerableTimeSource;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

/**
 * Who gets what.
 */
class RoutingTests {

	private static final Duration WINDOW = Duration.ofMillis(50);

	private final SteerableTimeSource time = new SteerableTimeSource();

	private <V> List<CompletableFuture<V>> together(BatcherBuilder<String, V> builder, String... keys) {
		Batcher<String, V> batcher = builder.timeSource(this.time).window(Window.fixed(WINDOW)).build();
		List<CompletableFuture<V>> futures = new ArrayList<>();
		for (String key : keys) {
			futures.add(batcher.submit(key));
		}
		this.time.advance(WINDOW);
		return futures;
	}

	private static BatchException failureOf(CompletableFuture<?> future) {
		try {
			throw new AssertionError("answered: " + future.join());
		}
		catch (CompletionException ex) {
			return (BatchException) ex.getCause();
		}
	}

	@Test
	void positionalAnswersFollowTheOrderOfArrivalAndKeepDuplicates() {
		List<List<String>> asked = new ArrayList<>();
		List<CompletableFuture<Integer>> futures = together(Batcher.<String, Integer>positional("test", (keys) -> {
			asked.add(keys);
			return List.of(1, 2, 3);
		}), "x", "y", "x");
		assertThat(futures).extracting(CompletableFuture::join).containsExactly(1, 2, 3);
		assertThat(asked).containsExactly(List.of("x", "y", "x"));
	}

	@Test
	void positionalAnswerOfAnotherLengthFailsEveryCallerAndNamesBothLengths() {
		List<CompletableFuture<Integer>> futures = together(
				Batcher.<String, Integer>positional("test", (keys) -> List.of(1)), "x", "y");
		assertThat(futures).allSatisfy((future) -> {
			assertThat(failureOf(future).reason()).isEqualTo(Reason.PROTOCOL);
			assertThat(failureOf(future)).hasMessageContaining("answered 2 items with 1 elements");
		});
	}

	@Test
	void keyedAnswersReachEqualKeysWhateverTheOrderAndExtraKeysAreIgnored() {
		List<List<String>> asked = new ArrayList<>();
		List<CompletableFuture<Integer>> futures = together(Batcher.<String, Integer>keyed("test", (keys) -> {
			asked.add(keys);
			return Map.of("c", 3, "a", 1, "b", 2, "z", 26);
		}), "a", "b", "a", "c");
		assertThat(futures).extracting(CompletableFuture::join).containsExactly(1, 2, 1, 3);
		assertThat(asked).containsExactly(List.of("a", "b", "c"));
	}

	@Test
	void nullValueDiffersFromAMissingKey() {
		Map<String, Integer> answer = new HashMap<>();
		answer.put("null", null);
		try (Batcher<String, Integer> batcher = Batcher.<String, Integer>keyed("test", (keys) -> answer).build()) {
			assertThat(batcher.outcome("null")).isEqualTo(Outcome.success(null));
			assertThat(batcher.outcome("missing")).isEqualTo(Outcome.absent());
			assertThat(batcher.get("missing")).isNull();
			assertThat(batcher.find("missing")).isEmpty();
			assertThat(batcher.find("null")).isEmpty();
			assertThat(batcher.getAll(List.of("null", "missing"))).containsOnlyKeys("null");
			assertThat(batcher.statistics().absent()).isEqualTo(4);
			assertThat(batcher.statistics().failed()).isZero();
		}
	}

	@Test
	void missingKeyIsAnErrorOfItsCallerAloneWhereThatIsSet() {
		List<CompletableFuture<Integer>> futures = together(
				Batcher.<String, Integer>keyed("test", (keys) -> Map.of("a", 1)).missingIsError(), "a", "b");
		assertThat(futures.get(0).join()).isEqualTo(1);
		assertThat(failureOf(futures.get(1)).reason()).isEqualTo(Reason.MISSING);
	}

	@Test
	void oneItemFailsAlone() {
		IllegalStateException own = new IllegalStateException("bad item");
		Map<String, Outcome<Integer>> answer = new HashMap<>();
		answer.put("good", Outcome.success(1));
		answer.put("none", Outcome.absent());
		answer.put("bad", Outcome.failed(own));
		answer.put("null", null);
		try (Batcher<String, Integer> batcher = Batcher.<String, Integer>outcomes("test", (keys) -> answer).build()) {
			Map<String, Outcome<Integer>> outcomes = batcher
				.outcomes(List.of("good", "none", "bad", "unknown", "null"));
			assertThat(outcomes).containsEntry("good", Outcome.success(1))
				.containsEntry("none", Outcome.absent())
				.containsEntry("bad", Outcome.failed(own))
				.containsEntry("unknown", Outcome.absent());
			assertThat(outcomes.get("null")).isInstanceOf(Outcome.Failed.class);
			assertThatExceptionOfType(BatchException.class).isThrownBy(() -> batcher.get("bad"))
				.withCause(own)
				.satisfies((ex) -> assertThat(ex.reason()).isEqualTo(Reason.ITEM_FAILED));
			assertThatExceptionOfType(BatchException.class).isThrownBy(() -> batcher.getAll(List.of("good", "bad")))
				.withCause(own);
		}
	}

	@Test
	void answerOfNullIsAnErrorOfEveryCaller() {
		List<CompletableFuture<Integer>> futures = together(Batcher.<String, Integer>keyed("test", (keys) -> null), "a",
				"b");
		assertThat(futures).allSatisfy((future) -> assertThat(failureOf(future).reason()).isEqualTo(Reason.PROTOCOL));
	}

	@Test
	@SuppressWarnings({ "unchecked", "rawtypes" }) // The mistake that generics cannot
													// rule out.
	void mapOfAnotherKeyTypeMakesEveryKeyMissing() {
		List<CompletableFuture<Integer>> futures = together(
				Batcher.<String, Integer>keyed("test", (keys) -> (Map) Map.of(1, 1)), "1", "2");
		assertThat(futures).extracting(CompletableFuture::join).containsOnlyNulls();
	}

	@Test
	void mapThatThrowsFailsItsBatch() {
		Map<String, Integer> sorted = new java.util.TreeMap<>(Map.of("a", 1)) {

			private static final long serialVersionUID = 1L;

			@Override
			public Integer get(Object key) {
				throw new ClassCastException("not mine");
			}
		};
		List<CompletableFuture<Integer>> futures = together(Batcher.<String, Integer>keyed("test", (keys) -> sorted),
				"a", "b");
		assertThat(futures)
			.allSatisfy((future) -> assertThat(failureOf(future)).hasCauseInstanceOf(ClassCastException.class));
	}

	@Test
	void unusableKeyFailsItsCallerAndNotTheBatch() {
		record Key(String name) {

			@Override
			public boolean equals(Object other) {
				return !this.name.equals("bad") && other instanceof Key key && key.name.equals(this.name);
			}

			@Override
			public int hashCode() {
				if (this.name.equals("worse")) {
					throw new IllegalStateException("no hash");
				}
				return this.name.hashCode();
			}
		}
		try (Batcher<Key, Integer> batcher = Batcher.<Key, Integer>keyed("test", (keys) -> Map.of(new Key("good"), 1))
			.timeSource(this.time)
			.window(Window.fixed(WINDOW))
			.build()) {
			CompletableFuture<Integer> good = batcher.submit(new Key("good"));
			assertThatIllegalArgumentException().isThrownBy(() -> batcher.submit(new Key("bad")));
			assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> batcher.submit(new Key("worse")))
				.withMessage("no hash");
			assertThatNullPointerException().isThrownBy(() -> batcher.submit(null));
			this.time.advance(WINDOW);
			assertThat(good.join()).isEqualTo(1);
		}
	}

	@Test
	void listOfKeysCannotBeChanged() {
		List<CompletableFuture<Integer>> futures = together(Batcher.<String, Integer>keyed("test", (keys) -> {
			keys.clear();
			return Map.of();
		}), "a", "b");
		assertThat(futures).allSatisfy(
				(future) -> assertThat(failureOf(future)).hasCauseInstanceOf(UnsupportedOperationException.class));
	}

}
