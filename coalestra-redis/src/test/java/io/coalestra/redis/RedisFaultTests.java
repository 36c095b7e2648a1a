package io.coalestra.redis;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.coalestra.cache.WriteRule;
import io.coalestra.cache.WriteStatus;
import io.coalestra.tier.FillRaceStorm;
import io.coalestra.tier.FillToken;
import io.coalestra.tier.ServerProcess;
import io.coalestra.tier.SharedTier;
import io.coalestra.tier.TierContent;
import io.coalestra.tier.TierException;
import io.coalestra.tier.TierHealth;
import io.coalestra.tier.TierKey;
import io.coalestra.tier.TierListener;
import io.coalestra.tier.TierLookup;
import io.coalestra.tier.TierWrite;
import io.coalestra.tier.Wire;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.Delay;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class RedisFaultTests {

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
		ServerProcess server = RedisServers.start(options);
		this.open.add(server);
		return server;
	}

	private RedisTier tier(RedisURI uri) {
		RedisTier tier = RedisTier.at(uri).build();
		this.open.add(tier);
		return tier;
	}

	private static void awaitConnected(RedisTier tier) {
		assertThat(ServerProcess.within(() -> RedisServers.isConnected(tier))).as(tier.health().toString()).isTrue();
	}

	private RedisURI userWith(ServerProcess server, String... rights) {
		try (RedisClient admin = RedisClient.create(RedisServers.uri(server))) {
			CommandArgs<String, String> user = new CommandArgs<>(StringCodec.UTF8).add("SETUSER")
				.add("app")
				.add("on")
				.add(">secret");
			for (String right : rights) {
				user.add(right);
			}
			admin.connect().sync().dispatch(CommandType.ACL, new StatusOutput<>(StringCodec.UTF8), user);
		}
		return RedisURI.builder()
			.withHost("127.0.0.1")
			.withPort(server.port())
			.withAuthentication("app", "secret")
			.build();
	}

	@Test
	void theRightsThatThePageNamesAreEnough() throws Exception {
		RedisTier tier = tier(userWith(server(), "~coalestra:*", "&coalestra:*", "+@read", "+@write", "+@scripting",
				"+@pubsub", "+@connection", "+time", "+info"));
		awaitConnected(tier);
		List<String> received = new CopyOnWriteArrayList<>();
		CompletableFuture<Void> subscribed = new CompletableFuture<>();
		this.open.add(tier.subscribe(new TierListener() {

			@Override
			public void received(byte[] message) {
				received.add(new String(message, StandardCharsets.UTF_8));
			}

			@Override
			public void subscribed() {
				subscribed.complete(null);
			}

			@Override
			public void interrupted() {
			}

		}));
		get(subscribed);
		get(tier.write(List.of(new TierWrite.Update(KEY, CONTENT, WriteRule.MONOTONIC, LIFE))));
		assertThat(get(tier.read(List.of(KEY))).getFirst()).isInstanceOf(TierLookup.Found.class);
		get(tier.send("news".getBytes(StandardCharsets.UTF_8)));
		assertThat(ServerProcess.within(() -> received.contains("news"))).isTrue();
		get(tier.leases().claim("a", "one", Duration.ofSeconds(5)));
	}

	@Test
	void aUserWhoMayNotSubscribeCostsNoConnectionsAndIsNamedByTheHealth() {
		ServerProcess server = server();
		RedisTier tier = tier(userWith(server, "~*", "+@all", "resetchannels"));
		awaitConnected(tier);
		this.open.add(tier.subscribe(new TierListener() {

			@Override
			public void received(byte[] message) {
			}

			@Override
			public void subscribed() {
			}

			@Override
			public void interrupted() {
			}

		}));
		assertThat(
				ServerProcess.within(() -> tier.health().reason() != null && tier.health().reason().contains("NOPERM")))
			.isTrue();
		try (RedisClient admin = RedisClient.create(RedisServers.uri(server))) {
			RedisCommands<String, String> commands = admin.connect().sync();
			// Enough for some attempts, which begin after 100 ms and take twice as long
			// each.
			assertThat(ServerProcess.within(() -> received(commands) >= 8)).isTrue();
			assertThat(commands.clientList().lines().filter((line) -> line.contains("user=app")))
				.hasSizeLessThanOrEqualTo(2);
		}
	}

	private static long received(RedisCommands<String, String> commands) {
		return commands.info("stats")
			.lines()
			.filter((line) -> line.startsWith("total_connections_received:"))
			.mapToLong((line) -> Long.parseLong(line.substring(line.indexOf(':') + 1)))
			.sum();
	}

	private static <T> T get(CompletableFuture<T> future) throws Exception {
		return future.get(60, TimeUnit.SECONDS);
	}

	private static TierLookup read(SharedTier tier) throws Exception {
		return get(tier.read(List.of(KEY))).getFirst();
	}

	@Test
	void aTierWhoseServerIsNotThereFailsAtOnceAndFindsItLater() throws Exception {
		ServerProcess server = server();
		server.kill();
		RedisTier tier = tier(RedisServers.uri(server));
		assertThatExceptionOfType(ExecutionException.class).isThrownBy(() -> read(tier))
			.withCauseInstanceOf(TierException.class)
			.withMessageContaining("not connected");
		assertThat(ServerProcess.within(() -> String.valueOf(tier.health().reason()).contains("refused")))
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
		RedisTier tier = tier(RedisServers.uri(server));
		awaitConnected(tier);
		FillToken before = read(tier).token();
		server.kill();
		assertThat(ServerProcess.within(() -> !RedisServers.isConnected(tier))).isTrue();
		server.start();
		awaitConnected(tier);
		assertThat(get(tier.write(List.of(new TierWrite.Fill(KEY, CONTENT, before, LIFE)))).getFirst().status())
			.isEqualTo(WriteStatus.IGNORED_INVALIDATED);
		FillToken after = read(tier).token();
		assertThat(after.incarnation()).isNotEqualTo(before.incarnation());
		assertThat(get(tier.write(List.of(new TierWrite.Fill(KEY, CONTENT, after, LIFE)))).getFirst().isStored())
			.isTrue();
	}

	@Test
	void aReplicaThatTookOverWithoutTheRemovalRefusesTheFillThatTheRemovalWouldHaveRefused() throws Exception {
		ServerProcess main = server("--repl-diskless-sync-delay", "0");
		ServerProcess replica = server();
		Wire between = new Wire(main);
		this.open.add(between);
		try (RedisClient client = RedisClient.create();
				var ofMain = client.connect(RedisServers.uri(main));
				var ofReplica = client.connect(RedisServers.uri(replica))) {
			ofReplica.sync().replicaof("127.0.0.1", between.port());
			RedisTier tier = tier(RedisServers.uri(main));
			awaitConnected(tier);
			FillToken before = read(tier).token();
			ofMain.sync().set("written", "afterwards");
			assertThat(ofMain.sync().waitForReplication(1, 20_000)).isOne();
			between.part();
			assertThat(get(tier.write(List.of(new TierWrite.Invalidation(KEY, LIFE)))).getFirst().isStored()).isTrue();
			main.kill();
			ofReplica.sync().replicaofNoOne();
			RedisTier after = tier(RedisServers.uri(replica));
			awaitConnected(after);
			assertThat(read(after)).as("the removal is lost").isInstanceOf(TierLookup.Nothing.class);
			assertThat(get(after.write(List.of(new TierWrite.Fill(KEY, CONTENT, before, LIFE)))).getFirst().status())
				.isEqualTo(WriteStatus.IGNORED_INVALIDATED);
			FillToken anew = read(after).token();
			assertThat(get(after.write(List.of(new TierWrite.Fill(KEY, CONTENT, anew, LIFE)))).getFirst().isStored())
				.isTrue();
		}
	}

	@Test
	void aSubscriptionIsMadeAnewAfterTheServerCameBack() throws Exception {
		ServerProcess server = server();
		RedisTier tier = tier(RedisServers.uri(server));
		awaitConnected(tier);
		List<String> told = new CopyOnWriteArrayList<>();
		this.open.add(tier.subscribe(new Hearing(told)));
		assertThat(ServerProcess.within(() -> told.contains("subscribed"))).isTrue();
		server.kill();
		assertThat(ServerProcess.within(() -> told.contains("interrupted"))).isTrue();
		server.start();
		assertThat(ServerProcess.within(() -> told.lastIndexOf("subscribed") > 1)).as(told.toString()).isTrue();
		awaitConnected(tier);
		get(tier.send("hello".getBytes(StandardCharsets.UTF_8)));
		assertThat(ServerProcess.within(() -> told.contains("hello"))).isTrue();
	}

	@Test
	void aServerThatCameBackIsFoundHoweverSeldomTheClientTries() throws Exception {
		ServerProcess server = server();
		ClientResources seldom = ClientResources.builder().reconnectDelay(Delay.constant(Duration.ofHours(1))).build();
		this.open.add(() -> seldom.shutdown().get());
		RedisClient client = RedisClient.create(seldom, RedisServers.uri(server));
		client.setOptions(RedisTier.suited(ClientOptions.create()).build());
		RedisTier tier = RedisTier.on(client, RedisServers.uri(server)).closingClient().build();
		this.open.add(tier);
		awaitConnected(tier);
		List<String> heard = new CopyOnWriteArrayList<>();
		this.open.add(tier.subscribe(new Hearing(heard)));
		assertThat(ServerProcess.within(() -> heard.contains("subscribed"))).isTrue();
		server.kill();
		assertThat(ServerProcess.within(() -> !RedisServers.isConnected(tier) && heard.contains("interrupted")))
			.isTrue();
		server.start();
		awaitConnected(tier);
		assertThat(read(tier)).isInstanceOf(TierLookup.Nothing.class);
		assertThat(ServerProcess.within(() -> heard.lastIndexOf("subscribed") > 1)).as(heard.toString()).isTrue();
	}

	@Test
	void aPausedServerAnswersWhenItGoesOn() throws Exception {
		ServerProcess server = server();
		RedisTier tier = tier(RedisServers.uri(server));
		awaitConnected(tier);
		assertThat(read(tier)).isInstanceOf(TierLookup.Nothing.class);
		server.pause();
		CompletableFuture<List<TierLookup>> asked = tier.read(List.of(KEY));
		assertThat(asked).isNotDone();
		server.resume();
		assertThat(get(asked)).hasSize(1);
	}

	@Test
	void aWrongPasswordIsTheReasonInTheHealth() {
		ServerProcess server = server("--requirepass", "right");
		RedisURI uri = RedisURI.builder()
			.withHost("127.0.0.1")
			.withPort(server.port())
			.withPassword("wrong".toCharArray())
			.build();
		RedisTier tier = tier(uri);
		assertThat(ServerProcess.within(() -> String.valueOf(tier.health().reason()).contains("WRONGPASS")))
			.as(tier.health().toString())
			.isTrue();
		assertThat(tier.health().connection()).isEqualTo(TierHealth.Connection.DISCONNECTED);
	}

	@Test
	void tlsWhereTheServerSpeaksNoneIsAReasonInTheHealth() {
		RedisURI uri = RedisURI.builder().withHost("127.0.0.1").withPort(server().port()).withSsl(true).build();
		RedisTier tier = tier(uri);
		assertThat(ServerProcess.within(() -> !"not yet tried".equals(tier.health().reason()))).isTrue();
		assertThat(tier.health().connection()).isEqualTo(TierHealth.Connection.DISCONNECTED);
	}

	@Test
	void aFullServerRefusesWritesAndGoesOnReading() throws Exception {
		ServerProcess server = server("--maxmemory", "100kb", "--maxmemory-policy", "noeviction");
		RedisTier tier = tier(RedisServers.uri(server));
		awaitConnected(tier);
		assertThatExceptionOfType(ExecutionException.class)
			.isThrownBy(() -> get(tier.write(List.of(new TierWrite.Update(KEY, CONTENT, WriteRule.MONOTONIC, LIFE)))))
			.withCauseInstanceOf(TierException.class)
			.withMessageContaining("OOM");
		assertThat(RedisServers.isConnected(tier)).isTrue();
	}

	@Test
	void everyKeyExpires() throws Exception {
		ServerProcess server = server();
		RedisTier tier = tier(RedisServers.uri(server));
		awaitConnected(tier);
		read(tier);
		get(tier.write(List.of(new TierWrite.Update(KEY, CONTENT, WriteRule.MONOTONIC, LIFE),
				new TierWrite.Invalidation(new TierKey("faults", "b"), Duration.ofSeconds(1)))));
		get(tier.leases().claim("lease", "me", LIFE));
		get(tier.leases().recordOnce("nonce", LIFE));
		try (RedisClient client = RedisClient.create(RedisServers.uri(server)); var connection = client.connect()) {
			List<String> keys = connection.sync().keys("*");
			assertThat(keys).hasSize(6).allSatisfy((key) -> assertThat(connection.sync().pttl(key)).isPositive());
			assertThat(
					connection.sync().pttl(keys.stream().filter((key) -> key.endsWith("faults:b")).findFirst().get()))
				.as("a removal outlives the longest fill")
				.isGreaterThan(tier.longestFill().toMillis());
		}
	}

	@Test
	void aBriefValueIsStoredForAsLongAsTheRemovalWouldHaveStoodWhosePlaceItTook() throws Exception {
		ServerProcess server = server();
		RedisTier tier = tier(RedisServers.uri(server));
		awaitConnected(tier);
		TierKey other = new TierKey("faults", "b");
		Duration brief = Duration.ofSeconds(5);
		get(tier.write(List.of(new TierWrite.Invalidation(KEY, LIFE),
				new TierWrite.Update(KEY, CONTENT, WriteRule.MONOTONIC, brief),
				new TierWrite.Update(other, CONTENT, WriteRule.MONOTONIC, brief))));
		try (RedisClient client = RedisClient.create(RedisServers.uri(server)); var connection = client.connect()) {
			assertThat(connection.sync().pttl("coalestra:v1:{0}:entry:faults:a"))
				.isBetween(tier.longestFill().toMillis(), tier.longestFill().plusSeconds(10).toMillis());
			assertThat(connection.sync().pttl("coalestra:v1:{0}:entry:faults:b")).isBetween(1L, brief.toMillis());
		}
	}

	@Test
	void aServerThatSentinelsNameIsFound() throws Exception {
		ServerProcess server = server();
		Path configuration = Files.createTempFile("coalestra-sentinel-", ".conf");
		Files.writeString(configuration, "sentinel monitor main 127.0.0.1 " + server.port() + " 1\n");
		ServerProcess sentinel = ServerProcess.start((port) -> List.of(RedisServers.command(), configuration.toString(),
				"--sentinel", "--port", Integer.toString(port), "--bind", "127.0.0.1"));
		this.open.add(sentinel);
		this.open.add(() -> deleteQuietly(configuration));
		RedisTier tier = tier(RedisURI.Builder.sentinel("127.0.0.1", sentinel.port(), "main").build());
		awaitConnected(tier);
		assertThat(get(tier.write(List.of(new TierWrite.Update(KEY, CONTENT, WriteRule.MONOTONIC, LIFE)))).getFirst()
			.isStored()).isTrue();
	}

	private static void deleteQuietly(Path file) throws IOException {
		Files.deleteIfExists(file);
	}

	@Test
	void noFillThatRacedIsLeftBehindByAServerThatIsKilledAndPaused() throws Exception {
		ServerProcess server = server();
		RedisTier one = tier(RedisServers.uri(server));
		RedisTier other = tier(RedisServers.uri(server));
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
		RedisTier tier = tier(RedisServers.uri(server()));
		awaitConnected(tier);
		tier.close();
		assertThat(tier.health().connection()).isEqualTo(TierHealth.Connection.CLOSED);
		assertThatExceptionOfType(ExecutionException.class).isThrownBy(() -> read(tier))
			.withMessageContaining("closed");
	}

	/**
	 * Writes down what it hears.
	 *
	 * @param told where
	 */
	private record Hearing(List<String> told) implements TierListener {

		@Override
		public void received(byte[] message) {
			this.told.add(new String(message, StandardCharsets.UTF_8));
		}

		@Override
		public void subscribed() {
			this.told.add("subscribed");
		}

		@Override
		public void interrupted() {
			this.told.add("interrupted");
		}

	}

}
