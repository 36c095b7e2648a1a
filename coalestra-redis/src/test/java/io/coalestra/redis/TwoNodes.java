package io.coalestra.redis;

import io.coalestra.tier.ServerProcess;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A server, and its tier as two nodes see it.
 *
 * @param server the server
 * @param tier the tier, as one node sees it
 * @param otherNode the tier, as the other node sees it
 */
record TwoNodes(ServerProcess server, RedisTier tier, RedisTier otherNode) implements AutoCloseable {

	static TwoNodes start(String command) {
		ServerProcess server = RedisServers.startCommand(command);
		TwoNodes nodes = new TwoNodes(server, RedisTier.at(RedisServers.uri(server)).build(),
				RedisTier.at(RedisServers.uri(server)).build());
		assertThat(ServerProcess
			.within(() -> RedisServers.isConnected(nodes.tier) && RedisServers.isConnected(nodes.otherNode))).isTrue();
		return nodes;
	}

	@Override
	public void close() {
		this.tier.close();
		this.otherNode.close();
		this.server.close();
	}

}
