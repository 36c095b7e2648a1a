package io.coalestra.collections.fleet;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import io.coalestra.collections.fleet.KilledNode.Step;
import io.coalestra.collections.jdbc.PostgresServer;
import io.coalestra.collections.journal.ChildProcess;
import io.coalestra.collections.option.FlushStrategy;
import io.coalestra.collections.store.RowStore;
import io.coalestra.tier.ServerProcess;
import io.coalestra.time.TimeSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static io.coalestra.collections.fleet.Counter.MAPPING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * A process that is killed with SIGKILL at each step of a write, over a real PostgreSQL
 * and a real Redis: what the others read of the row, and what becomes of it.
 */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class KilledNodeTests {

	private static final Duration LIFE = Duration.ofSeconds(1);

	private static ServerProcess redis;

	@TempDir
	private Path directory;

	@BeforeAll
	static void start() {
		redis = ServerProcess.start((port) -> List.of("redis-server", "--port", Integer.toString(port), "--bind",
				"127.0.0.1", "--save", "", "--appendonly", "no"));
	}

	@AfterAll
	static void end() {
		redis.close();
	}

	static Stream<Arguments> strategiesAndSteps() {
		return Stream.of(FlushStrategy.ALWAYS, FlushStrategy.ON_CHECKPOINT)
			.flatMap((strategy) -> Stream.of(Step.values())
				.filter((step) -> step != Step.NEVER)
				.map((step) -> arguments(strategy, step)));
	}

	@ParameterizedTest
	@MethodSource("strategiesAndSteps")
	void theOthersComeToReadWhatIsStoredAndNothingElse(FlushStrategy strategy, Step step) {
		redis.kill();
		redis.start();
		PostgresServer server = PostgresServer.shared();
		String database = server.createDatabase();
		server.execute(database,
				"CREATE TABLE counter (id bigint PRIMARY KEY, value bigint NOT NULL, version bigint NOT NULL);"
						+ "INSERT INTO counter VALUES (0, 0, 1)");
		String[] arguments = { strategy.name(), step.name(), server.url(database), String.valueOf(redis.port()),
				this.directory.resolve("killed").toString() };
		RowStore store = StrategyNode.store(server.url(database));
		try (StrategyNode other = new StrategyNode(FlushStrategy.ALWAYS, store, StrategyNode.tier(redis.port(), LIFE),
				LIFE, this.directory.resolve("other"), TimeSource.system())) {
			assertThat(other.counters.require(0L).value()).isZero();
			try (ChildProcess child = ChildProcess.start(KilledNode.class, arguments)) {
				if (strategy != FlushStrategy.ALWAYS) {
					assertThat(child.line()).isEqualTo("taken");
				}
				assertThat(child.line()).isEqualTo("kill me");
				assertThat(child.kill()).isEmpty();
			}
			long stored = stored(store);
			assertThat(stored).isEqualTo((step == Step.BEFORE_THE_STORE) ? 0 : 1);
			awaitRead(other, stored);
			if (strategy != FlushStrategy.ALWAYS) {
				arguments[1] = Step.NEVER.name();
				try (ChildProcess next = ChildProcess.start(KilledNode.class, arguments)) {
					assertThat(next.line()).isEqualTo("stored");
				}
				assertThat(stored(store)).as("stored once").isEqualTo(1);
				awaitRead(other, 1);
			}
			// Nothing of the killed process stands in the way of the next change.
			long next = stored(store) + 1;
			assertThat(other.counters.update(0L, Counter::next).value().value()).isEqualTo(next);
			assertThat(stored(store)).isEqualTo(next);
		}
	}

	private static long stored(RowStore store) {
		return store.fetch(MAPPING.table(), List.of(MAPPING.table().key(0L)))
			.values()
			.iterator()
			.next()
			.get("value", Long.class);
	}

	// What is read never goes back on the way.
	private static void awaitRead(StrategyNode other, long stored) {
		long[] last = { 0 };
		assertThat(ServerProcess.within(() -> {
			long read = other.counters.require(0L).value();
			assertThat(read).isBetween(last[0], stored);
			last[0] = read;
			return read == stored;
		})).as("%d is read", stored).isTrue();
	}

}
