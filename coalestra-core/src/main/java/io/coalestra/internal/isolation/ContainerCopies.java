package io.coalestra.internal.isolation;

import java.util.AbstractMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.PriorityQueue;
import java.util.SequencedCollection;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

import org.jspecify.annotations.Nullable;

/**
 * Copies collections, maps and entries.
 *
 * <p>
 * A mutable copy is known to the run before it is filled; an unmodifiable one is made
 * when its parts are there.
 */
@SuppressWarnings("ReferenceEquality") // a part was copied if it is no longer the same
										// object
final class ContainerCopies {

	private static final int MAX_STEP = 40;

	private ContainerCopies() {
	}

	static Collection<@Nullable Object> filled(Collection<?> original, Collection<@Nullable Object> copy, CopyRun run) {
		run.begin(original, copy);
		@Nullable Object[] parts = original.toArray();
		run.copyAll(parts);
		copy.addAll(Arrays.asList(parts));
		requireSize(original, copy.size(), parts.length);
		return copy;
	}

	static Map<@Nullable Object, @Nullable Object> filled(Map<?, ?> original,
			Map<@Nullable Object, @Nullable Object> copy, CopyRun run) {
		run.begin(original, copy);
		int entries = 0;
		for (Map.Entry<?, ?> entry : original.entrySet()) {
			Object key = run.copy(entry.getKey(), "{key}");
			copy.put(key, copyValue(entry, run));
			entries++;
		}
		requireSize(original, copy.size(), entries);
		return copy;
	}

	static @Nullable Object copyValue(Map.Entry<?, ?> entry, CopyRun run) {
		try {
			return run.copy(entry.getValue());
		}
		catch (Refusal refusal) {
			throw refusal.under("[" + step(entry.getKey()) + "]");
		}
	}

	private static String step(@Nullable Object key) {
		if (key == null || !ImmutabilityProof.holdsForClass(key.getClass()) || key.getClass().isRecord()) {
			return "…";
		}
		String text = key.toString();
		return (text.length() <= MAX_STEP) ? text : text.substring(0, MAX_STEP) + "…";
	}

	// A set whose notion of equality is not the copy's, or whose elements were changed
	// while they were in it, would silently lose some.
	private static void requireSize(Object original, int actual, int expected) {
		if (actual != expected) {
			throw Refusal.ofType(original.getClass(), "its copy has " + actual + " of " + expected
					+ " elements (expected: elements that are told apart by equals)");
		}
	}

	static Object fixedSize(List<?> original, CopyRun run) {
		@Nullable Object[] parts = original.toArray();
		List<@Nullable Object> copy = Arrays.<@Nullable Object>asList(parts);
		run.begin(original, copy);
		run.copyAll(parts);
		return copy;
	}

	static CopyRule unmodifiableRule(Class<?> type) {
		if (Set.class.isAssignableFrom(type)) {
			return (original, run) -> {
				@Nullable Object[] parts = ((Set<?>) original).toArray();
				return run.copyAll(parts) ? unmodifiableSet(original, parts) : original;
			};
		}
		if (Collection.class.isAssignableFrom(type)) {
			return (original, run) -> {
				@Nullable Object[] parts = ((Collection<?>) original).toArray();
				return run.copyAll(parts) ? Arrays.stream(parts).toList() : original;
			};
		}
		if (Map.class.isAssignableFrom(type)) {
			return (original, run) -> unmodifiableMap((Map<?, ?>) original, run);
		}
		return entryRule(true);
	}

	private static Set<?> unmodifiableSet(Object original, @Nullable Object[] parts) {
		Set<@Nullable Object> copy = new LinkedHashSet<@Nullable Object>(Arrays.<@Nullable Object>asList(parts));
		requireSize(original, copy.size(), parts.length);
		return Collections.unmodifiableSet(copy);
	}

