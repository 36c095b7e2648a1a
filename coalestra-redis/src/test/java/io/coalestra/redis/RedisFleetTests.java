package io.coalestra.redis;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

import io.coalestra.tier.Fleet;
import io.coalestra.tier.ServerProcess;
import io.coalestra.tier.SharedTier;
import io.lettuce.core.RedisURI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Processes that share a Redis.
 */
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class RedisFleetTests {

	@Test
	void eachNodeSeesWhatAnotherPublishes() throws Exception {
		try (ServerProcess server = RedisServers.start();
				Fleet fleet = new Fleet(3, Opener.class, "redis://127.0.0.1:" + server.port())) {
			assertThat(fleet.notice(300)).hasSize(300);
		}
	}

	@Test
	void whenAllIsWellWhatOneNodePublishesIsSeenByTheOtherWithinFiftyMilliseconds() throws Exception {
		try (ServerProcess server = RedisServers.start();
				Fleet fleet = new Fleet(2, Opener.class, "redis://127.0.0.1:" + server.port())) {
			fleet.noticeWithin(Duration.ofMillis(50));
		}
	}

	@Test
	void whoBringsATokenReadsWhatWasWrittenOnAnotherNode() throws Exception {
		try (ServerProcess server = RedisServers.start();
				Fleet fleet = new Fleet(3, Opener.class, "redis://127.0.0.1:" + server.port())) {
			fleet.readWrites(60);
		}
	}

	@Test
	void noNodeEverGoesBackAndAllReachTheSourcesState() throws Exception {
		try (ServerProcess server = RedisServers.start();
				Fleet fleet = new Fleet(3, Opener.class, "redis://127.0.0.1:" + server.port())) {
			fleet.run(server, Fleet.duration(), 20_261_121);
		}
	}

	/**
	 * Opens the tier in a node.
	 */
	public static final class Opener implements Function<String, SharedTier> {

		@Override
		public SharedTier apply(String address) {
			return RedisTier.at(RedisURI.create(address)).build();
		}

	}

}
