package io.coalestra.batch;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Answers a batch.
 *
 * @param <K> the keys' type
 * @param <V> the values' type
 */
interface Bulk<K, V> {

	/** Returns the keys to ask for. */
	List<K> keysOf(List<Call<K, V>> calls);

	/** Asks for the keys of the calls. */
	Answer<K, V> ask(List<K> keys, List<Call<K, V>> calls) throws Exception;

	/** Asks a bulk function for each key once. */
	static <K, V> Bulk<K, V> ofDistinct(BulkFunction<K, Answer<K, V>> function) {
		return new Bulk<>() {

			@Override
			public List<K> keysOf(List<Call<K, V>> calls) {
				return distinctKeys(calls);
			}

			@Override
			public Answer<K, V> ask(List<K> keys, List<Call<K, V>> calls) throws Exception {
				return function.apply(keys);
			}

		};
	}

	/** Asks a bulk function for each caller's key. */
	static <K, V> Bulk<K, V> ofPositions(BulkFunction<K, Answer<K, V>> function) {
		return new Bulk<>() {

			@Override
			public List<K> keysOf(List<Call<K, V>> calls) {
				return allKeys(calls);
			}

			@Override
			public Answer<K, V> ask(List<K> keys, List<Call<K, V>> calls) throws Exception {
				return function.apply(keys);
			}

		};
	}

	/** Returns the keys without duplicates, in order of first arrival. */
	static <K, V> List<K> distinctKeys(List<Call<K, V>> calls) {
		if (calls.size() == 1) {
			return List.of(calls.get(0).key);
		}
		DistinctKeys<K> keys = new DistinctKeys<>(calls.size());
		for (Call<K, V> call : calls) {
			keys.add(call.key);
		}
		return keys.inOrder();
	}

	/** Returns every caller's key, in order of arrival. */
	static <K, V> List<K> allKeys(List<Call<K, V>> calls) {
		List<K> keys = new ArrayList<>(calls.size());
		for (Call<K, V> call : calls) {
			keys.add(call.key);
		}
		return Collections.unmodifiableList(keys);
	}

}
