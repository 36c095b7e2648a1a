package io.coalestra.batch;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A bulk function that remembers what it was asked for, can be held up, and answers each
 * key with its upper case.
 */
final class BulkProbe implements BulkFunction<String, Map<String, String>> {

	private static final long PATIENCE = 60_000_000_000L;

	final List<List<String>> calls = new CopyOnWriteArrayList<>();

	final AtomicInteger interrupted = new AtomicInteger();

	private final Semaphore ends = new Semaphore(Integer.MAX_VALUE / 2);

	@Override
	public Map<String, String> apply(List<String> keys) throws InterruptedException {
		this.calls.add(List.copyOf(keys));
		try {
			this.ends.acquire();
		}
		catch (InterruptedException ex) {
			this.interrupted.incrementAndGet();
			throw ex;
		}
		return answer(keys);
	}

	static Map<String, String> answer(List<String> keys) {
		return keys.stream()
			.distinct()
			.collect(Collectors.toMap(Function.identity(), (key) -> key.toUpperCase(Locale.ROOT)));
	}

	/** Lets no bulk call end until {@link #release}. */
	BulkProbe hold() {
		this.ends.drainPermits();
		return this;
	}

	void release(int calls) {
		this.ends.release(calls);
	}

	void releaseAll() {
		this.ends.release(Integer.MAX_VALUE / 2);
	}

	void awaitCalls(int count) {
		await(() -> this.calls.size() >= count);
	}

	/** Waits for a state that another thread brings about. */
	@SuppressWarnings("ThreadPriorityCheck") // It only makes the wait polite.
	static void await(BooleanSupplier state) {
		long begin = System.nanoTime();
		while (!state.getAsBoolean()) {
			if (System.nanoTime() - begin > PATIENCE) {
				throw new AssertionError("the awaited state was not reached");
			}
			Thread.yield();
		}
	}

	static void awaitPending(Batcher<?, ?> batcher, int count) {
		await(() -> batcher.statistics().pending() == count);
	}

}
