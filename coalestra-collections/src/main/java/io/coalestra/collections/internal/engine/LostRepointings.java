package io.coalestra.collections.internal.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

import io.coalestra.collections.row.Row;
import io.coalestra.collections.row.RowKey;
import io.coalestra.collections.store.Repointing;
import io.coalestra.collections.store.RowStore;
import io.coalestra.collections.store.Scan;
import io.coalestra.time.TimeSource;

/**
 * Finds out what became of changes of owner whose answer was lost: once the store answers
 * again, all rows of the new owner are taken out of all caches, those that were moved
 * among them.
 *
 * <p>
 * The lost statement may still have been at work then, so that its rows are looked for
 * once more a while later. Each look is made on a thread of the collection's executor.
 * Safe for concurrent use.
 */
final class LostRepointings implements AutoCloseable {

	private static final int PAGE = 1_000;

	private static final long AGAIN_AFTER = Duration.ofSeconds(1).toNanos();

	private static final long ONCE_MORE_AFTER = Duration.ofSeconds(10).toNanos();

	// Longer than copies live by default; a store that is away for longer has outlived
	// them.
	private static final long LONGEST = Duration.ofMinutes(10).toNanos();

	private final RowStore store;

	private final TimeSource time;

	private final Executor executor;

	private final Consumer<List<RowKey>> found;

	private volatile boolean closed;

	/**
	 * Makes a searcher.
	 * @param store the store
	 * @param time the clock
	 * @param executor runs what asks the store
	 * @param found takes rows that may have been moved
	 */
	LostRepointings(RowStore store, TimeSource time, Executor executor, Consumer<List<RowKey>> found) {
		this.store = store;
		this.time = time;
		this.executor = executor;
		this.found = found;
	}

	/**
	 * Looks for the rows of a change of owner of which nobody knows whether it happened.
	 */
	void search(Repointing lost) {
		long end = TimeSource.plus(this.time.monotonicNanos(), LONGEST);
		this.executor.execute(() -> look(lost, end, true));
	}

	private void look(Repointing lost, long end, boolean isFirst) {
		if (this.closed) {
			return;
		}
		boolean hasLooked = lookNow(lost);
		if (hasLooked ? isFirst : this.time.monotonicNanos() < end) {
			boolean stillFirst = isFirst && !hasLooked;
			this.time.schedule(() -> this.executor.execute(() -> look(lost, end, stillFirst)),
					hasLooked ? ONCE_MORE_AFTER : AGAIN_AFTER);
		}
	}

	private boolean lookNow(Repointing lost) {
		Scan scan = Scan.of(lost.table()).where(lost.column(), lost.to()).orderBy().limit(PAGE).build();
		try {
			List<Row> page = this.store.scan(scan);
			while (!page.isEmpty()) {
				List<RowKey> keys = new ArrayList<>(page.size());
				page.forEach((row) -> keys.add(row.key()));
				this.found.accept(keys);
				page = (page.size() < PAGE) ? List.of()
						: this.store.scan(scan.toBuilder().after(scan.positionOf(page.getLast())).build());
			}
			return true;
		}
		catch (RuntimeException unanswered) {
			return false;
		}
	}

	/**
	 * Ends the search.
	 */
	@Override
	public void close() {
		this.closed = true;
	}

}
