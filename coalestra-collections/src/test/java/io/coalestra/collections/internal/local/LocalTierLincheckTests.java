package io.coalestra.collections.internal.local;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;

import io.coalestra.collections.access.Versioned;
import io.coalestra.collections.fixtures.Fleet;
import io.coalestra.collections.option.LocalOptions;
import io.coalestra.collections.row.Row;
import io.coalestra.collections.row.RowVersion;
import io.coalestra.time.SteerableTimeSource;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Test;

/**
 * Fills, own writes, notices of others and invalidations of one row: whatever happens,
 * memory holds in the end what is stored or nothing, and who has written never reads
 * something older. Under stress only: the schedules of Caffeine's own code are too many.
 */
public final class LocalTierLincheckTests {

	private static final String KEY = "row";

	private static final Row ROW = Fleet.account(1, 1);

	private final LocalTier<String, Integer> memory = new LocalTier<>(LocalOptions.DEFAULTS, new SteerableTimeSource());

	// How often the row was written; after every third write it is deleted.
	private final AtomicInteger stored = new AtomicInteger();

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

	@Test
	void memoryIsNeverLeftWithAnOldRowUnderStress() {
		new StressOptions().iterations(20)
			.invocationsPerIteration(2_000)
			.threads(3)
			.actorsPerThread(4)
			.check(getClass());
	}

}
