package io.coalestra.collections;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

import io.coalestra.collections.access.RowCollection;
import io.coalestra.collections.access.UnknownCollectionException;
import io.coalestra.collections.coherence.NoticeTransport;
import io.coalestra.collections.coherence.RowNotice;
import io.coalestra.collections.coherence.TierNotices;
import io.coalestra.collections.flush.WriteBehind;
import io.coalestra.collections.internal.engine.AbstractRows;
import io.coalestra.collections.internal.engine.Shape;
import io.coalestra.collections.mapping.RowMapping;
import io.coalestra.collections.option.CollectionOptions;
import io.coalestra.collections.row.Row;
import io.coalestra.collections.row.RowKey;
import io.coalestra.collections.row.Table;
import io.coalestra.collections.store.RowStore;
import io.coalestra.collections.transaction.Transactions;
import io.coalestra.tier.SharedTier;
import io.coalestra.tier.coherence.TierGate;
import io.coalestra.time.TimeSource;
import org.jspecify.annotations.Nullable;

/**
 * Makes collections, and knows them by name.
 *
 * <pre>{@code
 * CollectionRegistry registry = CollectionRegistry.builder()
 *     .store(store)
 *     .sharedTier(tier)
 *     .options("accounts", (options) -> options.local(LocalOptions.DEFAULTS.maxRows(100_000)))
 *     .build();
 * RowCollection<RowKey, Row> accounts = registry.rows(ACCOUNTS);
 * }</pre>
 *
 * Everything is settled before the first collection is made, and a collection has what
 * was settled for it from its first call on. Collections of one name on several nodes are
 * the same collection. The store, the shared tier and what defers writes are the
 * application's, and stay open when the registry is closed. Safe for concurrent use.
 */
public final class CollectionRegistry implements AutoCloseable {

	// By the machine's clock: whoever closes does not wait for one that is steered.
	private static final Duration LAST_WORDS = Duration.ofSeconds(2);

	private final Builder settings;

	private final Assembly assembly;

	// Collections are added while they are registered and never replaced.
	private final Map<String, AbstractRows<?, ?>> collections = new ConcurrentSkipListMap<>();

	private final NoticeTransport.@Nullable Channel notices;

	private CollectionRegistry(Builder settings) {
		this.settings = settings;
		this.assembly = new Assembly(settings.store, settings.gate, settings.writeBehind, settings.transactions,
				settings.time, (settings.executor != null) ? settings.executor : ownThreads(), this::tell);
		NoticeTransport transport = settings.transport();
		this.notices = (transport != null) ? transport.open(new Ear()) : null;
	}

	private static Executor ownThreads() {
		ThreadFactory threads = Thread.ofVirtual().name("coalestra-collections").factory();
		return (task) -> threads.newThread(task).start();
	}

	/**
	 * Begins a registry.
	 * @return a builder
	 */
	public static Builder builder() {
		return new Builder();
	}

	/**
	 * Makes a collection of rows as they are in the table, named as the table is.
	 * @param table the table
	 * @return the collection
	 * @throws IllegalArgumentException if there is a collection of the name, or its
	 * options ask for what the registry does not have
	 */
	public RowCollection<RowKey, Row> rows(Table table) {
		return rows(RowMapping.of(table));
	}

	/**
	 * Makes a collection of rows as a mapping has them, of records for example, named as
	 * the table is.
	 * @param <K> the keys' type
	 * @param <R> the rows' type
	 * @param mapping converts between the application's rows and the table's
	 * @return the collection
	 * @throws IllegalArgumentException if there is a collection of the name, or its
	 * options ask for what the registry does not have
	 */
	public <K, R> RowCollection<K, R> rows(RowMapping<K, R> mapping) {
		return rows(mapping.table().name(), mapping);
	}

