package io.coalestra.policy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

import io.coalestra.key.ResourceKey;
import io.coalestra.key.ResourceType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Which policy a key gets, and which pattern is the most specific.
 */
class KeyPoliciesTests {

	private static final ResourceType<String> PRICE = ResourceType.of("market", "price", String.class);

	private static final ResourceType<String> DEPTH = ResourceType.of("market", "depth", String.class);

	private static final ResourceType<String> OTHER = ResourceType.of("ledger", "price", String.class);

	private static final ResourceType<String> ELSE = ResourceType.of("ledger", "account", String.class);

	private static final KeyPolicies<String> ALL = KeyPolicies.of("default")
		.with(KeyPattern.parse("*"), "everything")
		.with(KeyPattern.parse("*:price"), "name")
		.with(KeyPattern.parse("market:*"), "namespace")
		.with(KeyPattern.parse("market:price"), "type")
		.with((key) -> key.subject().startsWith("f") ? "function" : null)
		.with(PRICE.key("exact"), "key")
		.with(PRICE.key("f-exact"), "key");

	@Test
	void exactKeyComesFirstThenTheFunctionThenTheMostSpecificPattern() {
		assertThat(ALL.of(PRICE.key("exact"))).isEqualTo("key");
		assertThat(ALL.of(PRICE.key("f-exact"))).isEqualTo("key");
		assertThat(ALL.of(PRICE.key("f"))).isEqualTo("function");
		assertThat(ALL.of(PRICE.key("x"))).isEqualTo("type");
		assertThat(ALL.of(DEPTH.key("x"))).isEqualTo("namespace");
		assertThat(ALL.of(OTHER.key("x"))).isEqualTo("name");
		assertThat(ALL.of(ELSE.key("x"))).isEqualTo("everything");
	}

	@Test
	void defaultServesWhereNothingElseMatches() {
		KeyPolicies<String> policies = KeyPolicies.of("default").with(KeyPattern.parse("market:*"), "namespace");
		assertThat(policies.of(ELSE.key())).isEqualTo("default");
		assertThat(policies.orElse("other").of(ELSE.key())).isEqualTo("other");
		assertThat(policies.orElse("other").of(PRICE.key())).isEqualTo("namespace");
		assertThat(policies.defaultPolicy()).isEqualTo("default");
	}

	@Test
	void exactKeyIncludesItsQualifiers() {
		KeyPolicies<String> policies = KeyPolicies.of("default").with(PRICE.key("x").with("a", 1), "key");
		assertThat(policies.of(PRICE.key("x"))).isEqualTo("default");
		assertThat(policies.of(PRICE.key("x").with("a", 1))).isEqualTo("key");
	}

	@Test
	void functionIsNotAskedForExactKeys() {
		List<ResourceKey<?>> asked = new ArrayList<>();
		KeyPolicies<String> policies = KeyPolicies.of("default").with(PRICE.key("exact"), "key").with((key) -> {
			asked.add(key);
			return null;
		});
		policies.of(PRICE.key("exact"));
		policies.of(PRICE.key("x"));
		assertThat(asked).containsExactly(PRICE.key("x"));
	}

	@Test
	void laterPolicyForTheSameKeyOrPatternReplacesTheEarlier() {
		KeyPolicies<String> policies = KeyPolicies.of("default")
			.with(PRICE.key(), "one")
			.with(PRICE.key(), "two")
			.with(KeyPattern.parse("market:*"), "three")
			.with(KeyPattern.parse(" market:* "), "four");
		assertThat(policies.of(PRICE.key())).isEqualTo("two");
		assertThat(policies.of(DEPTH.key())).isEqualTo("four");
	}

	@Test
	void eachMethodLeavesTheOriginalAsItWas() {
		KeyPolicies<String> original = KeyPolicies.of("default");
		original.with(PRICE.key(), "key");
		original.with(KeyPattern.parse("*"), "everything");
		original.with((key) -> "function");
		original.orElse("other");
		assertThat(original.of(PRICE.key())).isEqualTo("default");
	}

	@Test
	void nullPoliciesAreRefused() {
		KeyPolicies<String> policies = KeyPolicies.of("default");
		for (Runnable attempt : List.<Runnable>of(() -> KeyPolicies.of((String) null), () -> policies.orElse(null),
				() -> policies.with(PRICE.key(), null), () -> policies.with(KeyPattern.parse("*"), null))) {
			assertThatExceptionOfType(NullPointerException.class).isThrownBy(attempt::run)
				.withMessageContaining("policy");
		}
	}

	@ParameterizedTest
	@CsvSource({ "market:price,true", "market:*,true", "*:price,true", "*:*,true", "*,true", "market:depth,false",
			"ledger:*,false", "*:depth,false", "Market:price,false", "market:pric,false" })
	void patternMatchesWholePartsExactly(String pattern, boolean matches) {
		assertThat(KeyPattern.parse(pattern).matches(PRICE)).isEqualTo(matches);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " ", "market", ":", "market:", ":price", "a:b:c", "mar*:price", "market:pr*", "**",
			"market: ", " : " })
	void textThatIsNoPatternIsRefused(String text) {
		assertThatIllegalArgumentException().isThrownBy(() -> KeyPattern.parse(text)).withMessageContaining("pattern");
	}

	@Test
	void whitespaceAroundThePartsOfAPatternDoesNotMatter() {
		assertThat(KeyPattern.parse(" market : price ")).isEqualTo(new KeyPattern("market", "price"));
		assertThat(KeyPattern.parse(" * ")).isEqualTo(new KeyPattern("*", "*"));
	}

	@Test
	void moreSpecificPatternsComeFirst() {
		List<KeyPattern> ordered = List.of(KeyPattern.parse("a:b"), KeyPattern.parse("a:c"), KeyPattern.parse("b:a"),
				KeyPattern.parse("a:*"), KeyPattern.parse("b:*"), KeyPattern.parse("*:a"), KeyPattern.parse("*:b"),
				KeyPattern.parse("*"));
		List<KeyPattern> shuffled = new ArrayList<>(ordered);
		Collections.shuffle(shuffled, new Random(1));
		Collections.sort(shuffled);
		assertThat(shuffled).isEqualTo(ordered);
	}

	@Test
	void patternRendersAsItIsParsed() {
		for (String text : new String[] { "a:b", "a:*", "*:b", "*:*" }) {
			assertThat(KeyPattern.parse(text)).hasToString(text);
		}
	}

}
