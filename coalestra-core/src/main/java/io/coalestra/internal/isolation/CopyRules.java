package io.coalestra.internal.isolation;

import java.lang.reflect.Array;
import java.lang.reflect.Modifier;
import java.net.URL;
import java.nio.Buffer;
import java.util.AbstractMap;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Calendar;
import java.util.Collection;
import java.util.Collections;
import java.util.Date;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Hashtable;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Properties;
import java.util.Queue;
import java.util.Stack;
import java.util.TimeZone;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.Vector;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Function;
import java.util.function.UnaryOperator;

import org.jspecify.annotations.Nullable;

/**
 * Finds the rule for each class: what is known of the JDK, arrays, records, and for all
 * else a refusal that says what to do.
 */
// A part was copied if it is no longer the same object; and what an application chose for
// its payload is kept, however old-fashioned.
@SuppressWarnings({ "ReferenceEquality", "JdkObsolete", "JavaUtilDate" })
final class CopyRules {

	static final ClassValue<CopyRule> KNOWN = new ClassValue<>() {

		@Override
		protected CopyRule computeValue(Class<?> type) {
			return find(type);
		}

	};

	private static final String REMEDY = "cannot be copied (expected: a record, an enum, an array, or a value, "
			+ "collection or map of the JDK; for beans have Jackson on the class path, "
			+ "for other classes give the builder a PayloadCopier)";

	private static final Map<Class<?>, CopyRule> JDK = new HashMap<>();

	static {
		collection(ArrayList.class, (list) -> new ArrayList<>(list.size()));
		collection(LinkedList.class, (list) -> new LinkedList<>());
		collection(Vector.class, (list) -> new Vector<>(list.size()));
		collection(Stack.class, (list) -> new Stack<>());
		collection(CopyOnWriteArrayList.class, (list) -> new CopyOnWriteArrayList<>());
		collection(ArrayDeque.class, (queue) -> new ArrayDeque<>(queue.size()));
		collection(ConcurrentLinkedQueue.class, (queue) -> new ConcurrentLinkedQueue<>());
		collection(ConcurrentLinkedDeque.class, (queue) -> new ConcurrentLinkedDeque<>());
		collection(PriorityQueue.class, (queue) -> new PriorityQueue<>(ContainerCopies.comparator(queue)));
		collection(HashSet.class, (set) -> HashSet.newHashSet(set.size()));
		collection(LinkedHashSet.class, (set) -> LinkedHashSet.newLinkedHashSet(set.size()));
		collection(TreeSet.class, (set) -> new TreeSet<>(ContainerCopies.comparator(set)));
		collection(CopyOnWriteArraySet.class, (set) -> new CopyOnWriteArraySet<>());
		collection(ConcurrentSkipListSet.class, (set) -> new ConcurrentSkipListSet<>(ContainerCopies.comparator(set)));
		collection(ConcurrentHashMap.newKeySet().getClass(), (set) -> ConcurrentHashMap.newKeySet(set.size()));
		map(HashMap.class, (map) -> HashMap.newHashMap(map.size()));
		map(LinkedHashMap.class, (map) -> LinkedHashMap.newLinkedHashMap(map.size()));
		map(TreeMap.class, (map) -> new TreeMap<>(ContainerCopies.comparator(map)));
		map(IdentityHashMap.class, (map) -> new IdentityHashMap<>(map.size()));
		map(Hashtable.class, (map) -> new Hashtable<>());
		map(ConcurrentHashMap.class, (map) -> new ConcurrentHashMap<>(map.size()));
		map(ConcurrentSkipListMap.class, (map) -> new ConcurrentSkipListMap<>(ContainerCopies.comparator(map)));
		map(EnumMap.class, CopyRules::emptied);
		value(BitSet.class, (bits) -> (BitSet) bits.clone());
		value(StringBuilder.class, StringBuilder::new);
		value(StringBuffer.class, StringBuffer::new);
		value(AtomicBoolean.class, (atomic) -> new AtomicBoolean(atomic.get()));
		value(AtomicInteger.class, (atomic) -> new AtomicInteger(atomic.get()));
		value(AtomicLong.class, (atomic) -> new AtomicLong(atomic.get()));
		value(AtomicIntegerArray.class, CopyRules::copied);
		value(AtomicLongArray.class, CopyRules::copied);
		JDK.put(AtomicReference.class, (original, run) -> copied((AtomicReference<?>) original, run));
		JDK.put(AtomicReferenceArray.class, (original, run) -> copied((AtomicReferenceArray<?>) original, run));
		JDK.put(Properties.class, (original, run) -> copied((Properties) original, run));
		JDK.put(Optional.class, (original, run) -> copied((Optional<?>) original, run));
		JDK.put(URL.class, (original, run) -> original);
		JDK.put(AbstractMap.SimpleEntry.class, ContainerCopies.entryRule(false));
		JDK.put(Arrays.asList().getClass(), (original, run) -> ContainerCopies.fixedSize((List<?>) original, run));
	}

