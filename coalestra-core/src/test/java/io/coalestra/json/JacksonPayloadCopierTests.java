package io.coalestra.json;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.coalestra.Coalestra;
import io.coalestra.failure.PayloadIsolationException;
import io.coalestra.key.ResourceKey;
import io.coalestra.key.ResourceType;
import io.coalestra.policy.Freshness;
import io.coalestra.snapshot.SnapshotBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Beans are copied whole or not at all.
 */
class JacksonPayloadCopierTests {

	private final JacksonPayloadCopier copier = new JacksonPayloadCopier();

	private static Order order() {
		Order order = new Order();
		order.id = 7;
		order.placed = ZonedDateTime.parse("2026-03-29T03:30:00.123456789+02:00[Europe/Berlin]");
		order.raw = new byte[] { 1, 2 };
		order.tags = new LinkedHashSet<>(List.of("z", "a"));
		order.lines.add(new Line("book", 2));
		order.byName.put("book", new Line("book", 2));
		return order;
	}

	@Test
	void aBeanIsCopiedDownToItsNestedBeansListsMapsAndArrays() {
		Order original = order();
		Order copy = this.copier.copy(original);
		assertThat(copy).isNotSameAs(original).usingRecursiveComparison().isEqualTo(original);
		copy.id = 8;
		copy.raw[0] = 9;
		copy.tags.add("b");
		copy.lines.getFirst().count = 3;
		copy.byName.get("book").count = 4;
		assertThat(original).usingRecursiveComparison().isEqualTo(order());
	}

	@Test
	void beansAreCopiedInsideOfCollectionsAndRecordsWhichAreCopiedWithoutJackson() {
		Line line = new Line("book", 2);
		Map<String, Object> original = new HashMap<>(Map.of("page", new Page(new ArrayList<>(List.of(line)), line)));
		Map<String, Object> copy = this.copier.copy(original);
		Page page = (Page) copy.get("page");
		assertThat(page.last()).isNotSameAs(line);
		assertThat(page.lines().getFirst()).as("shared as in the original").isSameAs(page.last());
		page.last().count = 3;
		assertThat(line.count).isEqualTo(2);
	}

	@Test
	void aSubclassThatItsFieldDoesNotDeclareIsRefusedAndNotCutDown() {
		Holder holder = new Holder();
		holder.line = new Discounted("book", 2, 10);
		assertThatExceptionOfType(PayloadIsolationException.class).isThrownBy(() -> this.copier.copy(holder))
			.withMessageContaining("Holder at payload: its copy by Jackson is not the same: ")
			.withMessageContaining("Discounted");
	}

	@Test
	void aBeanInAFieldOfNoTypeIsRefusedAndNotTurnedIntoAMap() {
		Holder holder = new Holder();
		holder.anything = new Line("book", 2);
		assertThatExceptionOfType(PayloadIsolationException.class).isThrownBy(() -> this.copier.copy(holder))
			.withMessageContaining("a map instead of")
			.satisfies((refused) -> assertThat(refused.valueType()).isEqualTo(Holder.class));
	}

	@ParameterizedTest
	@MethodSource("scalarsThatJsonDoesNotTellApart")
	void aScalarInAFieldOfNoTypeIsRefusedAndNotTurnedIntoAnother(Object scalar) {
		Holder holder = new Holder();
		holder.anything = scalar;
		assertRefused(holder, scalar.getClass());
		holder.anything = new ArrayList<>(List.of(scalar));
		assertRefused(holder, scalar.getClass());
		holder.anything = new HashMap<>(Map.of("is", scalar));
		assertRefused(holder, scalar.getClass());
		holder.anything = new HashMap<>(Map.of(scalar, "is"));
		assertRefused(holder, scalar.getClass());
	}

	static List<Object> scalarsThatJsonDoesNotTellApart() {
		return List.of(UUID.fromString("0c1b3b34-6e0c-4c42-ae2c-1f6ddc2c7f7e"), Instant.EPOCH, LocalDate.EPOCH,
				Duration.ofSeconds(1), TimeUnit.DAYS, URI.create("urn:a"), 'c', (byte) 1);
	}

