package io.coalestra.collections.row;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * A column of a table. Immutable and safe for concurrent use.
 *
 * @param name its name, exactly as the database has it
 * @param type what it holds
 * @param traits what is special about it
 */
public record Column(String name, ColumnType type, Set<ColumnTrait> traits) {

	/**
	 * Checks.
	 * @throws IllegalArgumentException if the name is no identifier, or if the column is
	 * both kept by the store and given by the writer
	 */
	public Column {
		Names.requireIdentifier("column", name);
		Objects.requireNonNull(type, "type");
		Set<ColumnTrait> sorted = EnumSet.noneOf(ColumnTrait.class);
		sorted.addAll(traits);
		if (sorted.contains(ColumnTrait.SERVER_KEPT)
				&& (sorted.contains(ColumnTrait.INSERT_ONLY) || sorted.contains(ColumnTrait.SERVER_DEFAULTED))) {
			throw new IllegalArgumentException("column " + name + ": " + sorted
					+ " (expected: SERVER_KEPT, or INSERT_ONLY and SERVER_DEFAULTED, not both)");
		}
		traits = Collections.unmodifiableSet(sorted);
	}

	/**
	 * Makes a column.
	 * @param name its name
	 * @param type what it holds
	 * @param traits what is special about it
	 * @return the column
	 */
	public static Column of(String name, ColumnType type, ColumnTrait... traits) {
		return new Column(name, type, Set.of(traits));
	}

	/**
	 * Returns whether the column has a trait.
	 * @param trait the trait
	 * @return true if it has
	 */
	public boolean is(ColumnTrait trait) {
		return this.traits.contains(trait);
	}

	/**
	 * Returns whether an insert must give a value.
	 * @return true if neither null nor the store stands in
	 */
	public boolean isRequired() {
		return !is(ColumnTrait.NULLABLE) && !is(ColumnTrait.SERVER_DEFAULTED) && !is(ColumnTrait.SERVER_KEPT);
	}

	/**
	 * Returns a value in the form in which rows hold it.
	 * @param value what a caller gave
	 * @return the value
	 * @throws IllegalArgumentException if the value does not fit
	 */
	public @Nullable Object normalize(@Nullable Object value) {
		if (value == null) {
			if (!is(ColumnTrait.NULLABLE)) {
				throw new IllegalArgumentException("column " + this.name + ": null (expected: " + this.type + ")");
			}
			return null;
		}
		try {
			return this.type.normalize(value);
		}
		catch (IllegalArgumentException ex) {
			throw new IllegalArgumentException("column " + this.name + ": " + ex.getMessage(), ex);
		}
	}

}
