package io.coalestra.redis;

import java.util.function.BooleanSupplier;

import io.coalestra.tier.ServerProcess;
import io.coalestra.tier.SharedTier;
import io.coalestra.tier.SharedTierContract;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

import static org.assertj.core.api.Assertions.assertThat;

class RedisTierTests extends SharedTierContract {

	private static ServerProcess server;

	private static RedisTier tier;

	private static RedisTier otherNode;

	@BeforeAll
	static void start() {
		server = RedisServers.start();
		tier = RedisTier.at(RedisServers.uri(server)).build();
		otherNode = RedisTier.at(RedisServers.uri(server)).build();
		assertThat(ServerProcess.within(() -> RedisServers.isConnected(tier) && RedisServers.isConnected(otherNode)))
			.isTrue();
	}

	@AfterAll
	static void stop() {
		tier.close();
		otherNode.close();
		server.close();
	}

	@Override
	protected SharedTier tier() {
		return tier;
	}

	@Override
	protected SharedTier otherNode() {
		return otherNode;
	}

	@Override
	protected boolean eventually(BooleanSupplier condition) {
		return ServerProcess.within(condition);
	}

}
