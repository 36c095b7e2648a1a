package io.coalestra.key;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Identity, qualifiers, limits and text of keys.
 */
class ResourceKeyTests {

	private static final ResourceType<String> CANDLES = ResourceType.of("market", "candles", String.class);

	@Test
	void keyWithoutSubjectRendersAsItsType() {
		assertThat(CANDLES.key()).hasToString("market:candles");
		assertThat(CANDLES.key("")).isEqualTo(CANDLES.key());
		assertThat(CANDLES.key("  ")).isEqualTo(CANDLES.key());
	}

	@Test
	void qualifiersRenderSortedAndFormEncoded() {
		Map<String, Object> qualifiers = new LinkedHashMap<>();
		qualifiers.put("limit", 500);
		qualifiers.put("interval", "1 m");
		qualifiers.put("empty", "");
		assertThat(CANDLES.key("BTCUSDT", qualifiers))
			.hasToString("market:candles:BTCUSDT?empty=&interval=1+m&limit=500");
	}

	@Test
	void separatorsInThePartsAreEscaped() {
		assertThat(ResourceType.of("a:b", "c?d", String.class).key("50%")).hasToString("a%3Ab:c%3Fd:50%25");
		assertThat(ResourceType.of("a", "b:c", String.class).key())
			.isNotEqualTo(ResourceType.of("a", "b", String.class).key("c"));
	}

	@Test
	void orderInWhichQualifiersAreGivenDoesNotMatter() {
		ResourceKey<String> one = CANDLES.key("x").with("a", 1).with("b", 2);
		ResourceKey<String> other = CANDLES.key("x").with("b", 2).with("a", 1);
		assertThat(one).isEqualTo(other).hasSameHashCodeAs(other).hasToString(other.toString());
		assertThat(one.qualifiers().keySet()).containsExactly("a", "b");
	}

	@Test
	void payloadTypeAndNormaliserAreNoPartOfTheIdentity() {
		ResourceKey<Integer> other = ResourceType.of("market", "candles", Integer.class)
			.normalizedBy(KeyNormalizer.CASE_INSENSITIVE)
			.key("x");
		assertThat((Object) CANDLES.key("x")).isEqualTo(other).hasSameHashCodeAs(other);
		assertThat(CANDLES.key("x").compareTo(other)).isZero();
	}

	@Test
	void everyPartTellsKeysApart() {
		assertThat(List.<Object>of(CANDLES.key(), CANDLES.key("x"), CANDLES.key("X"), CANDLES.key("x").with("a", 1),
				CANDLES.key("x").with("a", 2), CANDLES.key("x").with("b", 1), CANDLES.key("x").with("a", ""),
				ResourceType.of("market", "candle", String.class).key("x"),
				ResourceType.of("markets", "candles", String.class).key("x")))
			.doesNotHaveDuplicates();
		assertThat(CANDLES.key("x")).isNotEqualTo("market:candles:x").isNotEqualTo(null);
	}

	@Test
	void keysAreOrderedByNamespaceNameSubjectAndQualifiers() {
		ResourceType<String> b = ResourceType.of("b", "a", String.class);
		ResourceType<String> ab = ResourceType.of("a", "b", String.class);
		ResourceType<String> aa = ResourceType.of("a", "a", String.class);
		assertThat(List.<ResourceKey<?>>of(b.key(), ab.key(), aa.key("z"), aa.key("y").with("b", 1),
				aa.key("y").with("a", 2), aa.key("y").with("a", 1).with("b", 0), aa.key("y").with("a", 1), aa.key("y"),
				aa.key()))
			.isSortedAccordingTo((one, other) -> other.compareTo(one));
	}

	@Test
	void qualifierIsFoundByAnySpellingThatNormalisesToItsName() {
		ResourceKey<String> key = CANDLES.normalizedBy(KeyNormalizer.LEGACY).key("btc", Map.of(" Limit ", " A b "));
		assertThat(key.subject()).isEqualTo("BTC");
		assertThat(key.qualifier("LIMIT")).isEqualTo("A b");
		assertThat(key.qualifier("other")).isNull();
	}

	@Test
	void anotherSpellingOfAQualifiersNameReplacesIt() {
		ResourceKey<String> key = CANDLES.normalizedBy(KeyNormalizer.LEGACY).key("btc", Map.of("limit", 1));
		assertThat(key.with("LIMIT", 2)).hasToString("market:candles:BTC?limit=2");
		assertThat(key.with(Map.of("LIMIT", 3, "b", 4))).hasToString("market:candles:BTC?b=4&limit=3");
		assertThat(key.without("LIMIT")).hasToString("market:candles:BTC");
	}

