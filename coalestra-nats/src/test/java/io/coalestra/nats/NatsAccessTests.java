package io.coalestra.nats;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.coalestra.cache.WriteRule;
import io.coalestra.tier.FaultBench;
import io.coalestra.tier.LeaseTable;
import io.coalestra.tier.ServerProcess;
import io.coalestra.tier.TierContent;
import io.coalestra.tier.TierKey;
import io.coalestra.tier.TierLookup;
import io.coalestra.tier.TierWrite;
import io.nats.client.Connection;
import io.nats.client.ErrorListener;
import io.nats.client.JetStreamManagement;
import io.nats.client.Nats;
import io.nats.client.api.StreamConfiguration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a user of NATS must be allowed: what the page on shared tiers says, word for word.
 */
class NatsAccessTests {

	private static final Path PAGE = Path.of("../docs/shared-tier.md");

	private static final Pattern PERMISSIONS = Pattern
		.compile("(?s)permissions: \\{\\s*publish: \\[.*?\\]\\s*subscribe: \\[.*?\\]\\s*\\}");

	private static final TierKey KEY = new TierKey("access", "a");

	private static final TierContent CONTENT = TierContent.of(0, 1, "v".getBytes(StandardCharsets.UTF_8));

	private static final Duration LIFE = Duration.ofMinutes(5);

	private final List<String> errors = new CopyOnWriteArrayList<>();

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

	private static String documented() throws Exception {
		Matcher matcher = PERMISSIONS.matcher(Files.readString(PAGE));
		assertThat(matcher.find()).as("permissions in %s", PAGE).isTrue();
		return matcher.group();
	}

	private ServerProcess server(String permissions) throws Exception {
		Path configuration = Files.createTempFile("coalestra-nats-", ".conf");
		opened(() -> Files.deleteIfExists(configuration));
		Files.writeString(configuration, "authorization { users = [ { user: shop, password: secret, " + permissions
				+ " }, { user: operator, password: secret } ] }\n");
		return opened(NatsServers.start("--config", configuration.toString()));
	}

	private NatsTier tier(ServerProcess server, String user) {
		return NatsTier.connecting(NatsTier.defaultOptions()
			.server("nats://" + user + ":secret@127.0.0.1:" + server.port())
			.errorListener(new ErrorListener() {

				@Override
				public void errorOccurred(Connection connection, String error) {
					NatsAccessTests.this.errors.add(error);
				}

			})
			.build()).build();
	}

	private static void awaitConnected(NatsTier tier) {
		assertThat(ServerProcess.within(() -> NatsServers.isConnected(tier))).as(tier.health().toString()).isTrue();
	}

	private static <T> T get(CompletableFuture<T> future) throws Exception {
		return future.get(60, TimeUnit.SECONDS);
	}

	@Test
	void theRightsThatThePageNamesAreEnoughForAllThatATierDoes() throws Exception {
		NatsTier tier = opened(tier(server(documented()), "shop"));
		awaitConnected(tier);
		assertThat(get(tier.read(List.of(KEY))).getFirst()).isInstanceOf(TierLookup.Nothing.class);
		get(tier.write(List.of(new TierWrite.Update(KEY, CONTENT, WriteRule.MONOTONIC, LIFE))));
		assertThat(get(tier.read(List.of(KEY))).getFirst()).isInstanceOf(TierLookup.Found.class);
		get(tier.write(List.of(new TierWrite.Invalidation(KEY, LIFE))));
		LeaseTable.Claim claim = get(tier.leases().claim("a", "one", Duration.ofSeconds(5)));
		assertThat(claim).isInstanceOf(LeaseTable.Claim.Granted.class);
		LeaseTable.Grant grant = ((LeaseTable.Claim.Granted) claim).grant();
		assertThat(get(tier.leases().renew(grant, LIFE))).isTrue();
		assertThat(get(tier.leases().release(grant))).isTrue();
		assertThat(get(tier.leases().recordOnce("nonce", LIFE))).isTrue();
		assertThat(this.errors).isEmpty();
	}

	@Test
	void nodesWithTheRightsThatThePageNamesHearOfEachOther() throws Exception {
		ServerProcess server = server(documented());
		FaultBench node = opened(new FaultBench(tier(server, "shop")));
		FaultBench other = opened(new FaultBench(tier(server, "shop")));
		node.recovers();
		other.recovers();
		node.publish("BTC", "17");
		other.sees("BTC", "17");
		node.publish("BTC", "18");
		other.sees("BTC", "18");
		assertThat(this.errors).isEmpty();
	}

	@Test
	void whoMayNotMakeBucketsUsesThoseThatAreThere() throws Exception {
		ServerProcess server = server(documented().replaceAll("\"\\$JS\\.API\\.STREAM\\.CREATE\\.[^\"]*\",?", ""));
		NatsTier tier = opened(tier(server, "shop"));
		assertThat(ServerProcess.within(() -> this.errors.stream().anyMatch((error) -> error.contains("CREATE"))))
			.as("refused: %s", this.errors)
			.isTrue();
		assertThat(NatsServers.isConnected(tier)).isFalse();
		awaitConnected(opened(tier(server, "operator")));
		awaitConnected(tier);
		get(tier.write(List.of(new TierWrite.Update(KEY, CONTENT, WriteRule.MONOTONIC, LIFE))));
		assertThat(get(tier.read(List.of(KEY))).getFirst()).isInstanceOf(TierLookup.Found.class);
	}

	@Test
	void bucketsWithoutDirectReadsNeedAnotherRight() throws Exception {
		ServerProcess server = server(documented().replaceAll("DIRECT\\.GET\\.(KV_[a-z-]+)\\.>", "STREAM.MSG.GET.$1"));
		awaitConnected(opened(tier(server, "operator")));
		JetStreamManagement streams = opened(Nats.connect("nats://operator:secret@127.0.0.1:" + server.port()))
			.jetStreamManagement();
		for (String stream : List.of("KV_coalestra-values", "KV_coalestra-leases")) {
			streams.updateStream(StreamConfiguration.builder(streams.getStreamInfo(stream).getConfiguration())
				.allowDirect(false)
				.build());
		}
		NatsTier tier = opened(tier(server, "shop"));
		awaitConnected(tier);
		get(tier.write(List.of(new TierWrite.Update(KEY, CONTENT, WriteRule.MONOTONIC, LIFE))));
		assertThat(get(tier.read(List.of(KEY))).getFirst()).isInstanceOf(TierLookup.Found.class);
		assertThat(this.errors).isEmpty();
	}

	@Test
	void whoMayNotHearNoticesIsDegradedAndComparesBeforeItsCopiesAreUsed() throws Exception {
		ServerProcess server = server(documented().replace("subscribe: [ \"coalestra.notices\",", "subscribe: ["));
		FaultBench node = opened(new FaultBench(tier(server, "shop")));
		FaultBench other = opened(new FaultBench(tier(server, "operator")));
		node.isDegradedBecause("coherence_unknown");
		for (int value = 17; value < 20; value++) {
			assertThat(node.read("BTC")).isNotEqualTo(Integer.toString(value));
			other.publish("BTC", Integer.toString(value));
			node.sees("BTC", Integer.toString(value));
		}
	}

}
