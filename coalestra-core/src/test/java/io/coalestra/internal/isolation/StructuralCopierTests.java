package io.coalestra.internal.isolation;

import java.io.IOException;
import java.io.StringWriter;
import java.lang.module.ModuleFinder;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.AbstractMap;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.Date;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.GregorianCalendar;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Hashtable;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Properties;
import java.util.Set;
import java.util.SimpleTimeZone;
import java.util.Stack;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.Vector;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

import io.coalestra.failure.PayloadIsolationException;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * Copies share nothing mutable with their originals, keep what can be told from outside,
 * and are refused with the place and the remedy.
 */
@SuppressWarnings({ "JavaUtilDate", "JdkObsolete", "ReferenceEquality", "UnnecessaryStringBuilder" })
class StructuralCopierTests {

	private final StructuralCopier copier = new StructuralCopier();

	@ParameterizedTest
	@MethodSource("shapes")
	void changingACopyLeavesTheOriginalAsItWas(Supplier<Object> shape) {
		Object original = shape.get();
		String before = Attack.describe(original);
		Object copy = this.copier.copy(original);
		assertThat(Attack.describe(copy)).isEqualTo(before);
		Attack.on(copy);
		assertThat(Attack.describe(original)).isEqualTo(before);
	}

	@ParameterizedTest
	@MethodSource("shapes")
	void changingTheOriginalLeavesACopyAsItWas(Supplier<Object> shape) {
		Object original = shape.get();
		Object copy = this.copier.copy(original);
		String before = Attack.describe(copy);
		Attack.on(original);
		assertThat(Attack.describe(original)).isNotEqualTo(before);
		assertThat(Attack.describe(copy)).isEqualTo(before);
	}

	@ParameterizedTest
	@MethodSource("shapes")
	void copyOfACopyIsAsGoodAsTheFirst(Supplier<Object> shape) {
		Object copy = this.copier.copy(shape.get());
		String before = Attack.describe(copy);
		Object second = this.copier.copy(copy);
		Attack.on(copy);
		assertThat(Attack.describe(second)).isEqualTo(before);
	}

