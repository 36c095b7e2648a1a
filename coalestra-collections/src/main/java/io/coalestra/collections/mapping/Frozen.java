package io.coalestra.collections.mapping;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * What was read from JSON, with collections and maps, and those in records, replaced by
 * ones that do not change: many readers share it.
 */
final class Frozen {

	private Frozen() {
	}

	static Object of(Object value) {
		return switch (value) {
			case List<?> list -> {
				List<@Nullable Object> copy = new ArrayList<>(list.size());
				list.forEach((each) -> copy.add(ofNullable(each)));
				yield Collections.unmodifiableList(copy);
			}
			case Set<?> set -> {
				Set<@Nullable Object> copy = new LinkedHashSet<>();
				set.forEach((each) -> copy.add(ofNullable(each)));
				yield Collections.unmodifiableSet(copy);
			}
			case Map<?, ?> map -> {
				Map<@Nullable Object, @Nullable Object> copy = new LinkedHashMap<>();
				map.forEach((key, each) -> copy.put(key, ofNullable(each)));
				yield Collections.unmodifiableMap(copy);
			}
			case Record made -> ofRecord(made);
			default -> value;
		};
	}

	private static @Nullable Object ofNullable(@Nullable Object value) {
		return (value != null) ? of(value) : null;
	}

	@SuppressWarnings("ReferenceEquality") // it is about whether anything was replaced
	private static Object ofRecord(Record made) {
		RecordAccess<?> access = new RecordAccess<>(made.getClass());
		@Nullable Object[] components = new Object[access.components().size()];
		boolean same = true;
		for (int i = 0; i < components.length; i++) {
			Object component = access.get(made, i);
			components[i] = ofNullable(component);
			same &= component == components[i];
		}
		return same ? made : access.make(components);
	}

}
