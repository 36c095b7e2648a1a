package io.coalestra.collections.fleet;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.coalestra.collections.access.LoadException;
import io.coalestra.collections.jdbc.PostgresServer;
import io.coalestra.collections.option.FlushStrategy;
import io.coalestra.tier.ServerProcess;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Each flush strategy by itself over a real PostgreSQL and a real Redis, of which one is
 * killed, or the clock set back. A model says what every row must be, in the store and
 * wherever it is read.
 */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class StrategyFaultTests {

	private static final int ROWS = 4;

	// Longer than any test, so that nothing is mended by being forgotten.
	private static final Duration LIFE = Duration.ofMinutes(5);

	private static PostgresServer server;

	private static ServerProcess redis;

	@TempDir
	private Path directory;

	private final CounterModel model = new CounterModel(ROWS);

	private final OffsetTime time = new OffsetTime();

	private String database;

	@BeforeAll
	static void start() {
		server = PostgresServer.start();
		redis = ServerProcess.start((port) -> List.of("redis-server", "--port", Integer.toString(port), "--bind",
				"127.0.0.1", "--save", "", "--appendonly", "no"));
	}

	@AfterAll
	static void end() {
		redis.close();
		server.close();
	}

	@BeforeEach
	void create() {
		redis.kill();
		redis.start();
		this.database = server.createDatabase();
		server.execute(this.database,
				"CREATE TABLE counter (id bigint PRIMARY KEY, value bigint NOT NULL, version bigint NOT NULL);"
						+ "INSERT INTO counter SELECT i, 0, 1 FROM generate_series(0, " + (ROWS - 1) + ") AS i");
	}

	private StrategyNode node(FlushStrategy strategy, String name) {
		return new StrategyNode(strategy, StrategyNode.store(server.url(this.database)),
				StrategyNode.tier(redis.port(), LIFE), LIFE, this.directory.resolve(name), this.time);
	}

	private long stored(int row) {
		try (Connection connection = server.dataSource(this.database).getConnection();
				Statement statement = connection.createStatement();
				ResultSet result = statement.executeQuery("SELECT value FROM counter WHERE id = " + row)) {
			assertThat(result.next()).isTrue();
			return result.getLong(1);
		}
		catch (SQLException ex) {
			throw new IllegalStateException("the store cannot be read", ex);
		}
	}

	private int changeAll(StrategyNode node) {
		int acknowledged = 0;
		for (int row = 0; row < ROWS; row++) {
			for (int i = 0; i < 3; i++) {
				acknowledged += node.change(this.model, row) ? 1 : 0;
				node.read(this.model, row);
			}
		}
		return acknowledged;
	}

	// --- what must hold in the end ---

	/**
	 * The store has what the model says, once the strategy has had its way.
	 */
	private void awaitStored(FlushStrategy strategy, StrategyNode node) {
		switch (strategy) {
			case ALWAYS -> {
				// Stored within the calls.
			}
			case ON_CHECKPOINT ->
				assertThat(ServerProcess.within(() -> node.writes.flush().isComplete())).as("flushed").isTrue();
			case ON_SCHEDULE ->
				assertThat(ServerProcess.within(() -> node.writes.statistics().pending() == 0)).as("stored by schedule")
					.isTrue();
			case ON_SHUTDOWN -> assertThat(node.close(Duration.ofSeconds(20)).isComplete()).as("closed").isTrue();
		}
		for (int row = 0; row < ROWS; row++) {
			this.model.check("the store", row, stored(row));
		}
		assertThat(node.lost).isEmpty();
	}

	/**
	 * Every reader sees the store's rows, once what was missed has been noticed.
	 */
	private void awaitRead(StrategyNode... readers) {
		for (StrategyNode reader : readers) {
			for (int row = 0; row < ROWS; row++) {
				long key = row;
				long expected = stored(row);
				assertThat(ServerProcess.within(() -> reader.counters.require(key).value() == expected))
					.as("row %d is read as stored", row)
					.isTrue();
			}
		}
	}

	// --- the faults ---

	@ParameterizedTest
	@EnumSource
	void theStoreIsDown(FlushStrategy strategy) {
		try (StrategyNode node = node(strategy, "writer"); StrategyNode reader = node(FlushStrategy.ALWAYS, "reader")) {
			assertThat(changeAll(node)).isEqualTo(3 * ROWS);
			if (strategy == FlushStrategy.ON_CHECKPOINT) {
				assertThat(node.writes.flush().isComplete()).isTrue();
			}
			awaitKnown(node);
			server.kill();
			int acknowledged = changeAll(node);
			assertThatExceptionOfType(LoadException.class).isThrownBy(() -> node.counters.find(1_000L));
			if (strategy == FlushStrategy.ALWAYS) {
				assertThat(acknowledged).as("acknowledged without a store").isZero();
			}
			else {
				assertThat(acknowledged).as("taken without a store").isPositive();
				assertThat(node.writes.flush().isComplete()).as("flushed without a store").isFalse();
				assertThat(node.writes.statistics().pending()).isPositive();
			}
			server.restart();
			awaitChanged(node);
			awaitStored(strategy, node);
			awaitRead(reader);
		}
	}

	// Rows are in memory, or pending, so that changes can be made upon them.
	private static void awaitKnown(StrategyNode node) {
		for (long row = 0; row < ROWS; row++) {
			assertThat(node.counters.ensure(row)).isTrue();
		}
	}

	// A killed database needs a moment after its restart; then everything can be changed.
	private void awaitChanged(StrategyNode node) {
		for (int row = 0; row < ROWS; row++) {
			int changed = row;
			assertThat(ServerProcess.within(() -> node.change(this.model, changed))).as("row %d is changed", row)
				.isTrue();
		}
	}

	@ParameterizedTest
	@EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "ALWAYS")
	void theStoreIsDownUntilTheNextProcess(FlushStrategy strategy) {
		try (StrategyNode node = node(strategy, "writer")) {
			awaitKnown(node);
			server.kill();
			assertThat(changeAll(node)).isPositive();
			assertThat(node.close(Duration.ZERO).isComplete()).as("stored without a store").isFalse();
			assertThat(node.lost).isEmpty();
		}
		finally {
			server.restart();
		}
		this.time.set(Duration.ofHours(-1));
		try (StrategyNode next = node(strategy, "writer"); StrategyNode reader = node(FlushStrategy.ALWAYS, "reader")) {
			for (int row = 0; row < ROWS; row++) {
				next.read(this.model, row);
			}
			awaitChanged(next);
			awaitStored(strategy, next);
			awaitRead(reader);
		}
	}

	@ParameterizedTest
	@EnumSource
	void theSharedTierIsDown(FlushStrategy strategy) {
		try (StrategyNode node = node(strategy, "writer"); StrategyNode reader = node(FlushStrategy.ALWAYS, "reader")) {
			changeAll(node);
			awaitKnown(reader);
			redis.kill();
			assertThat(changeAll(node)).as("acknowledged without the tier").isEqualTo(3 * ROWS);
			for (long row = 0; row < ROWS; row++) {
				assertThat(reader.counters.find(row)).isPresent();
			}
			redis.start();
			assertThat(changeAll(node)).isEqualTo(3 * ROWS);
			awaitStored(strategy, node);
			awaitRead(reader);
		}
	}

	@ParameterizedTest
	@EnumSource
	void theClockIsSetBack(FlushStrategy strategy) {
		try (StrategyNode node = node(strategy, "writer"); StrategyNode reader = node(FlushStrategy.ALWAYS, "reader")) {
			assertThat(changeAll(node)).isEqualTo(3 * ROWS);
			this.time.set(Duration.ofHours(-1));
			assertThat(changeAll(node)).isEqualTo(3 * ROWS);
			this.time.set(Duration.ofHours(-2));
			awaitKnown(reader);
			assertThat(changeAll(node)).isEqualTo(3 * ROWS);
			awaitStored(strategy, node);
			assertThat(stored(0)).isEqualTo(9);
			awaitRead(reader);
		}
	}

}
