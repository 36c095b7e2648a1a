package io.coalestra.health;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;

import io.coalestra.time.TimeSource;
import org.jspecify.annotations.Nullable;

/**
 * Turns values into such as every JSON writer can write. What is of no known kind becomes
 * the name of its class, never its own text, which might say too much.
 */
final class WireValues {

	// Of the containers around the value at hand.
	private final Set<Object> path = Collections.newSetFromMap(new IdentityHashMap<>());

	private WireValues() {
	}

	static Object of(Object value) {
		return new WireValues().convert(value);
	}

	static Map<String, @Nullable Object> ofFields(Map<String, ?> fields) {
		WireValues values = new WireValues();
		Map<String, @Nullable Object> converted = new LinkedHashMap<>();
		fields.forEach((name, value) -> converted.put(name, values.convertNullable(value)));
		return Collections.unmodifiableMap(converted);
	}

	static @Nullable Double seconds(@Nullable Duration duration) {
		return (duration != null) ? TimeSource.toNanos(duration) / 1e9 : null;
	}

	private @Nullable Object convertNullable(@Nullable Object value) {
		return (value != null) ? convert(value) : null;
	}

	private Object convert(Object value) {
		return switch (value) {
			case String text -> text;
			case Boolean flag -> flag;
			case Double number -> finite(number, number);
			case Float number -> finite(number, number);
			case Number number -> number;
			case Enum<?> constant -> constant.name().toLowerCase(Locale.ROOT);
			case Duration duration -> TimeSource.toNanos(duration) / 1e9;
			case Instant instant -> instant.toString();
			case Map<?, ?> map -> nested(map, () -> convertMap(map));
			case Collection<?> collection -> nested(collection, () -> convertCollection(collection));
			default -> Map.of("type", value.getClass().getName());
		};
	}

	private static Object finite(double value, Number number) {
		if (Double.isNaN(value)) {
			return "nan";
		}
		if (Double.isInfinite(value)) {
			return (value > 0) ? "infinity" : "-infinity";
		}
		return number;
	}

	private Object nested(Object container, Supplier<Object> conversion) {
		if (!this.path.add(container)) {
			return Map.of("type", container.getClass().getName(), "cycle", true);
		}
		try {
			return conversion.get();
		}
		finally {
			this.path.remove(container);
		}
	}

	private Object convertMap(Map<?, ?> map) {
		Map<String, @Nullable Object> converted = new TreeMap<>();
		map.forEach((key, value) -> converted.put(String.valueOf(key), convertNullable(value)));
		return Collections.unmodifiableMap(converted);
	}

	private Object convertCollection(Collection<?> collection) {
		List<@Nullable Object> converted = new ArrayList<>(collection.size());
		collection.forEach((value) -> converted.add(convertNullable(value)));
		return Collections.unmodifiableList(converted);
	}

}
