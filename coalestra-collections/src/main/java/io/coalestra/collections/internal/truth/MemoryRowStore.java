package io.coalestra.collections.internal.truth;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.coalestra.collections.option.LocalOptions;
import io.coalestra.collections.row.Row;
import io.coalestra.collections.row.RowKey;
import io.coalestra.collections.row.Table;
import io.coalestra.collections.store.RowWrite;
import io.coalestra.collections.store.WriteOutcome;
import io.coalestra.time.TimeSource;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a collection that has neither a store nor a shared tier: bounded, and for a
 * time, as it is configured. What is evicted is gone. Rows are written inside the map's
 * atomic change of their key; readers see them whole. Safe for concurrent use.
 */
public final class MemoryRowStore extends KeyedRowStore {

	private final Cache<RowKey, Row> rows;

	// Versions rise over all rows and lives of rows.
	private final AtomicLong versions = new AtomicLong();

	/**
	 * Makes a store.
	 * @param options how much it holds, and for how long
	 * @param time the clock
	 */
	public MemoryRowStore(LocalOptions options, TimeSource time) {
		Caffeine<Object, Object> caffeine = Caffeine.newBuilder()
			.ticker(time::monotonicNanos)
			.executor(Runnable::run)
			.expireAfterWrite(options.life());
		this.rows = switch (options.bound()) {
			case LocalOptions.Bound.Count count -> caffeine.maximumSize(count.rows()).build();
			case LocalOptions.Bound.Weight weight -> caffeine.maximumWeight(weight.most())
				.weigher((RowKey key, Row row) -> weight.weigher().weigh(row))
				.build();
		};
	}

	@Override
	public String name() {
		return "memory";
	}

	@Override
	public Map<RowKey, Row> fetch(Table table, Collection<RowKey> keys) {
		Map<RowKey, Row> found = LinkedHashMap.newLinkedHashMap(keys.size());
		keys.forEach((key) -> {
			Row row = this.rows.getIfPresent(key);
			if (row != null) {
				found.put(key, row);
			}
		});
		return found;
	}

	@Override
	public WriteOutcome write(RowWrite write) {
		RowDraft.requireNumbered(name(), write.table());
		AtomicReference<@Nullable WriteOutcome> outcome = new AtomicReference<>();
		Row before = this.rows.getIfPresent(write.key());
		// A refusal leaves the map alone: a change that keeps the row would renew it.
		WriteOutcome refused = refusal(write, before);
		if (refused != null) {
			return refused;
		}
		this.rows.asMap().compute(write.key(), (key, current) -> {
			WriteOutcome refusal = refusal(write, current);
			if (refusal != null) {
				outcome.set(refusal);
				return current;
			}
			Row given = written(write, current);
			Row row = (given != null) ? RowDraft.versioned(name(), given, this.versions.incrementAndGet()) : null;
			outcome.set((row != null) ? new WriteOutcome.Stored(key, row) : new WriteOutcome.Deleted(key));
			return row;
		});
		WriteOutcome answer = outcome.get();
		if (answer == null) {
			throw new IllegalStateException("row " + write.key() + ": not answered");
		}
		return answer;
	}

}