	private CopyRules() {
	}

	private static void collection(Class<?> type, Function<Collection<?>, Collection<@Nullable Object>> empty) {
		JDK.put(type, (original, run) -> ContainerCopies.filled((Collection<?>) original,
				empty.apply((Collection<?>) original), run));
	}

	private static void map(Class<?> type, Function<Map<?, ?>, Map<@Nullable Object, @Nullable Object>> empty) {
		JDK.put(type, (original, run) -> ContainerCopies.filled((Map<?, ?>) original, empty.apply((Map<?, ?>) original),
				run));
	}

	private static <V> void value(Class<V> type, UnaryOperator<V> copy) {
		JDK.put(type, (original, run) -> copy.apply(type.cast(original)));
	}

	private static CopyRule find(Class<?> type) {
		if (ImmutabilityProof.holdsForClass(type)) {
			return CopyRule.SHARE;
		}
		CopyRule known = JDK.get(type);
		if (known != null) {
			return known;
		}
		if (ImmutabilityProof.isUnmodifiable(type)) {
			return ContainerCopies.unmodifiableRule(type);
		}
		if (type.isArray()) {
			return CopyRules::copiedArray;
		}
		if (type.isRecord()) {
			return recordRule(type);
		}
		return isOfPlatform(type) ? platformRule(type) : (original, run) -> run.copyByOthers(original, REMEDY);
	}

	private static boolean isOfPlatform(Class<?> type) {
		String module = type.getModule().getName();
		return module != null && (module.equals("java.base") || module.equals("java.sql"));
	}

	// Classes without a public name of their own, by the interface under which they are
	// known: views become plain collections, and unmodifiable ones stay unmodifiable.
	private static CopyRule platformRule(Class<?> type) {
		boolean unmodifiable = type.getName().startsWith("java.util.Collections$Unmodifiable");
		if (Date.class.isAssignableFrom(type)) {
			return (original, run) -> ((Date) original).clone();
		}
		if (Calendar.class.isAssignableFrom(type)) {
			return (original, run) -> ((Calendar) original).clone();
		}
		if (TimeZone.class.isAssignableFrom(type)) {
			return (original, run) -> ((TimeZone) original).clone();
		}
		if (EnumSet.class.isAssignableFrom(type)) {
			return (original, run) -> ((EnumSet<?>) original).clone();
		}
		if (Buffer.class.isAssignableFrom(type)) {
			return refusal("a buffer cannot be copied (expected: an array of what it holds)");
		}
		if (Modifier.isPublic(type.getModifiers()) || Queue.class.isAssignableFrom(type)) {
			return refusal(REMEDY);
		}
		if (List.class.isAssignableFrom(type)) {
			return unmodifiable ? ContainerCopies::unmodifiableList
					: (original, run) -> ContainerCopies.filled((List<?>) original, new ArrayList<>(), run);
		}
		if (Collection.class.isAssignableFrom(type)) {
			return unmodifiable ? ContainerCopies::unmodifiableView : ContainerCopies::plainView;
		}
		if (Map.class.isAssignableFrom(type)) {
			return unmodifiable ? ContainerCopies::unmodifiableMapView : ContainerCopies::plainMapView;
		}
		if (Map.Entry.class.isAssignableFrom(type)) {
			return ContainerCopies.entryRule(unmodifiable);
		}
		return refusal(REMEDY);
	}

	private static CopyRule refusal(String why) {
		return (original, run) -> {
			throw Refusal.ofType(original.getClass(), why);
		};
	}

	@SuppressWarnings("unchecked") // the class of the keys is only known to the map
	private static Map<@Nullable Object, @Nullable Object> emptied(Map<?, ?> original) {
		Map<?, ?> copy = ((EnumMap<?, ?>) original).clone();
		copy.clear();
		return (Map<@Nullable Object, @Nullable Object>) copy;
	}