	@ParameterizedTest
	@MethodSource("numbers")
	void aNumberKeepsItsClassAsAValueAndIsRefusedAsAKeyOfNoType(Number number) {
		Holder holder = new Holder();
		holder.anything = new ArrayList<>(List.of(number, new HashMap<>(Map.of("is", number))));
		assertThat(this.copier.copy(holder).anything).isEqualTo(holder.anything);
		Counter counter = new Counter();
		counter.value = number;
		assertThat(this.copier.copy(counter).value).isEqualTo(number);
		holder.anything = new HashMap<>(Map.of(number, "is"));
		assertRefused(holder, number.getClass());
	}

	static List<Number> numbers() {
		return List.of(1, Long.MAX_VALUE, 1L, (short) 1, 1.5, 1.5f, new BigDecimal("1.50"), BigInteger.TWO);
	}

	@Test
	void anAtomicNumberInAFieldOfAnyNumberIsRefused() {
		Counter counter = new Counter();
		counter.value = new AtomicInteger(1);
		assertRefused(counter, AtomicInteger.class);
	}

	@Test
	void scalarsOfDeclaredTypesAreCopied() {
		Declared declared = new Declared();
		declared.byDay.put(DayOfWeek.MONDAY, List.of(Instant.EPOCH));
		declared.byNumber.put(7L, UUID.fromString("0c1b3b34-6e0c-4c42-ae2c-1f6ddc2c7f7e"));
		declared.maybe = Optional.of(new BigDecimal("1.50"));
		assertThat(this.copier.copy(declared)).usingRecursiveComparison().isEqualTo(declared);
	}

	private void assertRefused(Object bean, Class<?> because) {
		assertThatExceptionOfType(PayloadIsolationException.class).as("%s", because.getName())
			.isThrownBy(() -> this.copier.copy(bean))
			.withMessageContaining("its copy by Jackson is not the same: ");
	}

	@Test
	void aClassThatCannotBeMadeAnewIsRefused() {
		assertThatExceptionOfType(PayloadIsolationException.class).isThrownBy(() -> this.copier.copy(new Runnable() {

			@Override
			public void run() {
			}

		})).withMessageContaining("Jackson cannot copy it");
	}

	@Test
	void aBeanThatContainsItselfIsRefused() {
		Holder holder = new Holder();
		holder.holder = holder;
		assertThatExceptionOfType(PayloadIsolationException.class).isThrownBy(() -> this.copier.copy(holder));
	}

	@Test
	void aBuilderCopiesBeansWhereJacksonIsPresent() {
		ResourceKey<Order> key = ResourceType.of("shop", "order", Order.class).key("7");
		try (SnapshotBuilder builder = Coalestra.builder().defaultFreshness(Freshness.forever()).build()) {
			Order own = order();
			builder.publisher().publish(key, own, "feed");
			own.id = 1;
			Order first = builder.build(key).get(key);
			first.lines.clear();
			Order second = builder.build(key).get(key);
			assertThat(second).usingRecursiveComparison().isEqualTo(order());
		}
	}

	static class Order {

		int id;

		ZonedDateTime placed;

		private byte[] raw;

		private Set<String> tags;

		private final List<Line> lines = new ArrayList<>();

		private final Map<String, Line> byName = new HashMap<>();

	}

	static class Line {

		private String article;

		private int count;

		private Line() {
		}

		Line(String article, int count) {
			this.article = article;
			this.count = count;
		}

		String article() {
			return this.article;
		}

	}

	static class Discounted extends Line {

		private int discount;

		private Discounted() {
		}

		Discounted(String article, int count, int discount) {
			super(article, count);
			this.discount = discount;
		}

		int discount() {
			return this.discount;
		}

	}

	static class Holder {

		private Line line;

		private Object anything;

		private Holder holder;

		List<Object> all() {
			return List.of(this.line, this.anything, this.holder);
		}

	}

	static class Counter {

		private Number value;

	}

	static class Declared {

		private final Map<DayOfWeek, List<Instant>> byDay = new HashMap<>();

		private final Map<Long, UUID> byNumber = new HashMap<>();

		Optional<BigDecimal> maybe = Optional.empty();

	}

	record Page(List<Line> lines, Line last) {
	}

}
