package io.coalestra.collections.access;

import java.util.Map;
import java.util.Objects;

import io.coalestra.collections.row.Column;
import io.coalestra.collections.row.ColumnTrait;
import io.coalestra.collections.row.Row;
import io.coalestra.collections.row.RowKey;
import io.coalestra.collections.row.RowVersion;
import io.coalestra.collections.row.Table;
import org.jspecify.annotations.Nullable;

/**
 * A row that is being edited: what was read, and what is changed. Nobody else sees the
 * edits before they are saved; two drafts of one row know nothing of each other, and the
 * second to be saved conflicts.
 *
 * <p>
 * For one thread. After a failed save the draft is as it was before.
 *
 * @param <K> the keys' type
 * @param <R> the rows' type
 */
public final class Draft<K, R> {

	private final Desk<K, R> desk;

	private @Nullable Row base;

	private @Nullable RowVersion version;

	private Row edits;

	/**
	 * Makes a draft.
	 * @param desk where it is saved and read anew
	 * @param base what was read, or null for a new row
	 * @param version the version that was read, or null
	 * @param edits what is changed already
	 */
	public Draft(Desk<K, R> desk, @Nullable Row base, @Nullable RowVersion version, Row edits) {
		this.desk = Objects.requireNonNull(desk, "desk");
		this.base = base;
		this.version = version;
		this.edits = Objects.requireNonNull(edits, "edits");
	}

	/**
	 * Returns which row this is.
	 * @return the key
	 * @throws IllegalStateException if the row is new, and has no value yet for a key
	 * column
	 */
	public K key() {
		return this.desk.keyOf(current().key());
	}

	/**
	 * Returns whether the row is not stored yet.
	 * @return true until the first save
	 */
	public boolean isNew() {
		return this.base == null;
	}

	/**
	 * Returns whether there is something to save.
	 * @return true for a new row, and where a value differs from what was read
	 */
	public boolean isDirty() {
		return this.base == null || !this.edits.toMap().isEmpty();
	}

	/**
	 * Returns the version upon which the row is edited.
	 * @return the version, or null where the row is new or its table has none
	 */
	public @Nullable RowVersion version() {
		return this.version;
	}

	/**
	 * Returns a value, as it is edited.
	 * @param column the column
	 * @return the value, or null where it is null or there is none
	 * @throws IllegalArgumentException if the table has no such column
	 */
	public @Nullable Object get(String column) {
		return current().get(column);
	}

	/**
	 * Sets a value. One that equals what was read is no edit.
	 * @param column the column
	 * @param value the value
	 * @return this
	 * @throws IllegalArgumentException if the table has no such column, the value does
	 * not fit it, or it is not the writer's to change
	 */
	public Draft<K, R> set(String column, @Nullable Object value) {
		Row known = this.base;
		if (known == null) {
			this.edits = this.edits.with(column, value);
			return this;
		}
		requireChangeable(known.table(), column);
		Row changed = this.edits.with(column, value);
		boolean same = known.has(column) && Objects.equals(known.get(column), changed.get(column));
		this.edits = same ? changed.toBuilder().unset(column).build() : changed;
		return this;
	}

	private static void requireChangeable(Table table, String name) {
		Column column = table.column(name);
		if (table.isKey(column) || column.equals(table.versionColumn()) || column.is(ColumnTrait.INSERT_ONLY)
				|| column.is(ColumnTrait.SERVER_KEPT)) {
			throw new IllegalArgumentException("column " + name + " of table " + table.name()
					+ ": set (expected: not, as it is the key, the version, insert-only or kept by the store)");
		}
	}

	/**
	 * Sets all values as a changed row has them.
	 * @param changed the row, of the same key
	 * @return this
	 * @throws IllegalArgumentException if the row has another key
	 */
	public Draft<K, R> edit(R changed) {
		Row known = this.base;
		if (known == null) {
			this.edits = this.desk.newRowOf(changed);
			return this;
		}
		Row row = this.desk.rowOf(changed);
		if (!row.key().equals(known.key())) {
			throw new IllegalArgumentException("key: " + row.key() + " (expected: " + known.key() + ", as drafted)");
		}
		Row.Builder changes = known.changesTo(row).toBuilder();
		for (Column column : known.table().columns()) {
			if (known.table().isKey(column) || column.equals(known.table().versionColumn())
					|| column.is(ColumnTrait.SERVER_KEPT)) {
				changes.unset(column.name());
			}
		}
		Row edited = changes.build();
		edited.toMap().keySet().forEach((column) -> requireChangeable(known.table(), column));
		this.edits = edited;
		return this;
	}

