package io.coalestra.batch;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;

import io.coalestra.time.TimeSource;
import org.jspecify.annotations.Nullable;

/**
 * What a batcher was built with.
 */
record BatcherSettings<K, V>(String name, @Nullable Bulk<K, V> bulk, Limits limits, Grouping<K> grouping,
		@Nullable Duration callTimeout, Duration bulkTimeout, Duration closeGrace, Options options,
		List<Condition> refusals, List<Condition> bypasses, @Nullable Supplier<?> capture, @Nullable BulkAround around,
		List<BatchListener> listeners, BulkThreads threads, TimeSource time) {

	/**
	 * What is either so or not.
	 */
	record Options(boolean missingIsError, boolean sharesRunning, boolean interruptsAbandoned) {
	}

	/**
	 * A state of the caller's surroundings, with its name for the error.
	 */
	record Condition(String name, BooleanSupplier test) {
	}

	/**
	 * What tells which items may pool.
	 */
	record Grouping<K>(@Nullable Function<? super K, ?> byKey, @Nullable Supplier<?> byCaller) {

		boolean isNone() {
			return this.byKey == null && this.byCaller == null;
		}

		@Nullable Object of(K key) {
			Object first = (this.byKey != null) ? this.byKey.apply(key) : null;
			Object second = (this.byCaller != null) ? this.byCaller.get() : null;
			if (this.byKey == null || this.byCaller == null) {
				return (this.byKey != null) ? first : second;
			}
			return Arrays.asList(first, second);
		}

	}

}
