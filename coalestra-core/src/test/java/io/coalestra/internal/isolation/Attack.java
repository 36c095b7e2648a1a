package io.coalestra.internal.isolation;

import java.lang.reflect.Array;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Calendar;
import java.util.Collection;
import java.util.Collections;
import java.util.Date;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TimeZone;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Changes everything that can be changed in an object, all the way down; and describes
 * all that there is to be seen, so that a change shows.
 */
@SuppressWarnings({ "JavaUtilDate", "JdkObsolete" })
final class Attack {

	private final Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());

	private Attack() {
	}

	static void on(Object target) {
		new Attack().change(target);
	}

	static String describe(Object target) {
		StringBuilder text = new StringBuilder();
		new Attack().describe(target, text);
		return text.toString();
	}

	private void change(Object target) {
		if (target == null || !this.seen.add(target)) {
			return;
		}
		switch (target) {
			case Object[] array -> {
				List.of(array.clone()).forEach(this::change);
				java.util.Arrays.fill(array, null);
			}
			case Collection<?> collection -> {
				new ArrayList<>(collection).forEach(this::change);
				attempt(collection::clear);
				attempt(() -> ((List<?>) collection).set(0, null));
			}
			case Map<?, ?> map -> {
				map.forEach((key, value) -> {
					change(key);
					change(value);
				});
				attempt(() -> map.entrySet().forEach((entry) -> entry.setValue(null)));
				attempt(map::clear);
			}
			case Map.Entry<?, ?> entry -> {
				change(entry.getKey());
				change(entry.getValue());
				attempt(() -> entry.setValue(null));
			}
			case Record row -> parts(row).forEach(this::change);
			case Optional<?> optional -> optional.ifPresent(this::change);
			case Date date -> date.setTime(-1);
			case Calendar calendar -> calendar.clear();
			case TimeZone zone -> zone.setID("attacked");
			case BitSet bits -> bits.clear();
			case StringBuilder text -> text.setLength(0);
			case StringBuffer text -> text.setLength(0);
			case AtomicBoolean atomic -> atomic.set(!atomic.get());
			case AtomicInteger atomic -> atomic.set(-1);
			case AtomicLong atomic -> atomic.set(-1);
			case AtomicIntegerArray atomic -> atomic.set(0, -1);
			case AtomicLongArray atomic -> atomic.set(0, -1);
			case AtomicReference<?> atomic -> {
				change(atomic.get());
				atomic.set(null);
			}
			case AtomicReferenceArray<?> atomic -> {
				change(atomic.get(0));
				atomic.set(0, null);
			}
			default -> {
				if (target.getClass().isArray() && Array.getLength(target) > 0) {
					Array.set(target, 0, Array.get(Array.newInstance(target.getClass().getComponentType(), 1), 0));
				}
			}
		}
	}

	private static void attempt(Runnable change) {
		try {
			change.run();
		}
		catch (RuntimeException refused) {
			// Whatever cannot be changed this way needs no defence against it.
		}
	}

	private void describe(Object target, StringBuilder text) {
		if (target == null) {
			text.append("null");
			return;
		}
		if (!(target instanceof String || target instanceof Number) && !this.seen.add(target)) {
			text.append("again");
			return;
		}
		switch (target) {
			case Collection<?> collection -> describeAll("collection", collection, text);
			case Map<?, ?> map -> {
				describeAll("keys", map.keySet(), text);
				describeAll("values", map.values(), text);
			}
			case Map.Entry<?, ?> entry -> {
				describe(entry.getKey(), text);
				describe(entry.getValue(), text.append("="));
			}
			case Record row -> describeAll(row.getClass().getSimpleName(), parts(row), text);
			case Optional<?> optional -> describe(optional.orElse(null), text.append("optional "));
			case Date date -> text.append(date.getTime());
			case Calendar calendar -> text.append(calendar.getTimeInMillis());
			case TimeZone zone -> text.append(zone.getID());
			case AtomicReference<?> atomic -> describe(atomic.get(), text.append("atomic "));
			case AtomicReferenceArray<?> atomic -> {
				for (int i = 0; i < atomic.length(); i++) {
					describe(atomic.get(i), text.append(","));
				}
			}
			default -> {
				if (target.getClass().isArray()) {
					for (int i = 0; i < Array.getLength(target); i++) {
						describe(Array.get(target, i), text.append(","));
					}
				}
				else {
					text.append(target);
				}
			}
		}
	}

	private void describeAll(String what, Collection<?> parts, StringBuilder text) {
		text.append(what).append("(");
		parts.forEach((part) -> describe(part, text.append(",")));
		text.append(")");
	}

	private static List<Object> parts(Record row) {
		List<Object> parts = new ArrayList<>();
		for (RecordComponent component : row.getClass().getRecordComponents()) {
			try {
				Method accessor = component.getAccessor();
				accessor.setAccessible(true);
				parts.add(accessor.invoke(row));
			}
			catch (ReflectiveOperationException ex) {
				throw new IllegalStateException(ex);
			}
		}
		return parts;
	}

}