	static Stream<Named<Supplier<Object>>> shapes() {
		return Stream.of(shape("array list", () -> new ArrayList<>(list())),
				shape("nested lists", () -> new ArrayList<>(List.of(list(), new ArrayList<>(List.of(list()))))),
				shape("linked list", () -> new LinkedList<>(List.of(list(), "b"))),
				shape("vector", () -> new Vector<>(list())), shape("stack", () -> {
					Stack<Object> stack = new Stack<>();
					stack.push(list());
					return stack;
				}), shape("copy-on-write list", () -> new CopyOnWriteArrayList<>(List.of(list()))),
				shape("array as list", () -> Arrays.asList(list(), "b")),
				shape("sub-list", () -> new ArrayList<>(List.of("a", list(), "c")).subList(0, 2)),
				shape("synchronized list", () -> Collections.synchronizedList(list())),
				shape("unmodifiable list", () -> Collections.unmodifiableList(new ArrayList<>(List.of(list())))),
				shape("immutable list of mutable ones", () -> List.of(list(), list())),
				shape("array deque", () -> new ArrayDeque<>(List.of(list()))),
				shape("priority queue", () -> new PriorityQueue<>(List.of(3, 1, 2))),
				shape("concurrent queue", () -> new ConcurrentLinkedQueue<>(List.of(list()))),
				shape("hash set", () -> new HashSet<>(List.of("a"))),
				shape("linked hash set", () -> new LinkedHashSet<>(List.of("z", "a", list()))),
				shape("tree set", () -> new TreeSet<>(Set.of("a", "b"))),
				shape("enum set", () -> EnumSet.of(TimeUnit.DAYS, TimeUnit.HOURS)),
				shape("copy-on-write set", () -> new CopyOnWriteArraySet<>(List.of(list()))),
				shape("skip-list set", () -> new ConcurrentSkipListSet<>(Set.of("a"))), shape("concurrent set", () -> {
					Set<Object> set = ConcurrentHashMap.newKeySet();
					set.add("a");
					return set;
				}), shape("immutable set of mutable ones", () -> Set.of(list())),
				shape("unmodifiable set", () -> Collections.unmodifiableSet(new HashSet<>(List.of(list())))),
				shape("hash map", () -> map(new HashMap<>())),
				shape("linked hash map", () -> map(new LinkedHashMap<>())),
				shape("tree map", () -> map(new TreeMap<>())), shape("hashtable", () -> map(new Hashtable<>())),
				shape("concurrent map", () -> map(new ConcurrentHashMap<>())),
				shape("skip-list map", () -> map(new ConcurrentSkipListMap<>())), shape("identity map", () -> {
					IdentityHashMap<String, Object> map = new IdentityHashMap<>();
					map.put("k", list());
					return map;
				}), shape("enum map", () -> new EnumMap<>(Map.of(TimeUnit.DAYS, list()))), shape("properties", () -> {
					Properties properties = new Properties();
					properties.setProperty("a", "b");
					return properties;
				}), shape("map with mutable keys", () -> new HashMap<>(Map.of(list(), "a"))),
				shape("immutable map of mutable values", () -> Map.of("a", list(), "b", list())),
				shape("unmodifiable map", () -> Collections.unmodifiableMap(map(new LinkedHashMap<>()))),
				shape("values of a map", () -> map(new LinkedHashMap<>()).values()),
				shape("keys of a map", () -> map(new LinkedHashMap<>()).keySet()),
				shape("descending map", () -> map(new TreeMap<String, Object>()).descendingMap()),
				shape("entry", () -> new AbstractMap.SimpleEntry<>("a", list())),
				shape("immutable entry", () -> Map.entry("a", list())), shape("ints", () -> new int[] { 1, 2 }),
				shape("doubles", () -> new double[] { 1, 2 }), shape("strings", () -> new String[] { "a", "b" }),
				shape("array of arrays", () -> new int[][] { { 1, 2 }, { 3 } }),
				shape("objects", () -> new Object[] { list(), new int[] { 1 } }),
				shape("record with a list", () -> new Basket("a", list())),
				shape("record with an array", () -> new Readings(new double[] { 1, 2 })),
				shape("record in a record", () -> new Holder(new Basket("a", list()), 1)),
				shape("record that copies its argument", () -> new Careful(list())),
				shape("private record", () -> new Hidden(list())),
				shape("optional of a list", () -> Optional.of(list())), shape("date", () -> new Date(1)),
				shape("timestamp", () -> java.sql.Timestamp.valueOf("2026-01-01 00:00:00.123456789")),
				shape("calendar", () -> new GregorianCalendar(2026, 1, 1)),
				shape("time zone", () -> new SimpleTimeZone(1, "a")), shape("bit set", () -> {
					BitSet bits = new BitSet();
					bits.set(3);
					return bits;
				}), shape("string builder", () -> new StringBuilder("a")),
				shape("string buffer", () -> new StringBuffer("a")),
				shape("atomic boolean", () -> new AtomicBoolean(true)),
				shape("atomic integer", () -> new AtomicInteger(1)), shape("atomic long", () -> new AtomicLong(1)),
				shape("atomic integers", () -> new AtomicIntegerArray(new int[] { 1, 2 })),
				shape("atomic longs", () -> new AtomicLongArray(new long[] { 1,
						2 })),
				shape("atomic reference", () -> new AtomicReference<>(list())),
				shape("atomic references", () -> new AtomicReferenceArray<>(
						new Object[] { list(), "b" })),
				shape("all of it",
						() -> new Holder(
								Map.of("a",
										new Object[] { new Basket("a", list()),
												new TreeMap<>(
														Map.of("b", Optional.of(new AtomicReference<>(list())))) }),
								1)));
	}

	private static Named<Supplier<Object>> shape(String name, Supplier<Object> shape) {
		return Named.of(name, shape);
	}

	private static List<Object> list() {
		return new ArrayList<>(List.of("x", "y"));
	}

	private static <M extends Map<String, Object>> M map(M map) {
		map.put("k", list());
		map.put("j", "text");
		return map;
	}

