package io.coalestra.internal.isolation;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.AbstractMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Currency;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import io.coalestra.cache.PayloadCopier;
import io.coalestra.failure.PayloadIsolationException;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * What is shared, what is copied, and what a copier's failure comes to.
 */
class PayloadIsolationTests {

	private final PayloadIsolation isolation = new PayloadIsolation(new StructuralCopier());

	@ParameterizedTest
	@MethodSource
	void deeplyImmutablePayloadsAreShared(Object payload) {
		assertThat(this.isolation.isShareable(payload)).isTrue();
		assertThat(this.isolation.isolate(payload)).isSameAs(payload);
	}

	static Stream<Object> deeplyImmutablePayloadsAreShared() {
		return Stream.of("text", 1, 1L, 1.0, 1f, (byte) 1, (short) 1, 'c', true, new BigDecimal("1.10"), BigInteger.TEN,
				Instant.EPOCH, Duration.ZERO, LocalDate.EPOCH, ZonedDateTime.now(ZoneId.of("UTC")),
				ZoneId.of("Europe/Paris"), UUID.randomUUID(), URI.create("a:b"), Locale.ROOT,
				Currency.getInstance("EUR"), Pattern.compile("a"), DayOfWeek.MONDAY, Level.HIGH, String.class,
				OptionalInt.of(1), new Price("BTC", 1, Instant.EPOCH), new Tree("root", new Tree("leaf", null)),
				new Amount(BigDecimal.ONE), new Box(new Price("BTC", 1, Instant.EPOCH)), new Circle(new Point(1, 2)),
				new Names(List.of("a", "b")), new Names(Stream.of("a", "b").toList()), new Names(null), List.of(),
				List.of(1), List.of(1, 2).subList(0, 1), Stream.of("a", (String) null).toList(), Set.of("a", "b", "c"),
				Map.of("a", List.of(Set.of(1))), Map.entry("a", 1), Optional.empty(), Optional.of(new Names(List.of())),
				Collections.emptyList(), Collections.emptyNavigableMap(), Collections.singletonList("a"),
				Collections.nCopies(3, "a"), new AbstractMap.SimpleImmutableEntry<>("a", 1),
				new Labelled(new Circle(new Point(1, 2))));
	}

	@ParameterizedTest
	@MethodSource
	void payloadsThatMayChangeAreNotShared(Object payload) {
		assertThat(this.isolation.isShareable(payload)).isFalse();
		assertThat(this.isolation.isolate(payload)).isNotSameAs(payload);
	}

	static Stream<Object> payloadsThatMayChangeAreNotShared() {
		List<Object> list = new ArrayList<>(List.of("a"));
		return Stream.of(list, Collections.unmodifiableList(list), Collections.unmodifiableMap(new HashMap<>()),
				new int[] { 1 }, new Names(new ArrayList<>()), new Box(list), List.of(list), Map.of("a", list),
				Map.entry("a", list), Optional.of(list), Arrays.asList("a"), Named.of("array", new String[] { "a" }),
				new Tagged("a", new String[] { "b" }), new AtomicInteger(),
				List.of(Map.of("a", List.of(new Box(new Box(list))))));
	}

	@Test
	void subclassOfAValueClassIsNoProof() {
		BigDecimal sly = new SlyDecimal();
		assertThat(this.isolation.isShareable(sly)).isFalse();
		assertThat(this.isolation.isShareable(new Amount(sly))).isFalse();
		assertThat(this.isolation.isShareable(List.of(sly))).isFalse();
	}

	@Test
	void recordTypesThatReferToEachOtherAreProvenOnlyTogether() {
		List<Object> mutable = new ArrayList<>();
		assertThat(this.isolation.isShareable(new Left(new Right(null, "a"), mutable))).isFalse();
		assertThat(this.isolation.isShareable(new Right(new Left(null, mutable), "a"))).isFalse();
		assertThat(this.isolation.isShareable(new Right(new Left(null, List.of()), "a"))).isTrue();
	}

	@Test
	void accessorThatAnswersWithACopyProvesNothing() {
		List<String> mutable = new ArrayList<>(List.of("a"));
		Guarded guarded = new Guarded(mutable);
		assertThat(this.isolation.isShareable(guarded)).isFalse();
		Guarded copy = this.isolation.isolate(guarded);
		guarded.add("b");
		assertThat(copy.names()).containsExactly("a");
	}

	@Test
	void sharedPartsOfAWideImmutableGraphAreLookedAtOnce() {
		List<Object> level = List.of("leaf");
		for (int i = 0; i < 200; i++) {
			level = List.of(level, level, level);
		}
		assertThat(this.isolation.isShareable(level)).isTrue();
	}

	@Test
	void immutableNestingBeyondTheBoundIsNotProvenAndSaysSoWhenCopied() {
		Object nested = "leaf";
		for (int i = 0; i < 512; i++) {
			nested = List.of(nested);
		}
		assertThat(this.isolation.isShareable(nested)).isTrue();
		Object deeper = List.of(nested);
		assertThat(this.isolation.isShareable(deeper)).isFalse();
		assertThatExceptionOfType(PayloadIsolationException.class).isThrownBy(() -> this.isolation.isolate(deeper))
			.withMessageContaining("nested too deep")
			.withMessageContaining("512");
	}

