package io.coalestra.tier;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.coalestra.key.PayloadType;
import org.junit.jupiter.api.Test;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DefaultTyping;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.jsontype.BasicPolymorphicTypeValidator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class JsonTierCodecTests {

	private static final PayloadType<Quote> QUOTE = new PayloadType<>() {
	};

	private final JsonTierCodec codec = new JsonTierCodec();

	@Test
	void recordsAndGenericTypesComeBackTyped() {
		Quote quote = new Quote("BTC", Instant.parse("2026-01-01T00:00:00.123456789Z"));
		assertThat(this.codec.decode(QUOTE, this.codec.encode(QUOTE, quote))).isEqualTo(quote);
		PayloadType<Map<String, List<Quote>>> generic = new PayloadType<>() {
		};
		Map<String, List<Quote>> quotes = Map.of("a", List.of(quote));
		assertThat(this.codec.decode(generic, this.codec.encode(generic, quotes))).isEqualTo(quotes);
	}

	@Test
	void unknownPropertiesAreIgnored() {
		assertThat(this.codec.decode(QUOTE, json("{'symbol':'BTC','venue':'x'}"))).isEqualTo(new Quote("BTC", null));
	}

	@Test
	void whatIsNoPayloadIsRefused() {
		assertThatExceptionOfType(JacksonException.class)
			.isThrownBy(() -> this.codec.decode(QUOTE, json("{'symbol':")));
		assertThatExceptionOfType(JacksonException.class).isThrownBy(() -> this.codec.decode(QUOTE, json("[1]")));
		assertThatIllegalArgumentException().isThrownBy(() -> this.codec.decode(QUOTE, json("null")));
	}

	@Test
	void classNamesInTheDataAreNotObeyed() {
		JsonMapper careless = JsonMapper.builder()
			.activateDefaultTyping(BasicPolymorphicTypeValidator.builder().allowIfBaseType(Object.class).build(),
					DefaultTyping.NON_FINAL)
			.build();
		PayloadType<List<Object>> open = new PayloadType<>() {
		};
		List<Object> read = new JsonTierCodec(careless).decode(open, json("[['java.util.ArrayList',['x']]]"));
		assertThat(read).containsExactly(List.of("java.util.ArrayList", List.of("x")));
		PayloadType<ByClass> byClass = new PayloadType<>() {
		};
		assertThatExceptionOfType(JacksonException.class).isThrownBy(
				() -> this.codec.decode(byClass, json("{'@class':'" + ByClass.Known.class.getName() + "','value':1}")));
	}

	@Test
	void subtypesAreFoundByTheNamesOfTheirAnnotations() {
		PayloadType<ByName> type = new PayloadType<>() {
		};
		assertThat(this.codec.decode(type, this.codec.encode(type, new ByName.One(1)))).isEqualTo(new ByName.One(1));
	}

	private static byte[] json(String text) {
		return text.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
	}

	record Quote(String symbol, Instant at) {
	}

	@JsonTypeInfo(use = JsonTypeInfo.Id.CLASS)
	interface ByClass {

		record Known(int value) implements ByClass {
		}

	}

	@JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
	@JsonSubTypes(@JsonSubTypes.Type(value = ByName.One.class, name = "one"))
	interface ByName {

		record One(int value) implements ByName {
		}

	}

}
