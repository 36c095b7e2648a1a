package io.coalestra.redis;

import java.util.function.BooleanSupplier;

import io.coalestra.tier.ServerProcess;
import io.coalestra.tier.SharedTier;
import io.coalestra.tier.SharedTierContract;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

class RedisTierTests extends SharedTierContract {

	private static TwoNodes nodes;

	@BeforeAll
	static void start() {
		nodes = TwoNodes.start(RedisServers.command());
	}

	@AfterAll
	static void stop() {
		nodes.close();
	}

	@Override
	protected SharedTier tier() {
		return nodes.tier();
	}

	@Override
	protected SharedTier otherNode() {
		return nodes.otherNode();
	}

	@Override
	protected boolean eventually(BooleanSupplier condition) {
		return ServerProcess.within(condition);
	}

}