	@Test
	void recordsProvenByTheirTypeAloneMayNestWithoutBound() {
		Tree tree = null;
		for (int i = 0; i < 100_000; i++) {
			tree = new Tree("node", tree);
		}
		assertThat(this.isolation.isShareable(tree)).isTrue();
	}

	@Test
	void copierIsAskedOnlyForWhatIsNotProven() {
		List<Object> asked = new ArrayList<>();
		PayloadIsolation counting = new PayloadIsolation(new PayloadCopier() {

			@Override
			public <T> T copy(T payload) {
				asked.add(payload);
				return payload;
			}

		});
		List<String> mutable = new ArrayList<>();
		counting.isolate("text");
		counting.isolate(List.of(1));
		counting.isolate(mutable);
		assertThat(asked).hasSize(1).first().isSameAs(mutable);
	}

	@Test
	void refusalOfTheCopierIsPassedOnAsItIs() {
		PayloadIsolationException refusal = new PayloadIsolationException("no", Thread.class, null);
		assertThat(failureOf(refusal)).isSameAs(refusal);
	}

	@Test
	void exceptionOfTheCopierNamesThePayloadsClassAndKeepsTheCause() {
		IllegalStateException cause = new IllegalStateException("broken");
		PayloadIsolationException failure = failureOf(cause);
		assertThat(failure).hasCause(cause).hasMessageContaining(ArrayList.class.getName());
		assertThat(failure.valueType()).isEqualTo(ArrayList.class);
	}

	@Test
	void checkedExceptionOfTheCopierIsAnIsolationFailureToo() {
		InterruptedException cause = new InterruptedException();
		PayloadIsolationException failure = failureOf(cause);
		assertThat(Thread.interrupted()).isTrue();
		assertThat(failure).hasCause(cause);
	}

	@Test
	void stackOverflowOfTheCopierIsAnIsolationFailure() {
		assertThat(failureOf(new StackOverflowError()).valueType()).isEqualTo(ArrayList.class);
	}

	@Test
	void aClassThatIsMissingAsItIsCopiedIsAnIsolationFailure() {
		NoClassDefFoundError missing = new NoClassDefFoundError("some/Part");
		assertThat(failureOf(missing)).hasCause(missing);
	}

	@Test
	void errorOfTheCopierPasses() {
		OutOfMemoryError error = new OutOfMemoryError("for a test");
		assertThatExceptionOfType(OutOfMemoryError.class).isThrownBy(() -> throwing(error).isolate(new ArrayList<>()))
			.isSameAs(error);
	}

	@Test
	void copierThatAnswersNullIsAnIsolationFailure() {
		PayloadIsolation broken = new PayloadIsolation(new PayloadCopier() {

			@Override
			public <T> T copy(T payload) {
				return null;
			}

		});
		PayloadIsolationException failure = catchThrowableOfType(PayloadIsolationException.class,
				() -> broken.isolate(new ArrayList<>()));
		assertThat(failure).hasMessageContaining("null");
		assertThat(failure.valueType()).isEqualTo(ArrayList.class);
	}

	private static PayloadIsolationException failureOf(Throwable thrown) {
		return catchThrowableOfType(PayloadIsolationException.class, () -> throwing(thrown).isolate(new ArrayList<>()));
	}

	private static PayloadIsolation throwing(Throwable thrown) {
		return new PayloadIsolation(new PayloadCopier() {

			@Override
			public <T> T copy(T payload) {
				throw PayloadIsolationTests.<RuntimeException>sneaky(thrown);
			}

		});
	}

	@SuppressWarnings({ "unchecked", "TypeParameterUnusedInFormals" }) // as Kotlin or
																		// Lombok would
																		// throw
	private static <X extends Throwable> X sneaky(Throwable thrown) throws X {
		throw (X) thrown;
	}

	enum Level {

		LOW, HIGH {

			@Override
			public String toString() {
				return "high";
			}

		}

	}

	record Price(String symbol, long cents, Instant at) {
	}

	record Tree(String name, Tree child) {
	}

	record Amount(BigDecimal value) {
	}

	record Box(Object content) {
	}

	record Names(List<String> names) {
	}

	@SuppressWarnings("ArrayRecordComponent")
	record Tagged(String name, String[] tags) {
	}

	record Left(Right right, List<Object> list) {
	}

	record Right(Left left, String name) {
	}

	record Point(int x, int y) {
	}

	sealed interface Shape permits Circle, Group {

	}

	record Circle(Point centre) implements Shape {
	}

	record Group(Shape first, Shape second) implements Shape {
	}

	record Labelled(Shape shape) {
	}

	record Guarded(List<String> names) {

		@Override
		public List<String> names() {
			return List.copyOf(this.names);
		}

		void add(String name) {
			this.names.add(name);
		}

	}

	static final class SlyDecimal extends BigDecimal {

		private static final long serialVersionUID = 1L;

		SlyDecimal() {
			super("1");
		}

	}

}
