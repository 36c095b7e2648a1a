package io.coalestra.collections.flush;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

import io.coalestra.collections.option.FlushStrategy;
import io.coalestra.collections.row.Row;
import io.coalestra.collections.row.RowKey;
import io.coalestra.collections.store.StoreException;
import org.junit.jupiter.api.Test;

import static io.coalestra.collections.flush.FlushFixture.ORDERS;
import static io.coalestra.collections.flush.FlushFixture.row;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Writers, each with rows of its own, against flushes and a store that is lost now and
 * then: a writer always reads its last write, and at the end the store has it.
 */
class FlushStormTests {

	private static final int WRITERS = 4;

	private static final int WRITES = 600;

	@Test
	void writersReadTheirLastWriteAndTheStoreHasItInTheEnd() throws Exception {
		try (FlushFixture fixture = new FlushFixture(
				(options) -> options.maxPending(40).maxBatchSize(7).whenFull(WhenFull.waitFor(Duration.ofHours(1))));
				ExecutorService executor = Executors.newCachedThreadPool()) {
			WriteBehind.Buffer orders = fixture.open(ORDERS, FlushStrategy.ON_CHECKPOINT);
			Map<Long, Integer> last = new ConcurrentHashMap<>();
			AtomicLong sequence = new AtomicLong();
			AtomicBoolean over = new AtomicBoolean();
			List<Future<?>> writers = new ArrayList<>();
			for (int writer = 0; writer < WRITERS; writer++) {
				long first = 100L * writer;
				writers.add(executor.submit(() -> write(fixture, orders, first, last, sequence)));
			}
			List<Future<?>> flushers = new ArrayList<>();
			for (int flusher = 0; flusher < 2; flusher++) {
				flushers.add(executor.submit(() -> {
					while (!over.get()) {
						fixture.writes.flush();
					}
				}));
			}
			Future<?> spoiler = executor.submit(() -> spoil(fixture, over));
			try {
				for (Future<?> writer : writers) {
					writer.get();
				}
			}
			finally {
				over.set(true);
			}
			spoiler.get();
			for (Future<?> flusher : flushers) {
				flusher.get();
			}
			fixture.store.heal();
			fixture.time.advance(Duration.ofMinutes(1));
			fixture.writes.flush();
			fixture.writes.flush();

			assertThat(orders.isEmpty()).isTrue();
			assertThat(fixture.conflicts).isEmpty();
			assertThat(fixture.deadLetters).isEmpty();
			Map<Long, Integer> stored = new HashMap<>();
			last.forEach((id, content) -> stored.put(id, numberOf(fixture.stored(ORDERS, id))));
			assertThat(stored).isEqualTo(last);
			assertThat(fixture.writes.statistics().pending()).isZero();
		}
	}

	private static void spoil(FlushFixture fixture, AtomicBoolean over) {
		for (int i = 0; !over.get(); i++) {
			if (i % 3 == 0) {
				fixture.store.fail(StoreException.Reason.UNAVAILABLE);
			}
			else if (i % 3 == 1) {
				fixture.store.failAfterEffect();
			}
			long before = fixture.writes.statistics().failures();
			long until = System.nanoTime() + 2_000_000;
			while (fixture.writes.statistics().failures() == before && System.nanoTime() - until < 0) {
				Thread.onSpinWait();
			}
			fixture.store.heal();
			long stored = fixture.writes.statistics().stored();
			until = System.nanoTime() + 5_000_000;
			while (fixture.writes.statistics().stored() < stored + 20 && System.nanoTime() - until < 0) {
				Thread.onSpinWait();
			}
		}
	}

	private static void write(FlushFixture fixture, WriteBehind.Buffer orders, long first, Map<Long, Integer> last,
			AtomicLong sequence) {
		SplittableRandom random = new SplittableRandom(first);
		for (int i = 1; i <= WRITES; i++) {
			long id = first + random.nextInt(15);
			RowKey key = ORDERS.key(id);
			boolean deletes = random.nextInt(5) == 0;
			DeferredWrite pending = orders.pending(key);
			Row stored = (pending == null) ? fixtureStored(fixture, id) : null;
			Row seen = (pending != null) ? pending.row() : stored;
			assertThat(numberOf(seen)).as("row %d before write %d", id, i).isEqualTo(last.getOrDefault(id, 0));
			if (deletes && seen == null) {
				continue;
			}
			Row row = deletes ? null : row(ORDERS, id, String.valueOf(i));
			boolean creates = (pending != null) ? pending.creates() : stored == null;
			orders.accept(new DeferredWrite(key, row,
					(pending != null) ? pending.base() : (stored != null) ? stored.version() : null, creates,
					sequence.incrementAndGet()));
			last.put(id, deletes ? 0 : i);
		}
	}

	// Reads past the faults, which are not what is tested here.
	private static Row fixtureStored(FlushFixture fixture, long id) {
		return fixture.truth.fetch(ORDERS, List.of(ORDERS.key(id))).get(ORDERS.key(id));
	}

	private static int numberOf(Row row) {
		return (row != null) ? Integer.parseInt(row.get("content", String.class)) : 0;
	}

}
