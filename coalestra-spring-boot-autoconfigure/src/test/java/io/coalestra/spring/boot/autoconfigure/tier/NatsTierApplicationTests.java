package io.coalestra.spring.boot.autoconfigure.tier;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import io.coalestra.nats.NatsTier;
import io.coalestra.spring.boot.tier.CoalestraNatsConnectionDetails;
import io.coalestra.spring.boot.tier.NatsOptionsCustomizer;
import io.coalestra.spring.boot.tier.NatsTierCustomizer;
import io.coalestra.tier.ServerProcess;
import io.coalestra.tier.TierHealth;
import io.nats.client.Connection;
import io.nats.client.Nats;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static io.coalestra.spring.boot.autoconfigure.tier.SharingApplication.answersWithout;
import static io.coalestra.spring.boot.autoconfigure.tier.SharingApplication.awaitConnected;
import static io.coalestra.spring.boot.autoconfigure.tier.SharingApplication.awaitFilled;
import static io.coalestra.spring.boot.autoconfigure.tier.SharingApplication.health;
import static io.coalestra.spring.boot.autoconfigure.tier.SharingApplication.read;
import static io.coalestra.spring.boot.autoconfigure.tier.SharingApplication.recovers;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Applications that share a tier on a real NATS.
 */
@Timeout(300)
class NatsTierApplicationTests {

	private final AtomicInteger calls = new AtomicInteger();

	private final ApplicationContextRunner runner = SharingApplication.runner("nats", this.calls);

	private final List<AutoCloseable> open = new ArrayList<>();

	@AfterEach
	void close() throws Exception {
		for (AutoCloseable each : this.open.reversed()) {
			each.close();
		}
	}

	private ServerProcess started(ServerProcess server) {
		this.open.add(server);
		return server;
	}

	private static String address(ServerProcess server) {
		return "nats://127.0.0.1:" + server.port();
	}

	private ApplicationContextRunner at(ServerProcess server) {
		return this.runner.withPropertyValues("coalestra.shared-tier.nats.servers=" + address(server));
	}

	@Test
	void whatOneApplicationHasReadIsNotReadByTheNext() {
		ServerProcess server = started(TierServers.nats());
		ApplicationContextRunner shop = at(server).withPropertyValues("coalestra.shared-tier.nats.bucket=shop",
				"coalestra.shared-tier.nats.max-age=2h");
		shop.run((one) -> {
			recovers(one);
			String shared = awaitFilled(one);
			Connection operator = Nats.connect(address(server));
			this.open.add(operator);
			assertThat(operator.keyValueManagement().getStatus("shop-values").getTtl()).hasHours(2);
			shop.run((other) -> {
				recovers(other);
				assertThat(read(other)).isEqualTo(shared);
			});
		});
	}

	@Test
	void anApplicationStartsAndAnswersWithoutItsServerAndFindsItLater() {
		ServerProcess server = started(TierServers.nats());
		server.kill();
		at(server).run((context) -> {
			answersWithout(context, "Unable to connect");
			server.start();
			recovers(context);
			server.kill();
			assertThat(ServerProcess.within(() -> health(context).contains("shared_tier_disconnected"))).isTrue();
			server.start();
			recovers(context);
		});
	}

	@Test
	void aWrongPasswordIsAReasonAndIsMendedWithoutARestart() throws Exception {
		Path configuration = TierServers.directory("coalestra-nats-").resolve("server.conf");
		Files.writeString(configuration, users("right"));
		ServerProcess server = started(TierServers.nats("--config", configuration.toString()));
		at(server)
			.withPropertyValues("coalestra.shared-tier.nats.username=shop", "coalestra.shared-tier.nats.password=left")
			.run((context) -> {
				answersWithout(context, "Authorization");
				Files.writeString(configuration, users("left"));
				server.kill();
				server.start();
				recovers(context);
				// And once more, under a connection that stood.
				Files.writeString(configuration, users("right"));
				server.kill();
				server.start();
				assertThat(ServerProcess.within(() -> health(context).contains("Authorization"))).as(health(context))
					.isTrue();
				Files.writeString(configuration, users("left"));
				server.kill();
				server.start();
				recovers(context);
			});
	}

	private static String users(String password) {
		return "authorization { users = [ { user: shop, password: " + password + " } ] }\n";
	}

	@Test
	void tlsGoesByTheBundle() throws Exception {
		Certificate certificate = Certificate.create();
		ServerProcess server = started(TierServers.natsWithTls(certificate));
		at(server).withPropertyValues(certificate.trustedBy("nats"), "coalestra.shared-tier.nats.ssl.bundle=nats")
			.run((context) -> {
				awaitConnected(context);
				assertThat(read(context)).isEqualTo("BTC 1");
			});
	}

	@Test
	void aCertificateThatIsNotTrustedIsAReasonAndIsMendedWithoutARestart() throws Exception {
		Certificate trusted = Certificate.create();
		Certificate shown = Certificate.create();
		ServerProcess server = started(TierServers.natsWithTls(shown));
		at(server).withPropertyValues(trusted.trustedBy("nats"), "coalestra.shared-tier.nats.ssl.bundle=nats")
			.run((context) -> {
				answersWithout(context, "certification path");
				server.kill();
				shown.replaceBy(trusted);
				server.start();
				recovers(context);
			});
	}

	@Test
	void aBundleThatIsNotThereIsAFailureThatSpringBootExplains() {
		at(started(TierServers.nats())).withPropertyValues("coalestra.shared-tier.nats.ssl.bundle=nowhere")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageContaining("SSL bundle name 'nowhere' cannot be found"));
	}

	@Test
	void connectionDetailsTakeThePlaceOfTheProperties() {
		ServerProcess server = started(TierServers.nats("--auth", "secret"));
		this.runner.withPropertyValues("coalestra.shared-tier.nats.servers=nats://127.0.0.1:1")
			.withBean(CoalestraNatsConnectionDetails.class, () -> new CoalestraNatsConnectionDetails() {

				@Override
				public List<String> getServers() {
					return List.of(address(server));
				}

				@Override
				public String getToken() {
					return "secret";
				}

			})
			.run((context) -> awaitConnected(context));
	}

	@Test
	void theConnectionOfTheApplicationIsUsedAndLeftOpen() throws Exception {
		ServerProcess server = started(TierServers.nats());
		Connection connection = Nats.connect(NatsTier.defaultOptions().server(address(server)).build());
		this.open.add(connection);
		this.runner.withBean(Connection.class, () -> connection, (definition) -> definition.setDestroyMethodName(""))
			.run((context) -> {
				awaitConnected(context);
				assertThat(read(context)).isEqualTo("BTC 1");
			});
		assertThat(connection.getStatus()).isEqualTo(Connection.Status.CONNECTED);
	}

	@Test
	void customizersHaveTheLastWord() {
		ServerProcess server = started(TierServers.nats("--auth", "secret"));
		List<NatsTier> tiers = new ArrayList<>();
		at(server).withBean(NatsOptionsCustomizer.class, () -> (options) -> options.token("secret".toCharArray()))
			.withBean(NatsTierCustomizer.class, () -> (tier) -> tier.maxPayloadBytes(7))
			.run((context) -> {
				awaitConnected(context);
				assertThat(context.getBean(NatsTier.class).maxPayloadBytes()).isEqualTo(7);
				tiers.add(context.getBean(NatsTier.class));
			});
		assertThat(tiers.getFirst().health().connection()).isEqualTo(TierHealth.Connection.CLOSED);
	}

}
