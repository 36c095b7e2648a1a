package io.coalestra.collections.internal.engine;

import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

import io.coalestra.collections.coherence.RowNotice;
import io.coalestra.collections.flush.WriteBehind;
import io.coalestra.collections.internal.shared.SharedRows;
import io.coalestra.collections.option.FlushStrategy;
import io.coalestra.collections.option.LoadOptions;
import io.coalestra.collections.option.LocalOptions;
import io.coalestra.collections.option.UpdateOptions;
import io.coalestra.collections.row.RowKey;
import io.coalestra.collections.row.Table;
import io.coalestra.collections.transaction.Transactions;
import io.coalestra.time.TimeSource;
import org.jspecify.annotations.Nullable;

/**
 * What a collection is made of, as its registry has settled it.
 *
 * @param name its name
 * @param local its memory
 * @param load how it loads
 * @param update how often it tries
 * @param shared its part of the shared tier, or null for none
 * @param deferral what defers its writes, or null where they are stored at once
 * @param transactions the transactions of its surroundings
 * @param notices takes what other nodes are to be told
 * @param time the clock
 * @param executor runs asynchronous calls
 */
public record Parts(String name, LocalOptions local, LoadOptions load, UpdateOptions update,
		@Nullable SharedSpace shared, @Nullable Deferral deferral, Transactions transactions,
		Consumer<List<RowNotice>> notices, TimeSource time, Executor executor) {

	/**
	 * What defers writes, and until when.
	 *
	 * @param writeBehind keeps them
	 * @param strategy until when
	 */
	public record Deferral(WriteBehind writeBehind, FlushStrategy strategy) {
	}

	/**
	 * A collection's part of the shared tier.
	 */
	@FunctionalInterface
	public interface SharedSpace {

		/**
		 * Opens it.
		 */
		SharedRows rows(Table table, Consumer<List<RowKey>> repaired);

	}

}
