package io.coalestra.nats;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.coalestra.cache.WriteStatus;
import io.coalestra.tier.FillRaceStorm;
import io.coalestra.tier.FillToken;
import io.coalestra.tier.LeaseTable;
import io.coalestra.tier.ServerProcess;
import io.coalestra.tier.SharedTier;
import io.coalestra.tier.TierContent;
import io.coalestra.tier.TierException;
import io.coalestra.tier.TierHealth;
import io.coalestra.tier.TierKey;
import io.coalestra.tier.TierListener;
import io.coalestra.tier.TierLookup;
import io.coalestra.tier.TierWrite;
import io.nats.client.Connection;
import io.nats.client.KeyValueManagement;
import io.nats.client.Nats;
import io.nats.client.api.KeyValueConfiguration;
import io.nats.client.api.KeyValueStatus;
import io.nats.client.api.StorageType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class NatsFaultTests {

	private static final TierKey KEY = new TierKey("faults", "a");

	private static final TierContent CONTENT = TierContent.of(0, 1, "v".getBytes(StandardCharsets.UTF_8));

	private static final Duration LIFE = Duration.ofMinutes(5);

	private final List<AutoCloseable> open = new ArrayList<>();

	@AfterEach
	void close() throws Exception {
		for (AutoCloseable each : this.open.reversed()) {
			each.close();
		}
	}

	private ServerProcess server(String... options) {
		ServerProcess server = NatsServers.start(options);
		this.open.add(server);
		return server;
	}

	private NatsTier tier(ServerProcess server) {
		NatsTier tier = NatsTier.at(NatsServers.address(server)).build();
		this.open.add(tier);
		return tier;
	}

	private Connection operator(ServerProcess server) throws Exception {
		Connection operator = Nats.connect(NatsServers.address(server));
		this.open.add(operator);
		return operator;
	}

	private static void awaitConnected(NatsTier tier) {
		assertThat(ServerProcess.within(() -> NatsServers.isConnected(tier))).as(tier.health().toString()).isTrue();
	}

	private static <T> T get(CompletableFuture<T> future) throws Exception {
		return future.get(60, TimeUnit.SECONDS);
	}

	private static TierLookup read(SharedTier tier) throws Exception {
		return get(tier.read(List.of(KEY))).getFirst();
	}

	private static WriteStatus fill(SharedTier tier, FillToken token) throws Exception {
		return get(tier.write(List.of(new TierWrite.Fill(KEY, CONTENT, token, LIFE)))).getFirst().status();
	}

	@Test
	void aTierWhoseServerIsNotThereFailsAtOnceAndFindsItLater() throws Exception {
		ServerProcess server = server();
		server.kill();
		NatsTier tier = tier(server);
		assertThatExceptionOfType(ExecutionException.class).isThrownBy(() -> read(tier))
			.withCauseInstanceOf(TierException.class)
			.withMessageContaining("not connected");
		assertThat(ServerProcess.within(() -> String.valueOf(tier.health().reason()).contains("Unable to connect")))
			.as(tier.health().toString())
			.isTrue();
		server.start();
		awaitConnected(tier);
		assertThat(read(tier)).isInstanceOf(TierLookup.Nothing.class);
		assertThat(tier.health().reason()).isNull();
	}

	@Test
	void aFillThatBeganBeforeTheServerLostItsContentsIsRefused() throws Exception {
		ServerProcess server = server();
		NatsTier tier = tier(server);
		awaitConnected(tier);
		FillToken before = read(tier).token();
		server.kill();
		assertThat(ServerProcess.within(() -> !NatsServers.isConnected(tier))).isTrue();
		server.start();
		awaitConnected(tier);
		assertThat(fill(tier, before)).isEqualTo(WriteStatus.IGNORED_INVALIDATED);
		FillToken after = read(tier).token();
		assertThat(after.incarnation()).isNotEqualTo(before.incarnation());
		assertThat(fill(tier, after)).isEqualTo(WriteStatus.STORED);
	}

	@Test
	void contentsThatAreLostUnderAStandingConnectionAreNoticedByTheNextRead() throws Exception {
		ServerProcess server = server();
		NatsTier tier = tier(server);
		awaitConnected(tier);
		FillToken before = read(tier).token();
		operator(server).keyValueManagement().delete("coalestra-values");
		assertThatExceptionOfType(ExecutionException.class).isThrownBy(() -> read(tier))
			.withCauseInstanceOf(TierException.class);
		assertThat(ServerProcess.within(() -> answers(tier))).isTrue();
		assertThat(fill(tier, before)).isEqualTo(WriteStatus.IGNORED_INVALIDATED);
	}

	private static boolean answers(SharedTier tier) {
		try {
			return read(tier) instanceof TierLookup.Nothing;
		}
		catch (Exception notYet) {
			return false;
		}
	}

	@Test
	void leasesAndNoncesSurviveARestartOfTheServer() throws Exception {
		ServerProcess server = server();
		NatsTier tier = tier(server);
		awaitConnected(tier);
		LeaseTable.Grant grant = ((LeaseTable.Claim.Granted) get(tier.leases().claim("job", "me", LIFE))).grant();
		assertThat(get(tier.leases().recordOnce("nonce", LIFE))).isTrue();
		server.kill();
		assertThat(ServerProcess.within(() -> !NatsServers.isConnected(tier))).isTrue();
		assertThatExceptionOfType(ExecutionException.class)
			.isThrownBy(() -> get(tier.leases().recordOnce("other", LIFE)))
			.withCauseInstanceOf(TierException.class);
		server.start();
		awaitConnected(tier);
		assertThat(get(tier.leases().claim("job", "you", LIFE))).isInstanceOf(LeaseTable.Claim.Held.class);
		assertThat(get(tier.leases().renew(grant, LIFE))).isTrue();
		assertThat(get(tier.leases().recordOnce("nonce", LIFE))).isFalse();
	}

	@Test
	void aSubscriptionStandsAgainAfterTheServerCameBack() throws Exception {
		ServerProcess server = server();
		NatsTier tier = tier(server);
		List<String> told = new CopyOnWriteArrayList<>();
		SharedTier.Subscription subscription = tier.subscribe(new TierListener() {

			@Override
			public void received(byte[] message) {
				told.add(new String(message, StandardCharsets.UTF_8));
			}

			@Override
			public void subscribed() {
				told.add("subscribed");
			}

			@Override
			public void interrupted() {
				told.add("interrupted");
			}

		});
		this.open.add(subscription);
		assertThat(ServerProcess.within(() -> told.contains("subscribed"))).isTrue();
		server.kill();
		assertThat(ServerProcess.within(() -> told.contains("interrupted"))).isTrue();
		server.start();
		assertThat(ServerProcess.within(() -> told.lastIndexOf("subscribed") > told.indexOf("interrupted")))
			.as(told.toString())
			.isTrue();
		get(tier.send("hello".getBytes(StandardCharsets.UTF_8)));
		assertThat(ServerProcess.within(() -> told.contains("hello"))).isTrue();
	}

	@Test
	void aPausedServerAnswersWhenItGoesOn() throws Exception {
		ServerProcess server = server();
		NatsTier tier = tier(server);
		awaitConnected(tier);
		server.pause();
		CompletableFuture<List<TierLookup>> asked = tier.read(List.of(KEY));
		assertThat(asked).isNotDone();
		server.resume();
		assertThat(get(asked)).hasSize(1);
	}

	@Test
	void aWrongTokenIsTheReasonInTheHealth() {
		NatsTier tier = tier(server("--auth", "right"));
		assertThat(ServerProcess.within(() -> String.valueOf(tier.health().reason()).contains("Authorization")))
			.as(tier.health().toString())
			.isTrue();
		assertThat(tier.health().connection()).isEqualTo(TierHealth.Connection.DISCONNECTED);
	}

	@Test
	void aServerWithoutJetStreamIsAReasonInTheHealth() {
		ServerProcess server = ServerProcess
			.start((port) -> List.of("nats-server", "--addr", "127.0.0.1", "--port", Integer.toString(port)));
		this.open.add(server);
		NatsTier tier = tier(server);
		assertThat(ServerProcess.within(() -> !"not yet tried".equals(tier.health().reason()))).isTrue();
		assertThat(tier.health().connection()).isEqualTo(TierHealth.Connection.DISCONNECTED);
	}

	@Test
	void bucketsAreMadeWithAnAgeAndOnTheStorageThatTheyNeed() throws Exception {
		ServerProcess server = server();
		awaitConnected(tier(server));
		KeyValueManagement buckets = operator(server).keyValueManagement();
		KeyValueStatus values = buckets.getStatus("coalestra-values");
		assertThat(values.getStorageType()).isEqualTo(StorageType.Memory);
		assertThat(values.getTtl()).isEqualTo(Duration.ofDays(1));
		assertThat(values.getMaxHistoryPerKey()).isEqualTo(1);
		KeyValueStatus leases = buckets.getStatus("coalestra-leases");
		assertThat(leases.getStorageType()).isEqualTo(StorageType.File);
		assertThat(leases.getTtl()).isEqualTo(Duration.ofDays(1));
	}

	@Test
	void aBucketThatForgetsRemovalsTooSoonIsRefused() throws Exception {
		ServerProcess server = server();
		operator(server).keyValueManagement()
			.create(KeyValueConfiguration.builder("coalestra-values").ttl(Duration.ofMinutes(1)).build());
		NatsTier tier = tier(server);
		assertThat(ServerProcess.within(() -> String.valueOf(tier.health().reason())
			.contains("maximum age PT1M (expected: at least twice the longest fill, PT2M)")))
			.as(tier.health().toString())
			.isTrue();
	}

	@Test
	void aLeaseMayNotOutliveTheBucket() {
		NatsTier tier = tier(server());
		awaitConnected(tier);
		assertThatIllegalArgumentException().isThrownBy(() -> tier.leases().claim("a", "b", Duration.ofDays(2)))
			.withMessage("life: PT48H (expected: from PT0.001S to the maximum age of the buckets, PT24H)");
	}

	@Test
	void noFillThatRacedIsLeftBehindByAServerThatIsKilledAndPaused() throws Exception {
		ServerProcess server = server();
		NatsTier one = tier(server);
		NatsTier other = tier(server);
		awaitConnected(one);
		awaitConnected(other);
		AtomicInteger turn = new AtomicInteger();
		new FillRaceStorm("storm", List.of(one, other)).run(200, () -> {
			if (turn.incrementAndGet() % 5 == 0) {
				server.kill();
				server.start();
				awaitConnected(one);
				awaitConnected(other);
			}
			else {
				server.pause();
				server.resume();
			}
			return null;
		});
	}

	@Test
	void aClosedTierRefuses() {
		NatsTier tier = tier(server());
		awaitConnected(tier);
		tier.close();
		assertThat(tier.health().connection()).isEqualTo(TierHealth.Connection.CLOSED);
		assertThatExceptionOfType(ExecutionException.class).isThrownBy(() -> read(tier))
			.withMessageContaining("closed");
	}

}