	/**
	 * Makes a collection.
	 * @param <K> the keys' type
	 * @param <R> the rows' type
	 * @param name its name, the same on every node
	 * @param mapping how keys and rows look to the application
	 * @return the collection
	 * @throws IllegalArgumentException if there is a collection of the name, or its
	 * options ask for what the registry does not have
	 */
	public <K, R> RowCollection<K, R> rows(String name, RowMapping<K, R> mapping) {
		if (name.isBlank()) {
			throw new IllegalArgumentException("name: \"" + name + "\" (expected: not blank)");
		}
		Shape<K, R> shape = new Shape<>(mapping);
		CollectionOptions options = this.settings.optionsOf(name);
		synchronized (this.collections) {
			if (this.collections.containsKey(name)) {
				throw new IllegalArgumentException(
						"collection: \"" + name + "\", registered already (expected: a name of its own)");
			}
			AbstractRows<K, R> made = this.assembly.collection(name, shape, options);
			this.collections.put(name, made);
			return made;
		}
	}

	private void tell(List<RowNotice> told) {
		if (this.notices != null) {
			this.notices.tell(told);
		}
	}

	/**
	 * Returns a collection.
	 * @param name its name
	 * @return the collection
	 * @throws UnknownCollectionException if there is none of the name
	 */
	public RowCollection<?, ?> collection(String name) {
		RowCollection<?, ?> found = this.collections.get(name);
		if (found == null) {
			throw new UnknownCollectionException(name, this.collections.keySet());
		}
		return found;
	}

	/**
	 * Returns all collections.
	 * @return the collections, by name, unmodifiable
	 */
	public Collection<RowCollection<?, ?>> collections() {
		return List.copyOf(this.collections.values());
	}

	/**
	 * Checks that options were given for no other collections than there are.
	 * @throws IllegalArgumentException if a name matches none
	 */
	public void requireOptionsMatched() {
		List<String> unmatched = new ArrayList<>(this.settings.overrides.keySet());
		unmatched.removeAll(this.collections.keySet());
		if (!unmatched.isEmpty()) {
			throw new IllegalArgumentException(
					"options of collections: " + unmatched + " (expected: of " + this.collections.keySet() + ")");
		}
	}

	/**
	 * Ends telling and hearing, and the loads that are in progress. What defers writes is
	 * to be closed before. Waits, for three seconds at most, until the other nodes have
	 * been told of what was written and that this one leaves: they hear nothing of it
	 * later.
	 */
	@Override
	public void close() {
		if (this.notices != null) {
			CompletableFuture
				.allOf(this.collections.values().stream().map(AbstractRows::told).toArray(CompletableFuture[]::new))
				.completeOnTimeout(null, LAST_WORDS.toMillis(), TimeUnit.MILLISECONDS)
				.join();
			this.notices.close();
		}
		this.collections.values().forEach(AbstractRows::close);
	}

	@Override
	public String toString() {
		return "CollectionRegistry" + this.collections.keySet();
	}

	private final class Ear implements NoticeTransport.Listener {

		@Override
		public void changed(List<RowNotice> notices) {
			for (RowNotice notice : notices) {
				AbstractRows<?, ?> collection = CollectionRegistry.this.collections.get(notice.collection());
				if (collection != null) {
					collection.heard(notice.key());
				}
			}
		}

		@Override
		public void doubted(String reason) {
			CollectionRegistry.this.collections.values().forEach(AbstractRows::doubted);
		}

	}

	/**
	 * Settles what collections are made of. Not safe for concurrent use.
	 */
	public static final class Builder {

		private CollectionOptions defaults = CollectionOptions.DEFAULTS;

		private final Map<String, UnaryOperator<CollectionOptions>> overrides = new TreeMap<>();

		private @Nullable RowStore store;

		private @Nullable TierGate gate;

		// Until the registry is built, and its time is known.
		private @Nullable SharedTier tier;

		private @Nullable NoticeTransport transport;

		private Duration heartbeat = Duration.ofSeconds(2);

		private Transactions transactions = Transactions.NONE;

		private @Nullable WriteBehind writeBehind;

		private TimeSource time = TimeSource.system();

		private @Nullable Executor executor;

		private Builder() {
		}

		/**
		 * Sets the options of all collections that have no others.
		 * @param value the options
		 * @return this
		 */
		public Builder defaults(CollectionOptions value) {
			this.defaults = Objects.requireNonNull(value, "defaults");
			return this;
		}

		/**
		 * Sets what is otherwise for one collection. Of several calls for a name, each
		 * goes on from the one before.
		 * @param collection the collection's name
		 * @param change changes the defaults
		 * @return this
		 */
		public Builder options(String collection, UnaryOperator<CollectionOptions> change) {
			Objects.requireNonNull(change, "change");
			this.overrides.merge(collection, change,
					(first, second) -> (options) -> second.apply(first.apply(options)));
			return this;
		}