	@ParameterizedTest
	@MethodSource
	void copyEqualsItsOriginalWhereItsClassHasEquality(Supplier<Object> shape) {
		Object original = shape.get();
		assertThat(this.copier.copy(original)).isEqualTo(original).hasSameHashCodeAs(original);
	}

	static Stream<Named<Supplier<Object>>> copyEqualsItsOriginalWhereItsClassHasEquality() {
		return shapes().filter((shape) -> shape.getPayload().get().equals(shape.getPayload().get()));
	}

	@Test
	void mutableCollectionsStayMutableAndOfTheirClass() {
		Stream
			.of(new ArrayList<>(), new LinkedList<>(), new Vector<>(), new Stack<>(), new ArrayDeque<>(),
					new HashSet<>(), new LinkedHashSet<>(), new TreeSet<>(), new CopyOnWriteArrayList<>())
			.forEach((original) -> {
				Collection<Object> copy = this.copier.copy(original);
				assertThat(copy).hasSameClassAs(original);
				copy.add("a");
				assertThat(original).isEmpty();
			});
	}

	@Test
	void unmodifiableCollectionsStayUnmodifiable() {
		List<Object> list = list();
		Stream
			.<Collection<Object>>of(List.of(list), Set.of(list), Collections.unmodifiableList(list),
					Collections.unmodifiableSet(new HashSet<>(list)), Collections.unmodifiableCollection(list),
					Collections.unmodifiableSequencedCollection(new ArrayDeque<>(list)),
					Collections.unmodifiableSequencedSet(new LinkedHashSet<>(list)),
					Collections.unmodifiableSortedSet(new TreeSet<>(list)))
			.forEach((original) -> assertThat(this.copier.copy(original)).isUnmodifiable());
		Stream
			.<Map<String, Object>>of(Map.of("a", list), Collections.unmodifiableMap(map(new HashMap<>())),
					Collections.unmodifiableSequencedMap(map(new LinkedHashMap<>())),
					Collections.unmodifiableNavigableMap(map(new TreeMap<>())))
			.forEach((original) -> assertThatExceptionOfType(UnsupportedOperationException.class)
				.isThrownBy(() -> this.copier.copy(original).put("b", "c")));
	}

	@Test
	void copyOfAViewDoesNotFollowWhatTheViewShows() {
		List<Object> list = list();
		Map<String, Object> map = map(new TreeMap<>());
		List<Object> viewOfList = this.copier.copy(Collections.unmodifiableList(list));
		Map<String, Object> viewOfMap = this.copier.copy(Collections.unmodifiableMap(map));
		Set<String> viewOfKeys = this.copier.copy(map.keySet());
		list.clear();
		map.clear();
		assertThat(viewOfList).containsExactly("x", "y");
		assertThat(viewOfMap).containsOnlyKeys("k", "j");
		assertThat(viewOfKeys).containsExactly("j", "k");
	}

	@Test
	void copyOfAnUnmodifiableListOfValuesNeedsNoOtherCopy() {
		List<String> copy = this.copier.copy(Collections.unmodifiableList(new ArrayList<>(List.of("a"))));
		assertThat(new PayloadIsolation(this.copier).isShareable(copy)).isTrue();
	}

	@Test
	void unmodifiableListsKeepTheirNulls() {
		assertThat(this.copier.copy(Collections.unmodifiableList(Arrays.asList("a", null)))).containsExactly("a", null);
	}

	@Test
	void insertionOrderIsKept() {
		LinkedHashMap<String, Integer> map = new LinkedHashMap<>();
		LinkedHashSet<String> set = new LinkedHashSet<>();
		IntStream.range(0, 100).map((i) -> (i * 37) % 101).forEach((i) -> {
			map.put("k" + i, i);
			set.add("k" + i);
		});
		assertThat(this.copier.copy(map).keySet()).containsExactlyElementsOf(map.keySet());
		assertThat(this.copier.copy(Collections.unmodifiableMap(map)).keySet()).containsExactlyElementsOf(map.keySet());
		assertThat(this.copier.copy(set)).containsExactlyElementsOf(set);
		assertThat(this.copier.copy(Collections.unmodifiableSet(set))).containsExactlyElementsOf(set);
	}