	private static Object unmodifiableMap(Map<?, ?> original, CopyRun run) {
		boolean changed = false;
		Map<@Nullable Object, @Nullable Object> copy = LinkedHashMap.newLinkedHashMap(original.size());
		for (Map.Entry<?, ?> entry : original.entrySet()) {
			Object key = run.copy(entry.getKey(), "{key}");
			Object value = copyValue(entry, run);
			changed |= key != entry.getKey() || value != entry.getValue();
			copy.put(key, value);
		}
		requireSize(original, copy.size(), original.size());
		return changed ? Collections.unmodifiableMap(copy) : original;
	}

	// Not a view again, but a list that is immutable if its elements are, and so needs no
	// other copy.
	static Object unmodifiableList(Object original, CopyRun run) {
		@Nullable Object[] parts = ((List<?>) original).toArray();
		run.copyAll(parts);
		return Arrays.stream(parts).toList();
	}

	static Object unmodifiableView(Object original, CopyRun run) {
		Collection<@Nullable Object> copy = plain((Collection<?>) original);
		@Nullable Object[] parts = ((Collection<?>) original).toArray();
		run.copyAll(parts);
		copy.addAll(Arrays.asList(parts));
		requireSize(original, copy.size(), parts.length);
		return switch (copy) {
			case NavigableSet<@Nullable Object> set -> Collections.unmodifiableNavigableSet(set);
			case SequencedSet<@Nullable Object> set when original instanceof SequencedSet ->
				Collections.unmodifiableSequencedSet(set);
			case Set<@Nullable Object> set -> Collections.unmodifiableSet(set);
			case SequencedCollection<@Nullable Object> sequence when original instanceof SequencedCollection ->
				Collections.unmodifiableSequencedCollection(sequence);
			default -> Collections.unmodifiableCollection(copy);
		};
	}

	static Object plainView(Object original, CopyRun run) {
		return filled((Collection<?>) original, plain((Collection<?>) original), run);
	}

	private static Collection<@Nullable Object> plain(Collection<?> original) {
		if (original instanceof SortedSet<?>) {
			return new TreeSet<>(comparator(original));
		}
		return (original instanceof Set<?>) ? new LinkedHashSet<>() : new ArrayList<>();
	}

	static Object unmodifiableMapView(Object original, CopyRun run) {
		Map<@Nullable Object, @Nullable Object> copy = plain((Map<?, ?>) original);
		for (Map.Entry<?, ?> entry : ((Map<?, ?>) original).entrySet()) {
			copy.put(run.copy(entry.getKey(), "{key}"), copyValue(entry, run));
		}
		requireSize(original, copy.size(), ((Map<?, ?>) original).size());
		return switch (copy) {
			case NavigableMap<@Nullable Object, @Nullable Object> map -> Collections.unmodifiableNavigableMap(map);
			case SequencedMap<@Nullable Object, @Nullable Object> map when original instanceof SequencedMap ->
				Collections.unmodifiableSequencedMap(map);
			default -> Collections.unmodifiableMap(copy);
		};
	}

	static Object plainMapView(Object original, CopyRun run) {
		return filled((Map<?, ?>) original, plain((Map<?, ?>) original), run);
	}

	private static Map<@Nullable Object, @Nullable Object> plain(Map<?, ?> original) {
		return (original instanceof SortedMap<?, ?>) ? new TreeMap<>(comparator(original)) : new LinkedHashMap<>();
	}

	static CopyRule entryRule(boolean unmodifiable) {
		return (original, run) -> {
			Map.Entry<?, ?> entry = (Map.Entry<?, ?>) original;
			Object key = run.copy(entry.getKey(), ".getKey()");
			Object value = run.copy(entry.getValue(), ".getValue()");
			if (unmodifiable && key == entry.getKey() && value == entry.getValue()) {
				return entry;
			}
			return unmodifiable ? new AbstractMap.SimpleImmutableEntry<>(key, value)
					: new AbstractMap.SimpleEntry<>(key, value);
		};
	}

	@SuppressWarnings("unchecked") // a comparator of what the collection holds
	static @Nullable Comparator<@Nullable Object> comparator(Object sorted) {
		return (Comparator<@Nullable Object>) switch (sorted) {
			case SortedSet<?> set -> set.comparator();
			case SortedMap<?, ?> map -> map.comparator();
			case PriorityQueue<?> queue -> queue.comparator();
			default -> null;
		};
	}

}
