package io.coalestra.collections.fleet;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.coalestra.collections.jdbc.PostgresServer;
import io.coalestra.collections.option.FlushStrategy;
import io.coalestra.tier.ServerProcess;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Two processes that share a PostgreSQL and a Redis, or a NATS server.
 */
@Timeout(value = 40, unit = TimeUnit.MINUTES)
class RowFleetTests {

	/** The property that says how long a run takes: {@code PT10M} for a soak run. */
	private static final String DURATION = "fleet.duration";

	private static final Logger logger = LoggerFactory.getLogger(RowFleetTests.class);

	@TempDir
	private Path directory;

	private ServerProcess start(Tier tier) throws IOException {
		Path files = Files.createDirectory(this.directory.resolve("tier"));
		return ServerProcess.start((port) -> (tier == Tier.REDIS)
				? List.of("redis-server", "--port", Integer.toString(port), "--bind", "127.0.0.1", "--save", "",
						"--appendonly", "no")
				: List.of("nats-server", "--addr", "127.0.0.1", "--port", Integer.toString(port), "--jetstream",
						"--store_dir", files.toString()));
	}

	@ParameterizedTest
	@EnumSource
	void fiftyThreadsOnEachOfTwoProcessesLoseNoUpdate(Tier tier) throws Exception {
		try (ServerProcess server = start(tier);
				RowFleet fleet = new RowFleet(2, PostgresServer.shared(), server, tier.address(server),
						this.directory)) {
			long begin = System.nanoTime();
			long attempts = fleet.add(50, 20);
			logger.info("{}: 2,000 updates of one row took {} attempts and {}", tier, attempts,
					Duration.ofNanos(System.nanoTime() - begin));
			assertThat(fleet.stored(FlushStrategy.ALWAYS, 0)).isEqualTo(2_000);
			assertThat(attempts).isLessThan(4 * 2_000);
		}
	}

	@ParameterizedTest
	@EnumSource
	void nothingAcknowledgedIsLostWhateverBreaks(Tier tier) throws Exception {
		try (PostgresServer store = PostgresServer.start();
				ServerProcess server = start(tier);
				RowFleet fleet = new RowFleet(2, store, server, tier.address(server), this.directory)) {
			fleet.run(Duration.parse(System.getProperty(DURATION, "PT10S")), 20_261_130);
		}
	}

	/**
	 * What the processes share.
	 */
	enum Tier {

		REDIS, NATS;

		private String address(ServerProcess server) {
			return ((this == REDIS) ? "redis" : "nats") + "://127.0.0.1:" + server.port();
		}

	}

}
