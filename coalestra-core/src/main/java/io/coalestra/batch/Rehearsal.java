package io.coalestra.batch;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Bulk calls for nobody, made with the first batcher of a JVM: they load and link the
 * classes that a bulk call needs, which else the first callers would wait for, all at
 * once.
 */
final class Rehearsal {

	// Set by the first who makes a batcher; whoever comes meanwhile does without.
	private static final AtomicBoolean HELD = new AtomicBoolean();

	private Rehearsal() {
	}

	/** Holds it, unless it has been held or is being held. */
	static void once() {
		if (HELD.compareAndSet(false, true)) {
			hold();
		}
	}

	private static void hold() {
		BatcherBuilder<Integer, Integer> builder = Batcher.keyed("rehearsal", Rehearsal::answer);
		try (Batcher<Integer, Integer> batcher = new Batcher<>(builder.settings())) {
			// Futures, as the thread that makes a batcher may have been interrupted.
			batcher.submit(0).join();
			CompletableFuture<?>[] several = batcher.submitAll(List.of(1, 2))
				.values()
				.toArray(CompletableFuture[]::new);
			CompletableFuture.allOf(several).join();
		}
	}

	private static Map<Integer, Integer> answer(List<Integer> keys) {
		Map<Integer, Integer> values = HashMap.newHashMap(keys.size());
		keys.forEach((key) -> values.put(key, key));
		return values;
	}

}