		/**
		 * Sets the store of collections that name no other.
		 * @param value the store
		 * @return this
		 */
		public Builder store(RowStore value) {
			this.store = Objects.requireNonNull(value, "store");
			return this;
		}

		/**
		 * Sets the shared tier of collections that name no other. Notices go through it,
		 * unless {@link #notices} says otherwise.
		 * @param value the way to the tier
		 * @return this
		 */
		public Builder sharedTier(TierGate value) {
			this.gate = Objects.requireNonNull(value, "sharedTier");
			this.tier = null;
			return this;
		}

		/**
		 * Sets the shared tier of collections that name no other, behind a gate with the
		 * default limits and the registry's time. Notices go through it, unless
		 * {@link #notices} says otherwise.
		 * @param value the tier; stays open when the registry is closed
		 * @return this
		 */
		public Builder sharedTier(SharedTier value) {
			this.tier = Objects.requireNonNull(value, "sharedTier");
			this.gate = null;
			return this;
		}

		/**
		 * Sets what carries notices between nodes. Without it, and without a shared tier,
		 * a node learns of the writes of others when its rows' life in memory ends.
		 * @param value the transport
		 * @return this
		 */
		public Builder notices(NoticeTransport value) {
			this.transport = Objects.requireNonNull(value, "notices");
			return this;
		}

		/**
		 * Sets how often a node says through the shared tier that it is there. Whoever
		 * misses a notice knows after four of them at the latest.
		 * @param value more than zero, the same on every node; by default two seconds
		 * @return this
		 */
		public Builder heartbeat(Duration value) {
			if (value.isNegative() || value.isZero()) {
				throw new IllegalArgumentException("heartbeat: " + value + " (expected: more than zero)");
			}
			this.heartbeat = value;
			return this;
		}

		/**
		 * Sets the transactions of the surroundings.
		 * @param value the transactions; by default none
		 * @return this
		 */
		public Builder transactions(Transactions value) {
			this.transactions = Objects.requireNonNull(value, "transactions");
			return this;
		}

		/**
		 * Sets what defers the writes of collections whose strategy asks for it.
		 * @param value keeps writes until they are stored
		 * @return this
		 */
		public Builder writeBehind(WriteBehind value) {
			this.writeBehind = Objects.requireNonNull(value, "writeBehind");
			return this;
		}

		/**
		 * Sets the time.
		 * @param value the time source; by default {@link TimeSource#system()}
		 * @return this
		 */
		public Builder timeSource(TimeSource value) {
			this.time = Objects.requireNonNull(value, "timeSource");
			return this;
		}

		/**
		 * Sets what runs the asynchronous calls.
		 * @param value the executor; by default a new virtual thread each
		 * @return this
		 */
		public Builder executor(Executor value) {
			this.executor = Objects.requireNonNull(value, "executor");
			return this;
		}

		private CollectionOptions optionsOf(String name) {
			return this.overrides.getOrDefault(name, UnaryOperator.identity()).apply(this.defaults);
		}

		private @Nullable NoticeTransport transport() {
			if (this.transport != null || this.gate == null) {
				return this.transport;
			}
			return new TierNotices(this.gate, this.heartbeat);
		}

		/**
		 * Makes the registry, and begins to listen to other nodes.
		 * @return the registry; to be closed
		 */
		public CollectionRegistry build() {
			return new CollectionRegistry(copy());
		}

		// So that a builder that is used again changes nothing that is made.
		private Builder copy() {
			Builder copy = new Builder();
			copy.defaults = this.defaults;
			copy.overrides.putAll(new LinkedHashMap<>(this.overrides));
			copy.store = this.store;
			copy.gate = (this.tier != null) ? TierGate.to(this.tier).timeSource(this.time).build() : this.gate;
			copy.transport = this.transport;
			copy.heartbeat = this.heartbeat;
			copy.transactions = this.transactions;
			copy.writeBehind = this.writeBehind;
			copy.time = this.time;
			copy.executor = this.executor;
			return copy;
		}

	}

}
