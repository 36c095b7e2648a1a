package io.coalestra.collections.flush;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;

import io.coalestra.collections.row.ColumnTrait;
import io.coalestra.collections.row.ColumnType;
import io.coalestra.collections.row.Json;
import io.coalestra.collections.row.Row;
import io.coalestra.collections.row.ScalarType;
import io.coalestra.collections.row.Table;
import io.coalestra.collections.store.RowWrite;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class MatchTests {

	private static final Table DOCUMENTS = Table.named("documents")
		.column("id", ScalarType.BIGINT)
		.column("doc", ScalarType.JSON)
		.column("price", ScalarType.DECIMAL)
		.column("docs", new ColumnType.ArrayOf(ScalarType.JSON), ColumnTrait.NULLABLE)
		.column("version", ScalarType.BIGINT)
		.version("version")
		.build();

	private static Row row(String doc) {
		return DOCUMENTS.row(Map.of("id", 1L, "doc", new Json(doc), "price", new BigDecimal("1.50"), "docs",
				List.of(new Json(doc))));
	}

	private static boolean matches(String given, String stored) {
		Row there = row(stored).with("price", new BigDecimal("1.5")).with("version", 77L);
		return Match.isResult(there, RowWrite.Insert.of(row(given)));
	}

	@Test
	void anInsertedDocumentIsKnownInTheFormThatADatabaseGivesIt() {
		assertThat(matches("{\"b\":[1.0, true,null],\"a\":\"\\u00e4\\/\\n\"}",
				"{\"a\": \"\u00e4/\\n\", \"b\": [1.0, true, null]}"))
			.isTrue();
		assertThat(matches("{\"a\":1,\"a\":1e2}", "{\"a\": 100}")).as("the last of one name").isTrue();
		assertThat(matches(" [ ] ", "[]")).isTrue();
		assertThat(matches("{ }", "{}")).isTrue();
	}

	@Test
	void anotherDocumentIsNot() {
		assertThat(matches("{\"a\":1}", "{\"a\": 2}")).isFalse();
		assertThat(matches("{\"a\":1}", "{\"a\": \"1\"}")).isFalse();
		assertThat(matches("[1,2]", "[2, 1]")).isFalse();
		assertThat(matches("\"null\"", "null")).isFalse();
		assertThat(matches("{\"a\":null}", "{}")).isFalse();
		assertThat(matches("[0]", "[false]")).isFalse();
	}

	@Test
	void whatCannotBeReadOrIsNestedTooDeepIsComparedAsText() {
		for (String text : List.of("", "{", "[1", "{\"a\" 1}", "\"a", "tru", "[1] 2", "\"\\u12\"", "1.2.3")) {
			assertThat(JsonText.same(text, text)).isTrue();
			assertThat(JsonText.same(text, "[1]")).as(text).isFalse();
		}
		String deep = "[".repeat(100_000) + "]".repeat(100_000);
		assertThat(JsonText.same(deep, deep)).isTrue();
		assertThat(JsonText.same(deep, deep + " ")).isFalse();
	}

}
