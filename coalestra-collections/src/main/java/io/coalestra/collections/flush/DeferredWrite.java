package io.coalestra.collections.flush;

import java.util.Objects;

import io.coalestra.collections.row.Row;
import io.coalestra.collections.row.RowKey;
import io.coalestra.collections.row.RowVersion;
import org.jspecify.annotations.Nullable;

/**
 * A write that a collection has accepted and its store has not. Immutable and safe for
 * concurrent use.
 *
 * <p>
 * A write says what the row is to be, not what changes: the last of several writes of a
 * row stands for all of them, provided that it keeps the {@link #base} of the first.
 *
 * @param key which row
 * @param row what the row is to be; null where it is to be deleted
 * @param base the version of the stored row that this write, or the first of those that
 * it stands for, was made upon; null where there was no stored row, or where its table
 * has no versions
 * @param creates whether there was no stored row
 * @param sequence orders the writes of a collection in this process: 1 or more, and
 * higher for each later write of a row
 */
public record DeferredWrite(RowKey key, @Nullable Row row, @Nullable RowVersion base, boolean creates, long sequence) {

	/**
	 * Checks.
	 * @throws IllegalArgumentException if the sequence is below one, or the write creates
	 * a row upon a stored one
	 */
	public DeferredWrite {
		Objects.requireNonNull(key, "key");
		if (sequence < 1) {
			throw new IllegalArgumentException("sequence: " + sequence + " (expected: 1 or more)");
		}
		if (creates && base != null) {
			throw new IllegalArgumentException("base: " + base + " (expected: none where the write creates the row)");
		}
	}

	/**
	 * Returns whether the row is to be deleted.
	 * @return true if there is no row
	 */
	public boolean deletes() {
		return this.row == null;
	}

	/**
	 * Returns this write, made upon what has been stored meanwhile.
	 * @param stored the version that was stored, or null for a table without versions
	 * @return the write
	 */
	public DeferredWrite upon(@Nullable RowVersion stored) {
		return new DeferredWrite(this.key, this.row, stored, false, this.sequence);
	}

	/**
	 * Returns this write, made upon there being no row: its predecessor was a delete, and
	 * has been stored.
	 * @return the write
	 */
	public DeferredWrite uponNothing() {
		return new DeferredWrite(this.key, this.row, null, true, this.sequence);
	}

}
