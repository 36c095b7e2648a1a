package io.coalestra.collections.flush;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;

import io.coalestra.collections.option.FlushStrategy;
import io.coalestra.collections.row.Row;
import io.coalestra.collections.row.RowKey;
import io.coalestra.collections.store.FaultyRowStore;
import io.coalestra.collections.store.InMemoryRowStore;
import io.coalestra.collections.store.StoreException;
import io.coalestra.time.SteerableTimeSource;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Test;

import static io.coalestra.collections.flush.FlushFixture.ORDERS;
import static io.coalestra.collections.flush.FlushFixture.row;

/**
 * Writes of one row that are claimed, stored, put back and acknowledged while newer ones
 * come: nobody reads an older one after a newer one, and the store has the last one in
 * the end, without a conflict. Under stress only: the schedules of the store and the
 * tables of the flush are too many.
 */
@Param(name = "end", gen = IntGen.class, conf = "0:3")
public final class BufferLincheckTests {

	private static final RowKey KEY = ORDERS.key(1L);

	private final SteerableTimeSource time = new SteerableTimeSource();

	private final InMemoryRowStore truth = new InMemoryRowStore(this.time);

	private final FaultyRowStore store = new FaultyRowStore(this.truth);

	private final AtomicInteger conflicts = new AtomicInteger();

	private final FlushSettings settings = new FlushSettings(100, WhenFull.refuse(), Duration.ofSeconds(1), Map.of(),
			10, 1_000, 1_000, Duration.ofDays(1), new Backoff(Duration.ofMillis(1), Duration.ofMillis(1)),
			Duration.ZERO, (letter) -> this.conflicts.incrementAndGet(), (conflict) -> this.conflicts.incrementAndGet(),
			Runnable::run, this.time);

	private final PendingWrites pending = new PendingWrites(this.settings, new FlushJournal(null));

	private final FlushTurn turn = new FlushTurn();

	private final Intake intake = new Intake(this.pending, this.turn, () -> {
	});

	private final Flusher flusher = new Flusher(this.pending, this.turn, this.settings, new FlushTally());

	private final CollectionBuffer orders = this.pending.open(new WriteBehind.DeferringCollection("orders", ORDERS,
			this.store, FlushStrategy.ON_CHECKPOINT, (write, outcome) -> this.stored = write.sequence()), this.intake);

	// The last write that the store has, and the last that was taken.
	private volatile long stored;

	private volatile long taken;

	private volatile boolean deleted = true;

	private Row stored() {
		return this.truth.fetch(ORDERS, List.of(KEY)).get(KEY);
	}

	/**
	 * Writes of one row take turns.
	 */
	@Operation(nonParallelGroup = "writer")
	public void write() {
		accept(row(ORDERS, 1, Long.toString(this.taken + 1)));
	}

	@Operation(nonParallelGroup = "writer")
	public void delete() {
		if (!this.deleted) {
			accept(null);
		}
	}

	private void accept(Row row) {
		long sequence = this.taken + 1;
		DeferredWrite before = this.orders.pending(KEY);
		Row known = (before == null) ? stored() : null;
		boolean creates = (before != null) ? before.creates() : known == null;
		this.orders.accept(new DeferredWrite(KEY, row,
				(before != null) ? before.base() : (known != null) ? known.version() : null, creates, sequence));
		this.taken = sequence;
		this.deleted = row == null;
	}

	/**
	 * One flush at a time; the store takes what it is given, or not, or does and does not
	 * say so.
	 */
	@Operation(nonParallelGroup = "flush")
	public void flush(@Param(name = "end") int end) {
		switch (end) {
			case 0 -> this.store.fail(StoreException.Reason.UNAVAILABLE);
			case 1 -> this.store.failAfterEffect();
			case 2 -> this.store.fail(StoreException.Reason.TRANSIENT);
			default -> this.store.heal();
		}
		this.flusher.flush((owner) -> true, Flusher.Patience.TRIES);
		this.store.heal();
	}

	@Operation
	public void read() {
		long floor = this.taken;
		DeferredWrite seen = this.orders.pending(KEY);
		long sequence = (seen != null) ? seen.sequence() : this.stored;
		if (sequence < floor) {
			throw new IllegalStateException("read write " + sequence + " after write " + floor);
		}
	}

	@Validate
	public void theStoreHasTheLastWriteInTheEnd() {
		for (int i = 0; i < 5; i++) {
			this.flusher.flush((owner) -> true, Flusher.Patience.TRIES);
		}
		Row row = stored();
		String content = (row != null) ? row.get("content", String.class) : null;
		String last = this.deleted ? null : Long.toString(this.taken);
		if (!Objects.equals(content, last) || this.conflicts.get() > 0 || !this.orders.isEmpty()) {
			throw new IllegalStateException("stored is " + content + " (expected: " + last + "), conflicts "
					+ this.conflicts + ", pending " + this.orders.entries());
		}
	}

	@Test
	void noWriteIsLostOrOvertakenUnderStress() {
		new StressOptions().iterations(10).invocationsPerIteration(400).threads(3).actorsPerThread(4).check(getClass());
	}

}
