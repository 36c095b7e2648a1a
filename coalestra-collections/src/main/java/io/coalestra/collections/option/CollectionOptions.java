package io.coalestra.collections.option;

import java.time.Duration;
import java.util.Objects;

import io.coalestra.collections.store.RowStore;
import io.coalestra.tier.coherence.TierGate;

/**
 * How a collection behaves. Immutable; each method returns new options.
 *
 * @param local what it keeps in memory
 * @param load how it loads what is not there
 * @param update how often changes are tried again
 * @param sharedLife how long the shared tier keeps its rows: at least the tier's longest
 * fill. With the life in memory, it bounds how long an old row may be served where a
 * process died between the store and the tier
 * @param flush when its writes reach the store
 * @param shared which shared tier it uses
 * @param store which store it uses; without one the shared tier is its truth, or memory
 * where there is no shared tier either
 */
public record CollectionOptions(LocalOptions local, LoadOptions load, UpdateOptions update, Duration sharedLife,
		FlushStrategy flush, TierChoice<TierGate> shared, TierChoice<RowStore> store) {

	/**
	 * The defaults of each part; five minutes in the shared tier; writes stored at once;
	 * the registry's tiers.
	 */
	public static final CollectionOptions DEFAULTS = new CollectionOptions(LocalOptions.DEFAULTS, LoadOptions.DEFAULTS,
			UpdateOptions.DEFAULTS, Duration.ofMinutes(5), FlushStrategy.ALWAYS, TierChoice.inherited(),
			TierChoice.inherited());

	/**
	 * Checks.
	 * @throws IllegalArgumentException if the shared life is not more than zero
	 */
	public CollectionOptions {
		Objects.requireNonNull(local, "local");
		Objects.requireNonNull(load, "load");
		Objects.requireNonNull(update, "update");
		Objects.requireNonNull(flush, "flush");
		Objects.requireNonNull(shared, "shared");
		Objects.requireNonNull(store, "store");
		if (sharedLife.isNegative() || sharedLife.isZero()) {
			throw new IllegalArgumentException("sharedLife: " + sharedLife + " (expected: more than zero)");
		}
	}

	/**
	 * Sets what is kept in memory.
	 * @param value the options
	 * @return the options
	 */
	public CollectionOptions local(LocalOptions value) {
		return new CollectionOptions(value, this.load, this.update, this.sharedLife, this.flush, this.shared,
				this.store);
	}

	/**
	 * Sets how rows are loaded.
	 * @param value the options
	 * @return the options
	 */
	public CollectionOptions load(LoadOptions value) {
		return new CollectionOptions(this.local, value, this.update, this.sharedLife, this.flush, this.shared,
				this.store);
	}

	/**
	 * Sets how often changes are tried again.
	 * @param value the options
	 * @return the options
	 */
	public CollectionOptions update(UpdateOptions value) {
		return new CollectionOptions(this.local, this.load, value, this.sharedLife, this.flush, this.shared,
				this.store);
	}

	/**
	 * Sets how long the shared tier keeps rows.
	 * @param span the span: at least the tier's longest fill
	 * @return the options
	 */
	public CollectionOptions sharedLife(Duration span) {
		return new CollectionOptions(this.local, this.load, this.update, span, this.flush, this.shared, this.store);
	}

	/**
	 * Sets when writes reach the store.
	 * @param value the strategy
	 * @return the options
	 */
	public CollectionOptions flush(FlushStrategy value) {
		return new CollectionOptions(this.local, this.load, this.update, this.sharedLife, value, this.shared,
				this.store);
	}

	/**
	 * Sets which shared tier is used.
	 * @param value the choice
	 * @return the options
	 */
	public CollectionOptions shared(TierChoice<TierGate> value) {
		return new CollectionOptions(this.local, this.load, this.update, this.sharedLife, this.flush, value,
				this.store);
	}

	/**
	 * Sets which store is used.
	 * @param value the choice
	 * @return the options
	 */
	public CollectionOptions store(TierChoice<RowStore> value) {
		return new CollectionOptions(this.local, this.load, this.update, this.sharedLife, this.flush, this.shared,
				value);
	}

}
