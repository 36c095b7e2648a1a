package io.coalestra.benchmarks;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.coalestra.benchmarks.report.Goal;
import io.coalestra.collections.CollectionRegistry;
import io.coalestra.collections.access.RowCollection;
import io.coalestra.collections.access.Versioned;
import io.coalestra.redis.RedisTier;
import io.coalestra.tier.ServerProcess;
import io.coalestra.tier.SharedTier;
import io.coalestra.tier.TierHealth;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * A row that was read, changed and is written upon its version, beside the same statement
 * by {@code JdbcClient} on the same pool; with a shared tier on Redis as well, whose
 * round trip is added to the statement. One writer, which never pauses: what nobody waits
 * for takes the same processors.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 8, time = 1)
@State(Scope.Benchmark)
public class RowWriteBenchmark {

	// In turn, so that no row comes again within a second or so.
	private static final int ROWS = AccountDatabase.ROWS;

	private static final String UPDATE = """
			UPDATE account AS t SET owner = ?, balance = ?, points = ?, seen = ?, version = t.version + 1
			WHERE id = ? AND version = ? RETURNING id, owner, balance, points, seen, version""";

	private final AccountDatabase database = new AccountDatabase();

	private final JdbcClient jdbc = JdbcClient.create(this.database.pool());

	private final ServerProcess redis = TierServers.redis();

	private final RedisURI uri = TierServers.redisAt(this.redis);

	private final RedisTier tier = RedisTier.at(this.uri).build();

	// Takes nothing that it said so long ago that a row comes again.
	private final RedisTier forgetful = RedisTier.at(this.uri)
		.prefix("forgetful")
		.longestFill(Duration.ofSeconds(1))
		.build();

	private final RedisClient client = RedisClient.create(this.uri);

	private final StatefulRedisConnection<String, String> connection = this.client.connect();

	private final CollectionRegistry registry = CollectionRegistry.builder().store(this.database.store()).build();

	private final CollectionRegistry sharing = CollectionRegistry.builder()
		.store(this.database.store())
		.sharedTier(this.tier)
		.build();

	private final CollectionRegistry asking = CollectionRegistry.builder()
		.store(this.database.store())
		.sharedTier(this.forgetful)
		.build();

	private final RowCollection<Long, Account> rows = this.registry.rows(Account.MAPPING);

	private final RowCollection<Long, Account> shared = this.sharing.rows(Account.MAPPING);

	private final RowCollection<Long, Account> asked = this.asking.rows(Account.MAPPING);

	/**
	 * The rows as a writer holds them.
	 */
	@State(Scope.Thread)
	public static class Held {

		private final List<Versioned<Account>> rows = new ArrayList<>();

		private int last;

		/**
		 * Reads them.
		 * @param benchmark knows the database
		 */
		@Setup(Level.Trial)
		public void read(RowWriteBenchmark benchmark) {
			for (long id = 0; id < ROWS; id++) {
				this.rows.add(benchmark.rows.findVersioned(id).orElseThrow());
			}
		}

		private Versioned<Account> next() {
			this.last = (this.last + 1) % ROWS;
			Versioned<Account> row = this.rows.get(this.last);
			return row.with(row.value().plus(1));
		}

		private Account written(Versioned<Account> stored) {
			this.rows.set(this.last, stored);
			return stored.value();
		}

	}

	/**
	 * Waits for the tier.
	 */
	@Setup(Level.Trial)
	public void connect() {
		for (SharedTier each : List.of(this.tier, this.forgetful)) {
			ServerProcess.within(() -> each.health().connection() == TierHealth.Connection.CONNECTED);
		}
	}

	/**
	 * Closes.
	 */
	@TearDown(Level.Trial)
	public void close() {
		this.asking.close();
		this.sharing.close();
		this.registry.close();
		this.connection.close();
		this.client.shutdown();
		this.forgetful.close();
		this.tier.close();
		this.redis.close();
		this.database.close();
	}

	static Account account(JdbcClient.StatementSpec statement) {
		return statement.query((RowMapper<Account>) RowWriteBenchmark::mapped).single();
	}

	private static Account mapped(ResultSet row, int number) throws SQLException {
		return new Account(row.getLong(1), row.getString(2), row.getBigDecimal(3), row.getInt(4),
				row.getObject(5, OffsetDateTime.class).toInstant(), row.getLong(6));
	}

	/**
	 * The statement alone.
	 * @param held the rows
	 * @return the row as stored
	 */
	@Benchmark
	public Account jdbcClient(Held held) {
		Account changed = held.next().value();
		Account stored = account(this.jdbc.sql(UPDATE)
			.param(changed.owner())
			.param(changed.balance())
			.param(changed.points())
			.param(OffsetDateTime.ofInstant(changed.seen(), ZoneOffset.UTC))
			.param(changed.id())
			.param(changed.version()));
		return held.written(new Versioned<>(stored, null));
	}

	/**
	 * A write through a collection.
	 * @param held the rows
	 * @return the row as stored
	 */
	@Benchmark
	@Goal(atMost = 1.2, beside = "jdbcClient")
	public Account collection(Held held) {
		return held.written(this.rows.save(held.next()));
	}

	/**
	 * A write, through a collection that has a shared tier, of a row that it wrote
	 * lately. The tier's client has a long way to be compiled.
	 * @param held the rows
	 * @return the row as stored
	 */
	@Benchmark
	@Warmup(iterations = 25, time = 1)
	@Goal(atMost = 1.2, beside = "jdbcClientAndRoundTrip")
	public Account collectionWithSharedTier(Held held) {
		return held.written(this.shared.save(held.next()));
	}

	/**
	 * A write, through a collection that has a shared tier, of a row for which the tier
	 * has to be asked, which is done while the store is.
	 * @param held the rows
	 * @return the row as stored
	 */
	@Benchmark
	@Warmup(iterations = 25, time = 1)
	@Goal(atMost = 1.2, beside = "jdbcClientAndRoundTrip")
	public Account collectionThatAsksTheSharedTier(Held held) {
		return held.written(this.asked.save(held.next()));
	}

	/**
	 * The statement, and one round trip to the shared tier's server.
	 * @param held the rows
	 * @return the row as stored
	 */
	@Benchmark
	public Account jdbcClientAndRoundTrip(Held held) {
		this.connection.sync().ping();
		return jdbcClient(held);
	}

}
