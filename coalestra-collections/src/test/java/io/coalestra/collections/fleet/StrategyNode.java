package io.coalestra.collections.fleet;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.coalestra.collections.CollectionRegistry;
import io.coalestra.collections.access.LoadException;
import io.coalestra.collections.access.RowCollection;
import io.coalestra.collections.flush.BufferedWriteBehind;
import io.coalestra.collections.flush.FlushResult;
import io.coalestra.collections.jdbc.ConnectionProvider;
import io.coalestra.collections.jdbc.PostgresStore;
import io.coalestra.collections.journal.Journal;
import io.coalestra.collections.option.FlushStrategy;
import io.coalestra.collections.option.LocalOptions;
import io.coalestra.collections.store.RowStore;
import io.coalestra.collections.store.StoreException;
import io.coalestra.redis.RedisTier;
import io.coalestra.tier.ServerProcess;
import io.coalestra.tier.SharedTier;
import io.coalestra.tier.TierHealth;
import io.coalestra.time.TimeSource;
import io.lettuce.core.RedisURI;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A node with one collection of counters under one strategy, over a real PostgreSQL and a
 * real Redis.
 */
final class StrategyNode implements AutoCloseable {

	final RowCollection<Long, Counter> counters;

	final BufferedWriteBehind writes;

	/** Conflicts and dead letters, of which there must be none. */
	final List<String> lost = new CopyOnWriteArrayList<>();

	private final CollectionRegistry registry;

	private final SharedTier tier;

	private boolean closed;

	/**
	 * Makes a node.
	 * @param life how long a copy of a row is served that nobody takes back, in memory
	 * and in the tier each
	 */
	StrategyNode(FlushStrategy strategy, RowStore store, SharedTier tier, Duration life, Path journal,
			TimeSource time) {
		this.tier = tier;
		this.writes = BufferedWriteBehind.builder()
			.interval(Duration.ofMillis(50))
			.journal(Journal.in(journal).open())
			.onConflict((conflict) -> this.lost.add("a conflict: " + conflict))
			.onDeadLetter((letter) -> this.lost.add("a dead letter: " + letter))
			.timeSource(time)
			.build();
		this.registry = CollectionRegistry.builder()
			.store(store)
			.sharedTier(tier)
			.heartbeat(Duration.ofMillis(250))
			.writeBehind(this.writes)
			.options("counter",
					(options) -> options.flush(strategy).local(LocalOptions.DEFAULTS.life(life)).sharedLife(life))
			.timeSource(time)
			.build();
		this.counters = this.registry.rows(Counter.MAPPING);
	}

	static RowStore store(String url) {
		PGSimpleDataSource source = new PGSimpleDataSource();
		source.setUrl(url);
		source.setUser("postgres");
		source.setConnectTimeout(5);
		source.setSocketTimeout(10);
		return new PostgresStore(ConnectionProvider.of(source));
	}

	static SharedTier tier(int port, Duration longestFill) {
		RedisTier tier = RedisTier.at(RedisURI.create("127.0.0.1", port)).longestFill(longestFill).build();
		ServerProcess.within(() -> tier.health().connection() == TierHealth.Connection.CONNECTED);
		return tier;
	}

	/**
	 * Adds one, if that can be done.
	 * @return whether the change was acknowledged
	 */
	boolean change(CounterModel model, int row) {
		model.begin(row);
		try {
			model.acknowledge(row, this.counters.update((long) row, Counter::next).value().value());
			return true;
		}
		catch (StoreException ex) {
			if (ex.reason().isWithoutEffect()) {
				model.refuse(row);
			}
		}
		catch (LoadException ex) {
			model.refuse(row);
		}
		return false;
	}

	/**
	 * Reads a row, if that can be done: as long as there is one it is never absent.
	 */
	void read(CounterModel model, int row) {
		try {
			model.check("a read of its writer", row, this.counters.require((long) row).value());
		}
		catch (LoadException ex) {
			// Said to have failed, as it has.
		}
	}

	/**
	 * Stores what is pending and closes, or leaves it to the journal.
	 */
	FlushResult close(Duration limit) {
		FlushResult result = this.writes.close(limit);
		close();
		return result;
	}

	@Override
	public void close() {
		if (this.closed) {
			return;
		}
		this.closed = true;
		this.writes.close(Duration.ZERO);
		this.registry.close();
		this.tier.close();
	}

}