	@Test
	void sortedCollectionsKeepTheirComparator() {
		TreeMap<String, Integer> map = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
		map.put("B", 1);
		map.put("a", 2);
		assertThat(this.copier.copy(map)).containsKey("A").containsKey("b");
		NavigableMap<String, Integer> view = this.copier.copy(Collections.unmodifiableNavigableMap(map));
		assertThat(view).containsKey("A");
		NavigableSet<Integer> descending = this.copier.copy(new TreeSet<>(Set.of(1, 2, 3)).descendingSet());
		assertThat(descending).containsExactly(3, 2, 1);
		PriorityQueue<Integer> queue = new PriorityQueue<>(Comparator.reverseOrder());
		queue.addAll(List.of(1, 3, 2));
		assertThat(this.copier.copy(queue).poll()).isEqualTo(3);
	}

	@Test
	void emptyEnumMapsAndSetsKeepTheClassOfTheirKeys() {
		EnumMap<TimeUnit, String> map = this.copier.copy(new EnumMap<>(TimeUnit.class));
		EnumSet<TimeUnit> set = this.copier.copy(EnumSet.noneOf(TimeUnit.class));
		map.put(TimeUnit.DAYS, "a");
		set.add(TimeUnit.DAYS);
		assertThat(map).containsOnlyKeys(TimeUnit.DAYS);
		assertThat(set).containsExactly(TimeUnit.DAYS);
	}

	@Test
	void arraysKeepTheClassOfTheirElements() {
		Object[] copy = this.copier.copy(new Number[][] { { 1 }, null });
		assertThat(copy).isInstanceOf(Number[][].class);
		assertThat(copy[0]).isInstanceOf(Number[].class);
	}

	@Test
	void defaultsOfPropertiesAreCopiedIntoThem() {
		Properties defaults = new Properties();
		defaults.setProperty("a", "default");
		Properties original = new Properties(defaults);
		Properties copy = this.copier.copy(original);
		defaults.setProperty("a", "changed");
		assertThat(copy.getProperty("a")).isEqualTo("default");
	}

	@Test
	void immutablePartsAreSharedInsideACopy() {
		Basket immutable = new Basket("a", List.of("b"));
		List<Object> copy = this.copier.copy(new ArrayList<>(List.of(immutable)));
		assertThat(copy.getFirst()).isSameAs(immutable);
	}

	@Test
	void whatIsReferredToTwiceHasOneCopy() {
		List<Object> shared = list();
		List<Object> copy = this.copier.copy(new ArrayList<>(
				List.of(shared, new Basket("a", shared), Map.of("k", shared), new Object[] { shared })));
		Object one = copy.get(0);
		assertThat(one).isNotSameAs(shared);
		assertThat(((Basket) copy.get(1)).content()).isSameAs(one);
		assertThat(((Map<?, ?>) copy.get(2)).get("k")).isSameAs(one);
		assertThat(((Object[]) copy.get(3))[0]).isSameAs(one);
	}

	@Test
	void wideGraphOfSharedListsIsCopiedOnce() {
		List<Object> level = list();
		for (int i = 0; i < 200; i++) {
			level = new ArrayList<>(List.of(level, level, level));
		}
		List<Object> copy = this.copier.copy(level);
		assertThat(copy.get(0)).isSameAs(copy.get(2));
	}

	@Test
	void listThatContainsItselfIsCopiedAsOneThatDoes() {
		List<Object> cyclic = new ArrayList<>();
		cyclic.add("a");
		cyclic.add(cyclic);
		List<Object> copy = this.copier.copy(cyclic);
		assertThat(copy == cyclic).isFalse();
		assertThat(copy.get(1) == copy).isTrue();
	}

	@Test
	void cyclesThroughMapsArraysAndReferencesAreFollowed() {
		Map<String, Object> map = new HashMap<>();
		Object[] array = { map };
		AtomicReference<Object> reference = new AtomicReference<>(array);
		map.put("k", reference);
		Map<String, Object> copy = this.copier.copy(map);
		Object[] copiedArray = (Object[]) ((AtomicReference<?>) copy.get("k")).get();
		assertThat(copiedArray == array).isFalse();
		assertThat(copiedArray[0] == copy).isTrue();
	}

