package io.coalestra.benchmarks;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.coalestra.key.ResourceKey;
import io.coalestra.key.ResourceType;

/**
 * The payload of all workloads: small and immutable.
 *
 * @param symbol what is quoted
 * @param price at what
 */
public record Quote(String symbol, double price) {

	/** The type of its resources. */
	public static final ResourceType<Quote> TYPE = ResourceType.of("market", "quote", Quote.class);

	static List<ResourceKey<?>> keys(int from, int to) {
		List<ResourceKey<?>> keys = new ArrayList<>(to - from);
		for (int i = from; i < to; i++) {
			keys.add(TYPE.key("symbol-" + i));
		}
		return keys;
	}

	static <K extends ResourceKey<?>> Map<K, Quote> read(Iterable<? extends K> keys, int size) {
		Map<K, Quote> quotes = HashMap.newHashMap(size);
		for (K key : keys) {
			quotes.put(key, new Quote(key.subject(), 1));
		}
		return quotes;
	}

}
