package io.coalestra.collections.flush;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

import io.coalestra.collections.row.Json;
import io.coalestra.collections.row.Row;
import io.coalestra.collections.store.RowWrite;
import org.jspecify.annotations.Nullable;

/**
 * Tells whether a stored row is what a write made of it, where the answer to that write
 * was lost.
 */
final class Match {

	private Match() {
	}

	/**
	 * Returns whether the row has every value that the write gives. Values that stores
	 * write in their own form, documents and decimal numbers, are compared by what they
	 * say.
	 */
	static boolean isResult(Row stored, RowWrite write) {
		Row given = switch (write) {
			case RowWrite.Insert insert -> insert.row();
			case RowWrite.Update update -> update.changes();
			case RowWrite.Delete delete -> null;
		};
		if (given == null) {
			return false;
		}
		for (Map.Entry<String, @Nullable Object> each : given.toMap().entrySet()) {
			if (!matches(each.getValue(), stored.get(each.getKey()))) {
				return false;
			}
		}
		return true;
	}

	private static boolean matches(@Nullable Object given, @Nullable Object stored) {
		if (given instanceof BigDecimal number && stored instanceof BigDecimal other) {
			return number.compareTo(other) == 0;
		}
		if (given instanceof Json document && stored instanceof Json other) {
			return JsonText.same(document.text(), other.text());
		}
		if (given instanceof List<?> parts && stored instanceof List<?> others && parts.size() == others.size()) {
			return IntStream.range(0, parts.size()).allMatch((i) -> matches(parts.get(i), others.get(i)));
		}
		return Objects.equals(given, stored);
	}

}
