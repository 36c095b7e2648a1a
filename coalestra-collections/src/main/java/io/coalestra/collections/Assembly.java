package io.coalestra.collections;

import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

import io.coalestra.collections.coherence.RowNotice;
import io.coalestra.collections.flush.WriteBehind;
import io.coalestra.collections.internal.engine.AbstractRows;
import io.coalestra.collections.internal.engine.Parts;
import io.coalestra.collections.internal.engine.Shape;
import io.coalestra.collections.internal.engine.StoredRows;
import io.coalestra.collections.internal.shared.SharedRows;
import io.coalestra.collections.internal.truth.MemoryRowStore;
import io.coalestra.collections.internal.truth.TierRowStore;
import io.coalestra.collections.option.CollectionOptions;
import io.coalestra.collections.option.FlushStrategy;
import io.coalestra.collections.option.TierChoice;
import io.coalestra.collections.row.Table;
import io.coalestra.collections.store.RowStore;
import io.coalestra.collections.transaction.Transactions;
import io.coalestra.tier.coherence.TierGate;
import io.coalestra.time.TimeSource;
import org.jspecify.annotations.Nullable;

/**
 * Makes collections of what a registry has and what their options choose.
 *
 * @param store the store of collections that name no other
 * @param gate the way to the shared tier of collections that name no other
 * @param writeBehind what defers writes
 * @param transactions the transactions of the surroundings
 * @param time the clock
 * @param executor runs asynchronous calls
 * @param notices takes what other nodes are to be told
 */
record Assembly(@Nullable RowStore store, @Nullable TierGate gate, @Nullable WriteBehind writeBehind,
		Transactions transactions, TimeSource time, Executor executor, Consumer<List<RowNotice>> notices) {

	private static final String SPACE = "collection.";

	<K, R> AbstractRows<K, R> collection(String name, Shape<K, R> shape, CollectionOptions options) {
		RowStore chosenStore = chosen(options.store(), this.store);
		TierGate chosenGate = chosen(options.shared(), this.gate);
		Parts.SharedSpace shared = (chosenGate != null && chosenStore != null) ? (table,
				repaired) -> new SharedRows(chosenGate, SPACE + name, table, options.sharedLife(), this.time, repaired)
				: null;
		Parts parts = new Parts(name, options.local(), options.load(), options.update(), shared,
				deferral(name, shape.table(), options), this.transactions, this.notices, this.time, this.executor);
		return new StoredRows<>(parts, shape, (chosenStore != null) ? chosenStore : truth(name, chosenGate, options));
	}

	private static <T> @Nullable T chosen(TierChoice<T> choice, @Nullable T inherited) {
		return switch (choice) {
			case TierChoice.Inherited<T> same -> inherited;
			case TierChoice.None<T> none -> null;
			case TierChoice.Given<T>(T tier) -> tier;
		};
	}

	private RowStore truth(String name, @Nullable TierGate chosenGate, CollectionOptions options) {
		return (chosenGate != null) ? new TierRowStore(chosenGate, SPACE + name, options.sharedLife())
				: new MemoryRowStore(options.local(), this.time);
	}

	private Parts.@Nullable Deferral deferral(String name, Table table, CollectionOptions options) {
		if (options.flush() == FlushStrategy.ALWAYS) {
			return null;
		}
		if (this.writeBehind == null) {
			throw new IllegalArgumentException("collection " + name + ", flush: " + options.flush()
					+ " (expected: ALWAYS, as the registry has nothing that defers writes)");
		}
		if (table.versionColumn() == null) {
			// A deferred write is of the whole row, and nothing would show that another
			// node has written it meanwhile.
			throw new IllegalArgumentException("collection " + name + ", flush: " + options.flush()
					+ " (expected: ALWAYS, as table " + table.name() + " has no version column)");
		}
		return new Parts.Deferral(this.writeBehind, options.flush());
	}

}