	@Test
	void twoSpellingsOfOneNameInOneCallAreRefused() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> CANDLES.normalizedBy(KeyNormalizer.LEGACY).key("x", Map.of("a", 1, "A", 2)))
			.withMessageContaining("\"a\"")
			.withMessageContaining("twice");
	}

	@Test
	void removingAQualifierThatIsNotThereChangesNothing() {
		ResourceKey<String> key = CANDLES.key("x").with("a", 1);
		assertThat(key.without("b")).isEqualTo(key);
		assertThat(key.without()).isEqualTo(key);
	}

	@Test
	void removingAQualifierLeavesTheOthersExactlyAsTheyAre() {
		ResourceKey<String> key = CANDLES.normalizedBy(KeyNormalizer.uniform((text) -> text))
			.key(" x ", Map.of(" a ", " 1 ", "b", "2"));
		assertThat(key.without("b").qualifiers()).containsExactly(Map.entry(" a ", " 1 "));
		assertThat(key.without("b").subject()).isEqualTo(" x ");
	}

	@Test
	void derivedKeysKeepTypeAndNormaliser() {
		ResourceKey<String> key = CANDLES.normalizedBy(KeyNormalizer.LEGACY).key("btc");
		assertThat(key.with("a", 1).without("a").type().normalizer()).isEqualTo(KeyNormalizer.LEGACY);
		assertThat(key.with("A", 1).qualifier("a")).isEqualTo("1");
	}

	@Test
	void qualifiersCannotBeChangedThroughTheirView() {
		Map<String, String> view = CANDLES.key("x").with("a", 1).qualifiers();
		assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(() -> view.put("b", "2"));
	}

	@Test
	void changingTheMapThatWasHandedInChangesNothing() {
		Map<String, Object> qualifiers = new HashMap<>(Map.of("a", 1));
		ResourceKey<String> key = CANDLES.key("x", qualifiers);
		qualifiers.put("a", 2);
		assertThat(key.qualifier("a")).isEqualTo("1");
	}

	@Test
	void nullQualifiersAreRefusedByName() {
		Map<String, Object> qualifiers = new HashMap<>();
		qualifiers.put("limit", null);
		assertThatExceptionOfType(NullPointerException.class).isThrownBy(() -> CANDLES.key("x", qualifiers))
			.withMessageContaining("limit");
		Map<String, Object> nameless = new HashMap<>();
		nameless.put(null, 1);
		assertThatExceptionOfType(NullPointerException.class).isThrownBy(() -> CANDLES.key("x", nameless))
			.withMessageContaining("qualifier name");
	}

	@Test
	void keyOfAnotherTypeHasTheSameSubjectAndQualifiers() {
		ResourceType<Integer> other = ResourceType.of("market", "depth", Integer.class);
		assertThat(CANDLES.key("x").with("a", 1).of(other)).isEqualTo(other.key("x").with("a", 1));
	}

	@Test
	void normalisingAKeyNormalisesAllItsParts() {
		ResourceKey<String> key = ResourceType.of("Market", "Price", String.class)
			.key("Btc", Map.of("Interval", "1M"))
			.normalizedBy(KeyNormalizer.CASE_INSENSITIVE);
		assertThat(key).hasToString("market:price:btc?interval=1m");
	}

	@Test
	void everyLimitIsInclusive() {
		assertThat(CANDLES.key("s".repeat(ResourceKey.MAX_SUBJECT_LENGTH)).subject()).hasSize(512);
		assertThat(CANDLES.key()
			.with("n".repeat(ResourceKey.MAX_QUALIFIER_NAME_LENGTH),
					"v".repeat(ResourceKey.MAX_QUALIFIER_VALUE_LENGTH)))
			.isNotNull();
		assertThat(CANDLES.key("x", qualifiers(ResourceKey.MAX_QUALIFIERS)).qualifiers()).hasSize(16);
	}

	@Test
	void beyondEveryLimitIsRefusedWithThePartAndTheLimit() {
		assertRefused(() -> CANDLES.key("s".repeat(513)), "subject", "513", "at most 512");
		assertRefused(() -> CANDLES.key().with("n".repeat(65), ""), "qualifier name", "65", "at most 64");
		assertRefused(() -> CANDLES.key().with("name", "v".repeat(513)), "qualifier \"name\"", "513", "at most 512");
		assertRefused(() -> CANDLES.key("x", qualifiers(17)), "qualifiers", "17", "at most 16");
		assertRefused(() -> CANDLES.key("x", qualifiers(16)).with("one more", ""), "qualifiers", "17", "at most 16");
		assertRefused(() -> CANDLES.key().with(" ", "v"), "qualifier name", "not empty");
	}

	private static Map<String, Object> qualifiers(int count) {
		return IntStream.range(0, count).boxed().collect(Collectors.toMap((i) -> "q" + i, (i) -> i));
	}

	@Test
	void longestPossibleKeyCanBeParsedBack() {
		Map<String, String> qualifiers = IntStream.range(0, 16)
			.boxed()
			.collect(Collectors.toMap((i) -> "€".repeat(63) + (char) ('a' + i), (i) -> "€".repeat(512)));
		ResourceKey<String> key = ResourceType.of(":".repeat(100), "?".repeat(100), String.class)
			.key("%".repeat(512), qualifiers);
		assertThat(ResourceKey.parse(key.toString())).isEqualTo(key);
	}

	@ParameterizedTest
	@ValueSource(strings = { "a\u0000b", "a\nb", "\u001B[31m", "a\u007Fb", "a\u0085b", "\uD83D", "a\uDE00b",
			"\uDE00\uD83D", "\uD83D\uD83D\uDE00" })
	void controlCharactersAndTornSurrogatesAreRefusedInEveryPart(String text) {
		String hostile = "x" + text + "x";
		assertRefused(() -> CANDLES.key(hostile), "subject", "expected: none");
		assertRefused(() -> CANDLES.key().with(hostile, 1), "qualifier name", "expected: none");
		assertRefused(() -> CANDLES.key().with("a", hostile), "qualifier \"a\"", "expected: none");
		assertRefused(() -> ResourceType.of(hostile, "n", String.class), "namespace", "expected: none");
		assertRefused(() -> ResourceType.of("n", hostile, String.class), "name", "expected: none");
	}

	@Test
	void messagesAboutHugeTextAreShortAndOneLine() {
		String huge = "\n\u001B".repeat(1_000_000);
		for (Runnable attempt : List.<Runnable>of(() -> CANDLES.key(huge), () -> ResourceKey.parse(huge),
				() -> CANDLES.key().with("a", huge), () -> ResourceKey.parse("a:b?" + huge.substring(0, 1000)),
				() -> ResourceKey.parse("a:b:%" + huge.substring(0, 1000)))) {
			assertThatIllegalArgumentException().isThrownBy(attempt::run)
				.satisfies((refusal) -> assertThat(refusal.getMessage()).hasSizeLessThan(400)
					.doesNotContain("\n", "\u001B"));
		}
	}

	@Test
	void pairedSurrogatesAreText() {
		assertThat(CANDLES.key("\uD83D\uDE00").subject()).isEqualTo("\uD83D\uDE00");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "a", ":", "a:", ":b", "a:b:", "a:b:c:d", "a:b?", "a:b?x", "a:b?=1", "a:b?x=1&",
			"a:b?x=1&x=2", "a:b:%", "a:b:%4", "a:b:%41", "a:b:%3a", "a:b?x=%", "a:b?x=%zz", "a:b:\n", "a:b?x=%0A" })
	void textThatIsNoRenderingIsRefused(String text) {
		assertThatIllegalArgumentException().isThrownBy(() -> ResourceKey.parse(text))
			.withMessageContaining("(expected: ");
	}

	@Test
	void parsedKeyCarriesNoPayloadType() {
		assertThat(ResourceKey.parse("a:b:c?d=1").type().payloadType().rawType()).isEqualTo(Object.class);
	}

	@ParameterizedTest
	@MethodSource
	void builtInNormalisersSpellAsDocumented(KeyNormalizer normalizer, String expected) {
		ResourceKey<String> key = ResourceType.of(" Market ", " Price ", String.class)
			.normalizedBy(normalizer)
			.key(" Straße ", Map.of(" Interval ", " 1M "));
		assertThat(key).isEqualTo(ResourceKey.parse(expected));
	}

	static List<Object[]> builtInNormalisersSpellAsDocumented() {
		return List.of(new Object[] { KeyNormalizer.PRESERVE, "Market:Price:Straße?Interval=1M" },
				new Object[] { KeyNormalizer.LEGACY, "market:price:STRASSE?interval=1M" },
				new Object[] { KeyNormalizer.CASE_INSENSITIVE, "market:price:strasse?interval=1m" });
	}

	@Test
	void spellingsThatDifferOnlyInCaseAreOneKeyWhenCaseDoesNotMatter() {
		ResourceType<String> type = CANDLES.normalizedBy(KeyNormalizer.CASE_INSENSITIVE);
		assertThat(type.key("STRASSE")).isEqualTo(type.key("straße"));
		assertThat(type.key("ΣΑΣ")).isEqualTo(type.key("σας")).isEqualTo(type.key("σασ"));
	}

	private static void assertRefused(Runnable attempt, String... parts) {
		assertThatIllegalArgumentException().isThrownBy(attempt::run)
			.satisfies((refusal) -> assertThat(refusal.getMessage()).contains(parts));
	}

}
