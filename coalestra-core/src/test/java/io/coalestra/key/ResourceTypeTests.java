package io.coalestra.key;

import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Types of resources, their payload types, and groups of them.
 */
class ResourceTypeTests {

	@Test
	void typesAreEqualByNamespaceAndNameAlone() {
		ResourceType<?> one = ResourceType.of("a", "b", String.class);
		ResourceType<?> other = ResourceType.of(" a ", "b ", Integer.class).normalizedBy(KeyNormalizer.LEGACY);
		assertThat((Object) one).isEqualTo(other).hasSameHashCodeAs(other).hasToString("a:b");
		assertThat(one.compareTo(other)).isZero();
		assertThat((Object) one).isNotEqualTo(ResourceType.of("a", "c", String.class))
			.isNotEqualTo(ResourceType.of("b", "b", String.class))
			.isNotEqualTo("a:b");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " ", "\t " })
	void blankPartsAreRefused(String blank) {
		assertThatIllegalArgumentException().isThrownBy(() -> ResourceType.of(blank, "b", String.class))
			.withMessageContaining("namespace")
			.withMessageContaining("not empty");
		assertThatIllegalArgumentException().isThrownBy(() -> ResourceType.of("a", blank, String.class))
			.withMessageContaining("name")
			.withMessageContaining("not empty");
	}

	@Test
	void partsThatTheNormaliserEmptiesAreRefused() {
		KeyNormalizer emptying = KeyNormalizer.uniform((text) -> "");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> ResourceType.of("a", "b", String.class).normalizedBy(emptying));
	}

	@Test
	void lengthLimitsAreInclusive() {
		assertThat(ResourceType.of("n".repeat(100), "m".repeat(100), String.class)).isNotNull();
		assertThatIllegalArgumentException().isThrownBy(() -> ResourceType.of("n".repeat(101), "m", String.class))
			.withMessageContaining("namespace: 101")
			.withMessageContaining("at most 100");
		assertThatIllegalArgumentException().isThrownBy(() -> ResourceType.of("n", "m".repeat(101), String.class))
			.withMessageContaining("name: 101");
	}

	@Test
	void nullPartsAreRefusedByName() {
		assertThatExceptionOfType(NullPointerException.class).isThrownBy(() -> ResourceType.of(null, "b", String.class))
			.withMessage("namespace");
		assertThatExceptionOfType(NullPointerException.class).isThrownBy(() -> ResourceType.of("a", null, String.class))
			.withMessage("name");
	}

	@Test
	void classAndTokenOfThatClassAreTheSamePayloadType() {
		PayloadType<String> token = new PayloadType<>() {
		};
		ResourceType<String> type = ResourceType.of("a", "b", String.class);
		assertThat(type.payloadType()).isEqualTo(token).hasSameHashCodeAs(token).hasToString("java.lang.String");
	}

	@Test
	void tokenCarriesTheFullTypeAndItsErasure() {
		PayloadType<Map<String, List<Integer>>> map = new PayloadType<>() {
		};
		assertThat(map.rawType()).isEqualTo(Map.class);
		assertThat(map.type().getTypeName())
			.isEqualTo("java.util.Map<java.lang.String, java.util.List<java.lang.Integer>>");
		PayloadType<List<String>[]> array = new PayloadType<>() {
		};
		assertThat(array.rawType()).isEqualTo(List[].class);
		PayloadType<int[]> primitives = new PayloadType<>() {
		};
		assertThat(primitives.rawType()).isEqualTo(int[].class);
	}

	@Test
	void tokensOfDifferentArgumentsDiffer() {
		PayloadType<List<String>> strings = new PayloadType<>() {
		};
		PayloadType<List<Integer>> numbers = new PayloadType<>() {
		};
		assertThat((Object) strings).isNotEqualTo(numbers);
	}

	@Test
	@SuppressWarnings({ "rawtypes", "unused" })
	void tokensWithoutADefiniteTypeAreRefused() {
		assertThatIllegalStateException().isThrownBy(() -> new PayloadType() {
		}).withMessageContaining("type argument");
		assertThatIllegalStateException().isThrownBy(IndirectToken::new).withMessageContaining("IndirectToken");
		assertThatIllegalArgumentException().isThrownBy(ResourceTypeTests::<String>tokenOfVariable)
			.withMessageContaining("T");
	}

	private static <T> PayloadType<T> tokenOfVariable() {
		return new PayloadType<>() {
		};
	}

	@Test
	void primitivePayloadTypeIsRefusedBecauseNoPayloadIsOne() {
		assertThatIllegalArgumentException().isThrownBy(() -> ResourceType.of("a", "b", int.class))
			.withMessageContaining("int")
			.withMessageContaining("wrapper");
	}

	@Test
	void groupNamesTheKeysOfOneInstance() {
		ResourceType<String> bid = ResourceType.of("market", "bid", String.class);
		ResourceType<String> ask = ResourceType.of("market", "ask", String.class);
		ResourceGroup group = ResourceGroup.of("quote", bid, ask);
		ResourceKey<String> key = ask.key("BTC").with("venue", "x");
		assertThat(group.membersOf(key)).containsExactly(bid.key("BTC").with("venue", "x"), key);
		assertThat(group.membersOf(key).get(1)).isSameAs(key);
	}

	@Test
	void groupKnowsOnlyKeysOfItsTypes() {
		ResourceGroup group = ResourceGroup.of("quote", ResourceType.of("market", "bid", String.class),
				ResourceType.of("market", "ask", String.class));
		ResourceKey<String> foreign = ResourceType.of("market", "depth", String.class).key("BTC");
		assertThatIllegalArgumentException().isThrownBy(() -> group.membersOf(foreign))
			.withMessageContaining("market:depth:BTC")
			.withMessageContaining("quote");
	}

	@Test
	void groupOfLessThanTwoDifferentTypesIsRefused() {
		ResourceType<String> bid = ResourceType.of("market", "bid", String.class);
		ResourceType<Integer> same = ResourceType.of("market", "bid", Integer.class);
		for (Runnable attempt : List.<Runnable>of(() -> ResourceGroup.of("quote"), () -> ResourceGroup.of("quote", bid),
				() -> ResourceGroup.of("quote", bid, same))) {
			assertThatIllegalArgumentException().isThrownBy(attempt::run)
				.withMessageContaining("quote")
				.withMessageContaining("at least two");
		}
		assertThatIllegalArgumentException().isThrownBy(() -> ResourceGroup.of(" ", bid, bid))
			.withMessageContaining("group name");
	}

	static class DirectToken<T> extends PayloadType<List<T>> {

	}

	static final class IndirectToken extends DirectToken<String> {

	}

}
