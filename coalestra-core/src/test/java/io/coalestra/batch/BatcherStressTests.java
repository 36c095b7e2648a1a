package io.coalestra.batch;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Ten thousand virtual threads with random keys, failures, cancellations, interrupts and
 * shutdowns: each call ends once, with its own key's answer or a failure, and nothing is
 * left. {@code -Dcoalestra.soak.seconds} sets how long; a failure names its seed.
 */
class BatcherStressTests {

	private static final int CALLERS = 10_000;

	private static final long SECONDS = Long.getLong("coalestra.soak.seconds", 20);

	private final AtomicLong answers = new AtomicLong();

	private final AtomicLong calls = new AtomicLong();

	private final AtomicReference<String> wrong = new AtomicReference<>();

	@Test
	void answersEqualCallsNothingIsPendingAndEachAnswerIsItsOwnKeys() {
		long seed = Long.getLong("coalestra.soak.seed", System.nanoTime());
		SplittableRandom random = new SplittableRandom(seed);
		long begin = System.nanoTime();
		while (System.nanoTime() - begin < SECONDS * 1_000_000_000L) {
			round(random.split());
		}
		assertThat(this.wrong).as("seed %s", seed).hasValue(null);
		assertThat(this.answers).as("seed %s", seed).hasValue(this.calls.get());
	}

	private void round(SplittableRandom random) {
		Batcher<Integer, Integer> batcher = randomBatcher(random);
		CountDownLatch ended = new CountDownLatch(CALLERS);
		Thread closer = null;
		int closesAt = random.nextInt(4) == 0 ? random.nextInt(CALLERS) : CALLERS;
		for (int i = 0; i < CALLERS; i++) {
			SplittableRandom own = random.split();
			Thread caller = Thread.startVirtualThread(() -> {
				try {
					call(batcher, own);
				}
				finally {
					ended.countDown();
				}
			});
			if (own.nextInt(50) == 0) {
				caller.interrupt();
			}
			if (own.nextInt(200) == 0) {
				batcher.flush();
			}
			if (i == closesAt) {
				closer = Thread.startVirtualThread(batcher::close);
			}
		}
		BulkProbe.await(() -> ended.getCount() == 0);
		BulkProbe.awaitPending(batcher, 0);
		batcher.close();
		Thread closing = closer;
		BulkProbe.await(() -> closing == null || !closing.isAlive());
		BulkProbe.await(() -> batcher.statistics().running() == 0);
		assertThat(batcher.statistics().queued()).isZero();
	}

	private Batcher<Integer, Integer> randomBatcher(SplittableRandom random) {
		SplittableRandom failures = random.split();
		BatcherBuilder<Integer, Integer> builder = switch (random.nextInt(3)) {
			case 0 -> Batcher.keyed("stress", (keys) -> answer(keys, failures));
			case 1 -> Batcher.positional("stress", (keys) -> {
				Map<Integer, Integer> values = answer(keys, failures);
				return keys.stream().map(values::get).toList();
			});
			default -> Batcher.<Integer, Integer>keyed("stress", (keys) -> answer(keys, failures)).shareRunning();
		};
		builder.maxBatchSize(1 + random.nextInt(100)).maxConcurrentBulkCalls(1 + random.nextInt(8));
		builder.closeGrace(Duration.ofMillis(random.nextInt(3)));
		switch (random.nextInt(4)) {
			case 0 -> builder.window(Window.fixed(Duration.ofNanos(random.nextInt(2000_000))));
			case 1 -> builder.window(Window.fixedUnlessIdle(Duration.ofNanos(random.nextInt(2000_000))));
			default -> builder.window(Window.adaptive(Duration.ofNanos(random.nextInt(5000_000))));
		}
		if (random.nextBoolean()) {
			builder.groupingBy((key) -> key % 3);
		}
		if (random.nextInt(3) == 0) {
			builder.callTimeout(Duration.ofMillis(3 + random.nextInt(100)));
		}
		if (random.nextInt(3) == 0) {
			builder.bulkTimeout(Duration.ofMillis(1 + random.nextInt(20)));
		}
		if (random.nextInt(3) == 0) {
			builder.maxPending(500).interruptWhenAbandoned();
		}
		return builder.build();
	}

	private static Map<Integer, Integer> answer(List<Integer> keys, SplittableRandom shared)
			throws InterruptedException {
		int dice;
		synchronized (shared) {
			dice = shared.nextInt(100);
		}
		if (dice < 5) {
			throw new IllegalStateException("random failure");
		}
		if (dice < 10) {
			throw new AssertionError("random error");
		}
		Map<Integer, Integer> values = new HashMap<>();
		for (Integer key : keys) {
			values.put(key, -key);
		}
		return values;
	}

	private void call(Batcher<Integer, Integer> batcher, SplittableRandom random) {
		int key = 1 + random.nextInt(2000);
		switch (random.nextInt(5)) {
			case 0 -> submitted(batcher, key, random);
			case 1 -> several(batcher, random);
			default -> {
				this.calls.incrementAndGet();
				try {
					check(key, batcher.get(key));
				}
				catch (BatchException failure) {
					this.answers.incrementAndGet();
				}
			}
		}
	}

	private void submitted(Batcher<Integer, Integer> batcher, int key, SplittableRandom random) {
		this.calls.incrementAndGet();
		CompletableFuture<Integer> future = batcher.submit(key);
		if (random.nextInt(3) == 0) {
			future.cancel(true);
		}
		Thread.interrupted();
		awaitEnd(future);
		if (future.state() == java.util.concurrent.Future.State.SUCCESS) {
			check(key, future.resultNow());
		}
		else {
			this.answers.incrementAndGet();
		}
	}

	private static void awaitEnd(CompletableFuture<?> future) {
		try {
			future.join();
		}
		catch (CompletionException | CancellationException ex) {
			// How it ended is looked at next.
			return;
		}
	}

	private void several(Batcher<Integer, Integer> batcher, SplittableRandom random) {
		List<Integer> keys = new ArrayList<>();
		for (int i = 0; i < 10; i++) {
			keys.add(1 + random.nextInt(2000));
		}
		this.calls.addAndGet(keys.stream().distinct().count());
		batcher.outcomes(keys).forEach((key, outcome) -> {
			if (outcome instanceof Outcome.Success<Integer>(Integer value)) {
				check(key, value);
			}
			else {
				this.answers.incrementAndGet();
			}
		});
	}

	private void check(int key, Integer value) {
		if (value == null || value != -key) {
			this.wrong.compareAndSet(null, "key " + key + " got " + value);
		}
		this.answers.incrementAndGet();
	}

}
