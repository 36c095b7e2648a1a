package io.coalestra.collections.row;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * What a column holds. Each type has one Java class in which its values appear in rows,
 * and takes some others that convert without loss. Immutable and safe for concurrent use.
 */
public sealed interface ColumnType permits ScalarType, ColumnType.EnumOf, ColumnType.ArrayOf {

	/**
	 * Returns the class in which values appear in rows.
	 * @return the class
	 */
	Class<?> javaType();

	/**
	 * Returns a value in the form in which rows hold it.
	 * @param value what a caller gave, not null
	 * @return the value, an instance of {@link #javaType()}, immutable
	 * @throws IllegalArgumentException if the value is not of this type and does not
	 * convert without loss; the message says what is expected, and not the value
	 */
	Object normalize(Object value);

	/**
	 * Returns whether values may identify a row.
	 * @return true if equal values have one text form, and different values different
	 * ones
	 */
	boolean isKey();

	/**
	 * A type that the database enumerates. Values are the labels.
	 *
	 * @param typeName the type's name in the database
	 */
	record EnumOf(String typeName) implements ColumnType {

		/**
		 * Checks.
		 * @throws IllegalArgumentException if the name is no identifier
		 */
		public EnumOf {
			Names.requireIdentifier("type", typeName);
		}

		@Override
		public Class<?> javaType() {
			return String.class;
		}

		@Override
		public Object normalize(Object value) {
			return (value instanceof Enum<?> constant) ? constant.name() : ScalarType.TEXT.normalize(value);
		}

		@Override
		public boolean isKey() {
			return true;
		}

		@Override
		public String toString() {
			return "enum " + this.typeName;
		}

	}

	/**
	 * An array of one dimension. Values are immutable lists, which may hold null.
	 *
	 * @param element the type of its elements: not an array
	 */
	record ArrayOf(ColumnType element) implements ColumnType {

		/**
		 * Checks.
		 * @throws IllegalArgumentException if the elements are arrays
		 */
		public ArrayOf {
			if (Objects.requireNonNull(element, "element") instanceof ArrayOf) {
				throw new IllegalArgumentException("element: " + element + " (expected: not an array)");
			}
		}

		@Override
		public Class<?> javaType() {
			return List.class;
		}

		@Override
		public Object normalize(Object value) {
			Collection<?> elements = switch (value) {
				case Collection<?> collection -> collection;
				case Object[] array -> Collections.unmodifiableList(Arrays.asList(array));
				default -> throw Names.mismatch(this, value);
			};
			List<@Nullable Object> normal = new ArrayList<>(elements.size());
			for (Object each : elements) {
				normal.add((each != null) ? this.element.normalize(each) : null);
			}
			return Collections.unmodifiableList(normal);
		}

		@Override
		public boolean isKey() {
			return false;
		}

		@Override
		public String toString() {
			return this.element + "[]";
		}

	}

}