	@Test
	void cycleFromAListThroughARecordThatKeepsItIsFollowed() {
		List<Object> list = new ArrayList<>();
		list.add(new Basket("a", list));
		List<Object> copy = this.copier.copy(list);
		assertThat(((Basket) copy.getFirst()).content() == copy).isTrue();
	}

	@Test
	void cycleThroughARecordThatCopiesIsRefusedRatherThanCutShort() {
		Careful careful = new Careful(list());
		careful.content().add(careful);
		assertThat(refusalOf(careful.content())).hasMessageContaining("cycle");
		assertThat(refusalOf(careful)).hasMessageContaining("contains itself");
	}

	@Test
	void deepNestingIsRefusedWithTheBound() {
		List<Object> nested = list();
		for (int i = 0; i < 100_000; i++) {
			nested = new ArrayList<>(Collections.singletonList(nested));
		}
		assertThat(refusalOf(nested)).hasMessageContaining("nested too deep")
			.extracting(Throwable::getMessage)
			.asString()
			.hasSizeLessThan(300);
	}

	@Test
	void refusalNamesTheClassThePlaceAndTheRemedy() {
		Object payload = new Holder(
				Map.of("orders", List.of("a", new Basket("b", new ArrayList<>(List.of(new Bean()))))), 1);
		PayloadIsolationException refusal = refusalOf(payload);
		assertThat(refusal).hasMessageContaining(Bean.class.getTypeName() + " at payload.content[orders][1].content[0]")
			.hasMessageContaining("record")
			.hasMessageContaining("PayloadCopier");
		assertThat(refusal.valueType()).isEqualTo(Bean.class);
	}

	@Test
	void refusalAtTheTopNamesThePayloadItself() {
		assertThat(refusalOf(new Bean())).hasMessageStartingWith(Bean.class.getTypeName() + " at payload: ");
	}

	@ParameterizedTest
	@MethodSource
	void whatCannotBeCopiedIsRefused(Object payload) {
		PayloadIsolationException refusal = refusalOf(new ArrayList<>(List.of(payload)));
		assertThat(refusal.valueType()).isEqualTo(payload.getClass());
		assertThat(refusal).hasMessageContaining("payload[0]").hasMessageContaining("expected: ");
	}

	static Stream<Object> whatCannotBeCopiedIsRefused() {
		Set<Object> byIdentity = Collections.newSetFromMap(new IdentityHashMap<>());
		byIdentity.add(new ArrayList<>());
		byIdentity.add(new ArrayList<>());
		return Stream.of(new Bean(), new MyList(), ByteBuffer.allocate(1), Thread.currentThread(), new StringWriter(),
				(Supplier<Object>) () -> "lambda", Stream.empty(), List.of(1).iterator(), new Throwable(), byIdentity,
				Collections.asLifoQueue(new ArrayDeque<>()));
	}

	@Test
	void constructorThatThrowsIsARefusalWithItsCause() {
		List<Object> content = list();
		Fussy fussy = new Fussy(content);
		content.clear();
		PayloadIsolationException refusal = refusalOf(fussy);
		assertThat(refusal).hasCauseInstanceOf(IllegalArgumentException.class);
		assertThat(refusal.valueType()).isEqualTo(Fussy.class);
	}

	@Test
	void collectionThatThrowsIsARefusalWithItsCause() {
		TreeMap<Object, Object> map = new TreeMap<>(Comparator.comparing((Object key) -> {
			if (Thread.currentThread().getName().equals("copying")) {
				throw new IllegalStateException("comparing");
			}
			return key.toString();
		}));
		map.put("a", list());
		map.put("b", list());
		String name = Thread.currentThread().getName();
		Thread.currentThread().setName("copying");
		try {
			assertThat(refusalOf(map)).hasCauseInstanceOf(IllegalStateException.class);
		}
		finally {
			Thread.currentThread().setName(name);
		}
	}