	/**
	 * Returns the row, as it is edited.
	 * @return the row
	 */
	public R value() {
		return this.desk.valueOf(current());
	}

	/**
	 * Returns what differs from what was read; for a new row all that it has.
	 * @return values by column, immutable
	 */
	public Map<String, @Nullable Object> changes() {
		return this.edits.toMap();
	}

	/**
	 * Returns the row by columns, as it is edited.
	 * @return values by column, immutable
	 */
	public Map<String, @Nullable Object> toMap() {
		return current().toMap();
	}

	private Row current() {
		return (this.base != null) ? this.base.with(this.edits) : this.edits;
	}

	/**
	 * Writes the edits, or inserts the new row; nothing where there is nothing to save.
	 * After that the draft is clean, upon what is stored. A transaction that is rolled
	 * back takes the row back, and not the draft: make a new one, or {@link #reload()}.
	 * @return this
	 * @throws RowConflictException if the row was changed since it was read, or is gone
	 * @throws RowExistsException if a new row's key is taken
	 */
	public Draft<K, R> save() {
		Row known = this.base;
		if (known == null) {
			rest(this.desk.insert(this.edits));
		}
		else if (isDirty()) {
			rest(this.desk.save(known.key(), this.edits, this.version));
		}
		return this;
	}

	/**
	 * Throws the edits away and reads the row anew, from the store; a write of it that is
	 * pending stays, and is what is read.
	 * @return this
	 * @throws RowMissingException if the row is gone
	 * @throws IllegalStateException if the row is new
	 */
	public Draft<K, R> reload() {
		Row known = this.base;
		if (known == null) {
			throw new IllegalStateException("draft: new (expected: saved or read before it is reloaded)");
		}
		rest(this.desk.reload(known.key()));
		return this;
	}

	private void rest(Stand stand) {
		this.base = stand.row();
		this.version = stand.version();
		this.edits = stand.row().table().row().build();
	}

	/**
	 * Names the row and the columns that are changed. Values are left out.
	 */
	@Override
	public String toString() {
		return "Draft[" + ((this.base != null) ? this.base.key() : "new") + ", changes " + changes().keySet() + "]";
	}

	/**
	 * A row as it is stored, or pending.
	 *
	 * @param row the row
	 * @param version its version, or null where its table has none
	 */
	public record Stand(Row row, @Nullable RowVersion version) {
	}

	/**
	 * Where drafts are saved: the collection that they are of.
	 *
	 * @param <K> the keys' type
	 * @param <R> the rows' type
	 */
	public interface Desk<K, R> {

		/**
		 * Returns a key as users have it.
		 * @param key the key
		 * @return the key
		 */
		K keyOf(RowKey key);

		/**
		 * Returns a row as users have it.
		 * @param row the row by columns
		 * @return the row
		 */
		R valueOf(Row row);

		/**
		 * Returns a row by columns.
		 * @param value the row as users have it
		 * @return the row
		 */
		Row rowOf(R value);

		/**
		 * Returns a row that is to be made by columns: without what the store gives it.
		 * @param value the row as users have it
		 * @return the row
		 */
		Row newRowOf(R value);

		/**
		 * Inserts a row.
		 * @param row the row
		 * @return what is stored
		 */
		Stand insert(Row row);

		/**
		 * Writes edits.
		 * @param key which row
		 * @param edits what differs
		 * @param expected the version that was read, or null
		 * @return what is stored
		 */
		Stand save(RowKey key, Row edits, @Nullable RowVersion expected);

		/**
		 * Reads a row from the store.
		 * @param key which row
		 * @return what is stored
		 */
		Stand reload(RowKey key);

	}

}
