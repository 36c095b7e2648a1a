package io.coalestra.collections.internal.local;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;

import io.coalestra.collections.access.Versioned;
import io.coalestra.collections.fixtures.Fleet;
import io.coalestra.collections.row.Row;
import io.coalestra.collections.row.RowVersion;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;

/**
 * Fills, own writes, notices of others and invalidations of one row: whatever happens,
 * memory holds in the end what is stored or nothing, and who has written never reads
 * something older.
 */
public abstract class LocalTierOperations {

	private static final String KEY = "row";

	private static final Row ROW = Fleet.account(1, 1);

	private final LocalTier<String, Integer> memory;

	// How often the row was written; after every third write it is deleted.
	private final AtomicInteger stored = new AtomicInteger();

	LocalTierOperations(LocalTier<String, Integer> memory) {
		this.memory = memory;
	}

	private static Cell<Integer> cell(int writes) {
		return (writes % 3 == 0) ? Cell.absent() : Cell.of(new Versioned<>(writes, RowVersion.of(writes)), ROW);
	}

	@Operation
	public void load() {
		long stamp = this.memory.stamp(KEY);
		this.memory.fill(KEY, stamp, cell(this.stored.get()));
	}

	/**
	 * Writes of one process take turns.
	 */
	@Operation(nonParallelGroup = "own writes")
	public void write() {
		long stamp = this.memory.stamp(KEY);
		int written = this.stored.incrementAndGet();
		this.memory.replace(KEY, stamp, cell(written));
		Cell<Integer> read = this.memory.get(KEY);
		if (read != null && read.held() != null && read.held().value() < written) {
			throw new IllegalStateException("wrote " + written + " and read " + read.held().value());
		}
	}

	/**
	 * A write whose answer is lost.
	 */
	@Operation(nonParallelGroup = "own writes")
	public void writeAndDoNotKnow() {
		this.memory.stamp(KEY);
		this.stored.incrementAndGet();
		this.memory.forget(KEY);
	}

	/**
	 * Another process writes, and its notice comes.
	 */
	@Operation
	public void writeElsewhere() {
		this.stored.incrementAndGet();
		this.memory.forget(KEY);
	}

	/**
	 * Another process writes, and that notices were missed is noticed.
	 */
	@Operation
	public void writeElsewhereUnnoticed() {
		this.stored.incrementAndGet();
		this.memory.forgetAll();
	}

	@Validate
	public void memoryHoldsWhatIsStoredOrNothing() {
		Cell<Integer> known = this.memory.get(KEY);
		if (known == null) {
			return;
		}
		Integer held = (known.held() != null) ? known.held().value() : null;
		Integer truth = (this.stored.get() % 3 == 0) ? null : (Integer) this.stored.get();
		if (!Objects.equals(held, truth)) {
			throw new IllegalStateException("stored is " + truth + ", and memory holds " + held);
		}
	}

}
