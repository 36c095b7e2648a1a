package io.coalestra.collections.access;

import java.util.Objects;

import io.coalestra.collections.row.RowVersion;
import org.jspecify.annotations.Nullable;

/**
 * A row, and the version of it that was read: what is needed to write it without undoing
 * what another has written. Immutable as far as the value is.
 *
 * <p>
 * While a collection defers its writes, rows that are not yet stored have a provisional
 * version, below zero.
 *
 * @param <R> the rows' type
 * @param value the row
 * @param version the version, or null where the table has none
 */
public record Versioned<R>(R value, @Nullable RowVersion version) {

	/**
	 * Checks.
	 */
	public Versioned {
		Objects.requireNonNull(value, "value");
	}

	/**
	 * Returns another row in the place of this one, to be saved upon the same version.
	 * @param changed the row
	 * @return the row upon this version
	 */
	public Versioned<R> with(R changed) {
		return new Versioned<>(changed, this.version);
	}

}
