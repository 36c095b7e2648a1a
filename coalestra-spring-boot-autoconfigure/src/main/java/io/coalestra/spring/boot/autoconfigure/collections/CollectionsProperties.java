package io.coalestra.spring.boot.autoconfigure.collections;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

import io.coalestra.collections.option.FlushStrategy;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What {@code coalestra.collections.*} says of collections of rows.
 *
 * @param enabled Whether collections are configured, where the application has the module
 * and a data source or a store of its own.
 * @param checkTables Whether the tables of collections are compared with the database's
 * when the application starts.
 * @param defaults What applies to collections that are not named, and to named ones where
 * they say nothing.
 * @param named Settings by name of the collection, which is the name of its table.
 * @param notices How nodes tell each other what they have written.
 * @param writeBehind What becomes of writes of collections that do not store them at
 * once.
 */
@ConfigurationProperties("coalestra.collections")
public record CollectionsProperties(@DefaultValue("true") boolean enabled, @DefaultValue("true") boolean checkTables,
		@DefaultValue CollectionRule defaults, @DefaultValue Map<String, CollectionRule> named,
		@DefaultValue NoticeRule notices, @DefaultValue WriteBehindRule writeBehind) {

	/**
	 * Copies.
	 */
	public CollectionsProperties {
		named = Collections.unmodifiableMap(new LinkedHashMap<>(named));
	}

	/**
	 * Returns whether a collection keeps its rows in a store, as far as is said here.
	 */
	boolean hasStore(String name) {
		CollectionRule rule = this.named.get(name);
		Boolean own = (rule != null) ? rule.store() : null;
		return (own != null) ? own : !Boolean.FALSE.equals(this.defaults.store());
	}

	/**
	 * Returns whether some collection shares its rows, as far as is said here.
	 */
	boolean isSharing() {
		return !Boolean.FALSE.equals(this.defaults.shared())
				|| this.named.values().stream().anyMatch((rule) -> Boolean.TRUE.equals(rule.shared()));
	}

	/**
	 * Settings of a collection. What is left out is taken from the defaults.
	 *
	 * @param maxRows Most rows in the memory of a node.
	 * @param life How long a row in memory is served after it was loaded or written.
	 * @param absenceLife How long it is remembered that there is no row.
	 * @param maxBatch Most rows that one query asks for.
	 * @param maxQueries Most queries that run at a time.
	 * @param loadLimit How long a caller waits at most for a row.
	 * @param maxAttempts How often a change is tried while other writers are faster.
	 * @param updateLimit How long a change may take with all its attempts.
	 * @param shared Whether rows are kept in the shared tier, where there is one.
	 * @param sharedLife How long the shared tier keeps a row.
	 * @param store Whether rows are kept in a store; without one the shared tier has them
	 * until their life ends, or the memory of a node where there is none.
	 * @param flush When writes are stored.
	 * @param flushInterval How long after a scheduled flush the next one follows.
	 */
	public record CollectionRule(@Nullable Long maxRows, @Nullable Duration life, @Nullable Duration absenceLife,
			@Nullable Integer maxBatch, @Nullable Integer maxQueries, @Nullable Duration loadLimit,
			@Nullable Integer maxAttempts, @Nullable Duration updateLimit, @Nullable Boolean shared,
			@Nullable Duration sharedLife, @Nullable Boolean store, @Nullable FlushStrategy flush,
			@Nullable Duration flushInterval) {
	}

	/**
	 * How nodes tell each other what they have written.
	 *
	 * @param via What carries notices; the shared tier where there is one, and nothing
	 * else, when it is "shared-tier".
	 * @param heartbeat How often a node says that it is there, or sees whether its
	 * connection is; the same on every node.
	 * @param channel Name of the channel in PostgreSQL; the same on every node.
	 */
	public record NoticeRule(@DefaultValue("shared-tier") NoticeCarrier via, @DefaultValue("2s") Duration heartbeat,
			@DefaultValue("coalestra_collections") String channel) {
	}

	/**
	 * What carries notices.
	 */
	public enum NoticeCarrier {

		/** The shared tier, where there is one. */
		SHARED_TIER,

		/** LISTEN and NOTIFY of PostgreSQL, on two connections of the data source. */
		POSTGRES,

		/** Nothing: a node learns of others' writes when its rows' life ends. */
		NONE

	}

	/**
	 * What becomes of writes that are not stored at once.
	 *
	 * @param maxPending Most writes that are pending at a time, of all collections.
	 * @param waitWhenFull How long a writer waits for room; zero refuses at once.
	 * @param interval How long after a scheduled flush the next one follows.
	 * @param maxBatchSize Most writes of one transaction.
	 * @param maxAttempts Attempts after which a write is given up that its store does not
	 * accept.
	 * @param maxPatientAttempts Attempts after which a write is given up that waits for
	 * another row, or gave way to other transactions.
	 * @param unableLimit How long a write waits at least while its store takes nothing of
	 * the collection, as its disk is full or a right is missing, before it is given up.
	 * @param closeLimit How long pending writes are stored at most when the application
	 * ends; less than "spring.lifecycle.timeout-per-shutdown-phase".
	 * @param maxHealthyAge Age of the oldest pending write from which on the health is
	 * degraded.
	 * @param journal Where pending writes are kept so that they outlive the process.
	 */
	public record WriteBehindRule(@DefaultValue("10000") int maxPending, @DefaultValue("5s") Duration waitWhenFull,
			@DefaultValue("30s") Duration interval, @DefaultValue("500") int maxBatchSize,
			@DefaultValue("10") int maxAttempts, @DefaultValue("100") int maxPatientAttempts,
			@DefaultValue("1d") Duration unableLimit, @DefaultValue("20s") Duration closeLimit,
			@DefaultValue("5m") Duration maxHealthyAge, @DefaultValue JournalRule journal) {
	}

	/**
	 * Where pending writes are kept so that they outlive the process.
	 *
	 * @param directory Directory of the journal, of this process alone. There is no
	 * journal when it is not set.
	 * @param sync How often what was written is forced to the disk: zero forces each
	 * write before it is acknowledged.
	 */
	public record JournalRule(@Nullable Path directory, @DefaultValue("0s") Duration sync) {
	}

}
