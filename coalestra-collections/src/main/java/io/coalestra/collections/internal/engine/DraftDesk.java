package io.coalestra.collections.internal.engine;

import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;

import io.coalestra.collections.access.Draft;
import io.coalestra.collections.access.RowMissingException;
import io.coalestra.collections.internal.local.Cell;
import io.coalestra.collections.row.Row;
import io.coalestra.collections.row.RowKey;
import io.coalestra.collections.row.RowVersion;
import org.jspecify.annotations.Nullable;

/**
 * Where the drafts of a collection are saved and read anew. Safe for concurrent use.
 *
 * @param <K> the keys' type
 * @param <R> the rows' type
 */
final class DraftDesk<K, R> implements Draft.Desk<K, R> {

	private final String collection;

	private final Shape<K, R> shape;

	private final Supplier<RowWrites<K, R>> writes;

	private final Function<RowKey, Cell<R>> reading;

	/**
	 * Makes a desk.
	 * @param collection the collection's name
	 * @param shape how its keys and rows look
	 * @param writes gives the writes of the calling thread at that moment
	 * @param reading reads a row past the caches
	 */
	DraftDesk(String collection, Shape<K, R> shape, Supplier<RowWrites<K, R>> writes,
			Function<RowKey, Cell<R>> reading) {
		this.collection = collection;
		this.shape = shape;
		this.writes = writes;
		this.reading = reading;
	}

	@Override
	public K keyOf(RowKey key) {
		return this.shape.key(key);
	}

	@Override
	public R valueOf(Row row) {
		return this.shape.value(row);
	}

	@Override
	public Row rowOf(R value) {
		return this.shape.row(value);
	}

	@Override
	public Row newRowOf(R value) {
		return this.shape.newRow(value);
	}

	@Override
	public Draft.Stand insert(Row row) {
		return stand(this.writes.get().insert(row));
	}

	@Override
	public Draft.Stand save(RowKey key, Row edits, @Nullable RowVersion expected) {
		return stand(this.writes.get().change(key, edits, expected));
	}

	@Override
	public Draft.Stand reload(RowKey key) {
		Cell<R> cell = this.reading.apply(key);
		if (cell.isAbsent()) {
			throw new RowMissingException(this.collection, key.text());
		}
		return stand(cell);
	}

	private static <R> Draft.Stand stand(Cell<R> cell) {
		return new Draft.Stand(Objects.requireNonNull(cell.row()), Objects.requireNonNull(cell.held()).version());
	}

}