	@Test
	void recordsInModulesAreCopiedWhereOpenOrPublicAndElseSayWhatToOpen(@TempDir Path directory) throws Exception {
		ModuleLayer layer = compileShop(directory);
		Class<?> open = layer.findLoader("shop").loadClass("shop.open.Basket");
		Class<?> exported = layer.findLoader("shop").loadClass("shop.api.Basket");
		Class<?> closed = layer.findLoader("shop").loadClass("shop.closed.Basket");
		for (Class<?> type : List.of(open, exported)) {
			List<Object> content = list();
			Object copy = this.copier.copy(instance(layer, type, content));
			content.clear();
			assertThat(copy).hasToString("Basket[content=[x, y]]");
		}
		assertThat(refusalOf(instance(layer, closed, list())))
			.hasMessageContaining("opens shop.closed to io.coalestra.core")
			.hasMessageContaining("module shop");
		PayloadIsolation isolation = new PayloadIsolation(this.copier);
		assertThat(isolation.isShareable(instance(layer, open, List.of("a")))).isTrue();
		assertThat(isolation.isShareable(instance(layer, exported, List.of("a")))).isFalse();
	}

	private static Object instance(ModuleLayer layer, Class<?> type, List<Object> content) throws Exception {
		Class<?> factory = layer.findLoader("shop").loadClass("shop.api.Factory");
		return factory.getMethod("make", String.class, List.class).invoke(null, type.getPackageName(), content);
	}

	private static ModuleLayer compileShop(Path directory) throws IOException {
		Path sources = directory.resolve("src");
		Path classes = Files.createDirectories(directory.resolve("classes"));
		String basket = "; public record Basket(java.util.List<Object> content) { }";
		write(sources.resolve("module-info.java"), "module shop { exports shop.api; opens shop.open; }");
		write(sources.resolve("shop/api/Basket.java"), "package shop.api" + basket);
		write(sources.resolve("shop/open/Basket.java"), "package shop.open" + basket.replace("public", ""));
		write(sources.resolve("shop/open/Maker.java"),
				"package shop.open; public class Maker { public static Object make(java.util.List<Object> content) {"
						+ " return new Basket(content); } }");
		write(sources.resolve("shop/closed/Basket.java"), "package shop.closed" + basket);
		write(sources.resolve("shop/api/Factory.java"), """
				package shop.api;
				public class Factory {
					public static Object make(String where, java.util.List<Object> content) {
						return switch (where) {
							case "shop.api" -> new Basket(content);
							case "shop.open" -> shop.open.Maker.make(content);
							default -> new shop.closed.Basket(content);
						};
					}
				}
				""");
		JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
		try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null);
				Stream<Path> all = Files.walk(sources)) {
			List<Path> units = all.filter((file) -> file.toString().endsWith(".java")).toList();
			boolean compiled = compiler
				.getTask(null, files, null, List.of("-d", classes.toString(), "-proc:none"), null,
						files.getJavaFileObjectsFromPaths(units))
				.call();
			assertThat(compiled).isTrue();
		}
		ModuleLayer boot = ModuleLayer.boot();
		return boot.defineModulesWithOneLoader(
				boot.configuration().resolve(ModuleFinder.of(classes), ModuleFinder.of(), Set.of("shop")),
				ClassLoader.getSystemClassLoader());
	}

	private static void write(Path file, String text) throws IOException {
		Files.createDirectories(file.getParent());
		Files.writeString(file, text);
	}

	private PayloadIsolationException refusalOf(Object payload) {
		return catchThrowableOfType(PayloadIsolationException.class, () -> this.copier.copy(payload));
	}

	record Basket(String name, List<Object> content) {
	}

	record Holder(Object content, int number) {
	}

	@SuppressWarnings("ArrayRecordComponent")
	record Readings(double[] values) {
	}

	record Careful(List<Object> content) {

		Careful {
			content = new ArrayList<>(content);
		}

	}

	record Fussy(List<Object> content) {

		Fussy {
			if (content.isEmpty()) {
				throw new IllegalArgumentException("empty");
			}
		}

	}

	private record Hidden(List<Object> content) {
	}

	static final class Bean {

		private String name = "a";

		String name() {
			return this.name;
		}

		void name(String value) {
			this.name = value;
		}

	}

	static final class MyList extends ArrayList<Object> {

		private static final long serialVersionUID = 1L;

	}

}
