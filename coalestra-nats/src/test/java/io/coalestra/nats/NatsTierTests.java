package io.coalestra.nats;

import java.util.function.BooleanSupplier;

import io.coalestra.tier.ServerProcess;
import io.coalestra.tier.SharedTier;
import io.coalestra.tier.SharedTierContract;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

import static org.assertj.core.api.Assertions.assertThat;

class NatsTierTests extends SharedTierContract {

	private static ServerProcess server;

	private static NatsTier tier;

	private static NatsTier otherNode;

	@BeforeAll
	static void start() {
		server = NatsServers.start();
		tier = NatsTier.at(NatsServers.address(server)).build();
		otherNode = NatsTier.at(NatsServers.address(server)).build();
		assertThat(ServerProcess.within(() -> NatsServers.isConnected(tier) && NatsServers.isConnected(otherNode)))
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
