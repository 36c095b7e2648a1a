package io.coalestra.collections.jdbc;

import java.util.List;

import io.coalestra.collections.row.Column;
import io.coalestra.collections.row.ColumnTrait;
import io.coalestra.collections.store.Scan;
import org.jspecify.annotations.Nullable;

/**
 * The condition that a row comes after a position.
 *
 * <p>
 * Where no column of the order may be null it compares rows, which an index answers. Else
 * it says for each column that those before it are equal and this one comes after, null
 * being greater than every value.
 */
final class KeysetCondition {

	private KeysetCondition() {
	}

	static void add(Sql sql, Scan scan, List<? extends @Nullable Object> position) {
		List<Column> order = scan.order();
		if (order.stream().noneMatch((column) -> column.is(ColumnTrait.NULLABLE))) {
			sql.add("(").add(Sql.names(order)).add(scan.isDescending() ? ") < (" : ") > (");
			for (int i = 0; i < order.size(); i++) {
				sql.add((i > 0) ? ", " : "").add(order.get(i), position.get(i));
			}
			sql.add(")");
			return;
		}
		for (int i = 0; i < order.size(); i++) {
			sql.add((i > 0) ? " OR (" : "(");
			for (int before = 0; before < i; before++) {
				sql.addEqual(order.get(before), position.get(before)).add(" AND ");
			}
			addAfter(sql, order.get(i), position.get(i), scan.isDescending());
			sql.add(")");
		}
	}

	private static void addAfter(Sql sql, Column column, @Nullable Object value, boolean descending) {
		String name = Sql.quoted(column.name());
		if (value == null) {
			sql.add(descending ? name + " IS NOT NULL" : "FALSE");
		}
		else if (descending) {
			sql.add(name).add(" < ").add(column, value);
		}
		else {
			sql.add("(").add(name).add(" > ").add(column, value).add(" OR ").add(name).add(" IS NULL)");
		}
	}

}
