package io.coalestra.nats;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.coalestra.cache.WriteRule;
import io.coalestra.cache.WriteStatus;
import io.coalestra.tier.FillToken;
import io.coalestra.tier.LeaseTable;
import io.coalestra.tier.ServerProcess;
import io.coalestra.tier.TierContent;
import io.coalestra.tier.TierKey;
import io.coalestra.tier.TierLookup;
import io.coalestra.tier.TierWrite;
import io.nats.client.Connection;
import io.nats.client.Nats;
import io.nats.client.api.ClusterInfo;
import io.nats.client.api.KeyValueStatus;
import io.nats.client.api.Replica;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A tier on a cluster of three servers, with everything on each.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class NatsClusterTests {

	private static final TierKey KEPT = new TierKey("cluster", "kept");

	private static final TierKey REMOVED = new TierKey("cluster", "removed");

	private static final TierKey FILLED = new TierKey("cluster", "filled");

	private static final TierContent CONTENT = TierContent.of(0, 1, "v".getBytes(StandardCharsets.UTF_8));

	private static final Duration LIFE = Duration.ofMinutes(5);

	private final List<AutoCloseable> open = new ArrayList<>();

	@AfterEach
	void close() throws Exception {
		for (AutoCloseable each : this.open.reversed()) {
			each.close();
		}
	}

	private <T extends AutoCloseable> T opened(T resource) {
		this.open.add(resource);
		return resource;
	}

	private NatsTier tier(String addresses) {
		return opened(NatsTier.at(addresses).replicas(3).build());
	}

	private static <T> T get(CompletableFuture<T> future) throws Exception {
		return future.get(60, TimeUnit.SECONDS);
	}

	private static WriteStatus write(NatsTier tier, TierWrite write) throws Exception {
		return get(tier.write(List.of(write))).getFirst().status();
	}

	private static FillToken tokenOf(NatsTier tier, TierKey key) throws Exception {
		return get(tier.read(List.of(key))).getFirst().token();
	}

	private static boolean goesOn(NatsTier tier) {
		try {
			TierWrite again = new TierWrite.Update(KEPT, CONTENT, WriteRule.REPLACE_EQUAL, LIFE);
			return write(tier, again) == WriteStatus.STORED;
		}
		catch (Exception notYet) {
			return false;
		}
	}

	private static boolean isHeld(NatsTier tier) {
		try {
			return get(tier.leases().claim("job", "you", LIFE)) instanceof LeaseTable.Claim.Held;
		}
		catch (Exception notYet) {
			return false;
		}
	}

	private static boolean isOnAll(Connection operator, String bucket) {
		try {
			ClusterInfo cluster = operator.keyValueManagement()
				.getStatus(bucket)
				.getBackingStreamInfo()
				.getClusterInfo();
			return cluster.getLeader() != null && cluster.getReplicas().size() == 2
					&& cluster.getReplicas().stream().allMatch(Replica::isCurrent);
		}
		catch (Exception notYet) {
			return false;
		}
	}

	@Test
	void whatThreeServersHoldOutlivesTheOneThatLeadsAndTheTierGoesOn() throws Exception {
		NatsCluster cluster = opened(NatsCluster.start());
		NatsTier tier = tier(cluster.addresses());
		assertThat(ServerProcess.within(() -> NatsServers.isConnected(tier))).as(tier.health().toString()).isTrue();
		FillToken before = tokenOf(tier, REMOVED);
		assertThat(write(tier, new TierWrite.Update(KEPT, CONTENT, WriteRule.MONOTONIC, LIFE)))
			.isEqualTo(WriteStatus.STORED);
		assertThat(write(tier, new TierWrite.Invalidation(REMOVED, LIFE))).isEqualTo(WriteStatus.STORED);
		FillToken running = tokenOf(tier, FILLED);
		assertThat(get(tier.leases().claim("job", "me", LIFE))).isInstanceOf(LeaseTable.Claim.Granted.class);
		Connection operator = opened(Nats.connect(cluster.addresses()));
		for (String bucket : List.of("coalestra-values", "coalestra-leases")) {
			assertThat(ServerProcess.within(() -> isOnAll(operator, bucket))).as(bucket).isTrue();
			assertThat(operator.keyValueManagement().getStatus(bucket).getReplicas()).isEqualTo(3);
		}
		KeyValueStatus values = operator.keyValueManagement().getStatus("coalestra-values");
		ServerProcess leading = cluster.named(values.getBackingStreamInfo().getClusterInfo().getLeader());
		leading.kill();
		assertThat(ServerProcess.within(() -> goesOn(tier))).as(tier.health().toString()).isTrue();
		assertThat(get(tier.read(List.of(KEPT))).getFirst()).isInstanceOf(TierLookup.Found.class);
		assertThat(get(tier.read(List.of(REMOVED))).getFirst()).isInstanceOf(TierLookup.Removed.class);
		assertThat(write(tier, new TierWrite.Fill(REMOVED, CONTENT, before, LIFE))).as("removed meanwhile")
			.isEqualTo(WriteStatus.IGNORED_INVALIDATED);
		assertThat(write(tier, new TierWrite.Fill(FILLED, CONTENT, running, LIFE))).as("nothing was lost")
			.isEqualTo(WriteStatus.STORED);
		assertThat(ServerProcess.within(() -> isHeld(tier))).as("the lease").isTrue();
		leading.start();
		assertThat(ServerProcess.within(() -> isOnAll(operator, "coalestra-values"))).isTrue();
		assertThat(get(tier.read(List.of(FILLED))).getFirst()).isInstanceOf(TierLookup.Found.class);
	}

	@Test
	void moreReplicasThanThereAreServersAreAReasonInTheHealth() {
		NatsTier tier = tier(NatsServers.address(opened(NatsServers.start())));
		assertThat(ServerProcess.within(() -> String.valueOf(tier.health().reason()).contains("replicas")))
			.as(tier.health().toString())
			.isTrue();
	}

}
