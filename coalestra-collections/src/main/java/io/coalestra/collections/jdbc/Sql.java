package io.coalestra.collections.jdbc;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.StringJoiner;

import io.coalestra.collections.row.Column;
import io.coalestra.collections.row.ColumnType;
import io.coalestra.collections.row.ScalarType;
import io.coalestra.collections.row.Table;
import org.jspecify.annotations.Nullable;

/**
 * A statement in the making: text that holds quoted names and question marks, and the
 * values for the marks. No value and no unquoted name ever becomes text.
 */
final class Sql {

	private final StringBuilder text = new StringBuilder();

	private final List<Parameter> parameters = new ArrayList<>();

	/**
	 * A value for a mark.
	 *
	 * @param type its type
	 * @param value the value, of the class that rows have it in
	 */
	record Parameter(ColumnType type, @Nullable Object value) {
	}

	/**
	 * Adds text, which is a constant of this package or made by {@link #quoted}.
	 */
	Sql add(String constant) {
		this.text.append(constant);
		return this;
	}

	Sql add(ColumnType type, @Nullable Object value) {
		this.text.append('?');
		this.parameters.add(new Parameter(type, value));
		return this;
	}

	Sql add(Column column, @Nullable Object value) {
		return add(column.type(), value);
	}

	/**
	 * Adds a condition: the column has the value, which may be null.
	 */
	Sql addEqual(Column column, @Nullable Object value) {
		add(quoted(column.name()));
		return (value != null) ? add(" = ").add(column, value) : add(" IS NULL");
	}

	String text() {
		return this.text.toString();
	}

	List<Parameter> parameters() {
		return this.parameters;
	}

	/**
	 * Quotes a name. Names are checked where tables are declared; a quote in one is
	 * refused here once more.
	 */
	static String quoted(String name) {
		if (name.indexOf('"') >= 0 || name.indexOf('\0') >= 0) {
			throw new IllegalArgumentException("name: holds a quote (expected: a checked identifier)");
		}
		return '"' + name + '"';
	}

	static String quoted(Table table) {
		String name = quoted(table.name());
		return (table.schema() != null) ? quoted(table.schema()) + "." + name : name;
	}

	static String names(Collection<Column> columns) {
		StringJoiner names = new StringJoiner(", ");
		columns.forEach((column) -> names.add(quoted(column.name())));
		return names.toString();
	}

	/**
	 * Returns a type's name.
	 */
	static String typeName(ColumnType type) {
		return switch (type) {
			case ScalarType scalar -> scalar.sqlName();
			case ColumnType.EnumOf named -> quoted(named.typeName());
			case ColumnType.ArrayOf array -> typeName(array.element()) + "[]";
		};
	}

	@Override
	public String toString() {
		return text();
	}

}
