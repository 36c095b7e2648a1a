package io.coalestra.collections.page;

import java.util.List;
import java.util.Objects;

import io.coalestra.collections.row.Row;
import io.coalestra.collections.store.RowStore;
import io.coalestra.collections.store.Scan;
import org.jspecify.annotations.Nullable;

/**
 * Reads pages from a store, by position and not by number: rows that come and go in front
 * of a page neither repeat nor hide others. It reads the store alone, past every cache.
 * Safe for concurrent use.
 */
public final class RowPages {

	private final RowStore store;

	private final Cursors cursors;

	/**
	 * Makes pages.
	 * @param store where rows are read
	 * @param cursors makes and reads cursors
	 */
	public RowPages(RowStore store, Cursors cursors) {
		this.store = Objects.requireNonNull(store, "store");
		this.cursors = Objects.requireNonNull(cursors, "cursors");
	}

	/**
	 * Reads a page: one query, for one row more than the page has.
	 * @param scan which rows in what order, without position and limit; one without an
	 * order is ordered by key
	 * @param size how many rows, more than zero
	 * @param cursor where the page begins, or null for the first
	 * @return the page
	 * @throws CursorException if the cursor is not one of this scan
	 * @throws IllegalArgumentException if the size is zero or less, or the scan has a
	 * position or a limit
	 */
	public Page<Row> page(Scan scan, int size, @Nullable String cursor) {
		if (size < 1 || size == Integer.MAX_VALUE) {
			throw new IllegalArgumentException("size: " + size + " (expected: more than zero, less than 2^31 - 1)");
		}
		if (scan.after() != null || scan.limit().isPresent()) {
			throw new IllegalArgumentException("scan: a position or a limit (expected: neither, the page gives both)");
		}
		Scan ordered = scan.order().isEmpty() ? scan.toBuilder().orderBy().build() : scan;
		Scan.Builder page = ordered.toBuilder().limit(size + 1);
		if (cursor != null) {
			page.after(this.cursors.decode(ordered, cursor));
		}
		List<Row> rows = this.store.scan(page.build());
		if (rows.size() <= size) {
			return new Page<>(rows, null);
		}
		List<Row> kept = rows.subList(0, size);
		return new Page<>(kept, this.cursors.encode(ordered, ordered.positionOf(kept.getLast())));
	}

}