	private static AtomicIntegerArray copied(AtomicIntegerArray original) {
		AtomicIntegerArray copy = new AtomicIntegerArray(original.length());
		for (int i = 0; i < original.length(); i++) {
			copy.set(i, original.get(i));
		}
		return copy;
	}

	private static AtomicLongArray copied(AtomicLongArray original) {
		AtomicLongArray copy = new AtomicLongArray(original.length());
		for (int i = 0; i < original.length(); i++) {
			copy.set(i, original.get(i));
		}
		return copy;
	}

	private static Object copied(AtomicReference<?> original, CopyRun run) {
		AtomicReference<@Nullable Object> copy = new AtomicReference<@Nullable Object>();
		run.begin(original, copy);
		copy.set(run.copy(original.get(), ".get()"));
		return copy;
	}

	private static Object copied(AtomicReferenceArray<?> original, CopyRun run) {
		AtomicReferenceArray<@Nullable Object> copy = new AtomicReferenceArray<@Nullable Object>(original.length());
		run.begin(original, copy);
		for (int i = 0; i < original.length(); i++) {
			copy.set(i, run.copy(original.get(i), "[" + i + "]"));
		}
		return copy;
	}

	// The defaults behind properties cannot be had, but what they say can.
	private static Object copied(Properties original, CopyRun run) {
		Properties copy = new Properties();
		run.begin(original, copy);
		for (Map.Entry<Object, Object> entry : original.entrySet()) {
			copy.put(Objects.requireNonNull(run.copy(entry.getKey(), "{key}")),
					Objects.requireNonNull(ContainerCopies.copyValue(entry, run)));
		}
		for (String name : original.stringPropertyNames()) {
			copy.putIfAbsent(name, original.getProperty(name));
		}
		return copy;
	}

	private static Object copied(Optional<?> original, CopyRun run) {
		Object value = original.orElse(null);
		Object copy = run.copy(value, ".get()");
		return (copy == value) ? original : Optional.ofNullable(copy);
	}

	private static Object copiedArray(Object original, CopyRun run) {
		int length = Array.getLength(original);
		Class<?> component = original.getClass().getComponentType();
		Object copy = Array.newInstance(component, length);
		if (!(original instanceof Object[] parts)) {
			System.arraycopy(original, 0, copy, 0, length);
			return copy;
		}
		run.begin(original, copy);
		@Nullable Object[] copies = (@Nullable Object[]) copy;
		System.arraycopy(parts, 0, copies, 0, length);
		if (!ValueTypes.isValue(component)) {
			run.copyAll(copies);
		}
		return copies;
	}

	private static CopyRule recordRule(Class<?> type) {
		RecordAccess access = RecordAccess.of(type);
		if (!access.canCopy()) {
			return refusal("it is not open to copying (expected: \"opens " + type.getPackageName()
					+ " to io.coalestra.core\" in module " + type.getModule().getName() + ")");
		}
		return (original, run) -> copiedRecord(original, access, run);
	}

	private static Object copiedRecord(Object original, RecordAccess access, CopyRun run) {
		@Nullable Object[] parts = new Object[access.size()];
		int unfinishedUses = run.unfinishedUses();
		boolean changed = !access.canReadFields();
		try {
			for (int i = 0; i < parts.length; i++) {
				Object part = access.accessor(original, i);
				parts[i] = access.type(i).isPrimitive() ? part : run.copy(part, "." + access.name(i));
				changed |= !access.type(i).isPrimitive() && parts[i] != access.field(original, i);
			}
			if (!changed) {
				return original;
			}
			Object copy = access.construct(parts);
			if (run.unfinishedUses() != unfinishedUses) {
				requireKept(copy, parts, access);
			}
			return copy;
		}
		catch (Refusal | Error refusal) {
			throw refusal;
		}
		catch (Throwable failure) {
			throw new Refusal(original.getClass(), "its accessor or constructor threw " + failure.getClass().getName(),
					failure);
		}
	}

	// A constructor that copies its arguments would take them as they are: not filled
	// yet.
	private static void requireKept(Object copy, @Nullable Object[] parts, RecordAccess access) throws Throwable {
		for (int i = 0; i < parts.length; i++) {
			if (!access.type(i).isPrimitive() && access.field(copy, i) != parts[i]) {
				throw Refusal.ofType(copy.getClass(),
						"it takes part in a cycle, and its constructor does not keep its arguments "
								+ "(expected: cycles only through mutable collections, maps and arrays)");
			}
		}
	}

}
