package io.coalestra.spring.boot.autoconfigure.tier;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import io.coalestra.redis.RedisTier;
import io.coalestra.spring.boot.autoconfigure.lifecycle.SnapshotBuilderLifecycle;
import io.coalestra.spring.boot.metrics.MicrometerMetricSink;
import io.coalestra.spring.boot.tier.RedisTierCustomizer;
import io.coalestra.tier.ServerProcess;
import io.coalestra.tier.TierHealth;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.data.redis.autoconfigure.DataRedisConnectionDetails;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import static io.coalestra.spring.boot.autoconfigure.tier.SharingApplication.answersWithout;
import static io.coalestra.spring.boot.autoconfigure.tier.SharingApplication.awaitConnected;
import static io.coalestra.spring.boot.autoconfigure.tier.SharingApplication.awaitFilled;
import static io.coalestra.spring.boot.autoconfigure.tier.SharingApplication.health;
import static io.coalestra.spring.boot.autoconfigure.tier.SharingApplication.read;
import static io.coalestra.spring.boot.autoconfigure.tier.SharingApplication.recovers;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Applications that share a tier on a real Redis.
 */
@Timeout(300)
class RedisTierApplicationTests {

	private final AtomicInteger calls = new AtomicInteger();

	private final ApplicationContextRunner runner = SharingApplication.runner("redis", this.calls);

	private final List<ServerProcess> servers = new ArrayList<>();

	@AfterEach
	void close() {
		this.servers.forEach(ServerProcess::close);
	}

	private ServerProcess started(ServerProcess server) {
		this.servers.add(server);
		return server;
	}

	private ApplicationContextRunner at(ServerProcess server) {
		return this.runner.withPropertyValues("spring.data.redis.host=127.0.0.1",
				"spring.data.redis.port=" + server.port());
	}

	private static List<String> keys(ServerProcess server) {
		try (RedisClient client = RedisClient.create(RedisURI.create("127.0.0.1", server.port()));
				StatefulRedisConnection<String, String> connection = client.connect()) {
			return connection.sync().keys("*");
		}
	}

	@Test
	void whatOneApplicationHasReadIsNotReadByTheNext() {
		ServerProcess server = started(TierServers.redis());
		ApplicationContextRunner shop = at(server).withPropertyValues("coalestra.shared-tier.redis.prefix=shop");
		shop.run((one) -> {
			recovers(one);
			String shared = awaitFilled(one);
			assertThat(keys(server)).isNotEmpty().allSatisfy((key) -> assertThat(key).startsWith("shop:"));
			shop.run((other) -> {
				recovers(other);
				assertThat(read(other)).isEqualTo(shared);
			});
		});
	}

	@Test
	void anApplicationStartsAndAnswersWithoutItsServerAndFindsItLater() {
		ServerProcess server = started(TierServers.redis());
		server.kill();
		this.at(server).run((context) -> {
			answersWithout(context, "refused");
			server.start();
			recovers(context);
			server.kill();
			assertThat(ServerProcess.within(() -> health(context).contains("shared_tier_disconnected"))).isTrue();
			server.start();
			recovers(context);
		});
	}

	@Test
	void aWrongPasswordIsAReasonAndIsMendedWithoutARestart() {
		ServerProcess server = started(TierServers.redis("--requirepass", "right"));
		this.at(server).withPropertyValues("spring.data.redis.password=left").run((context) -> {
			answersWithout(context, "WRONGPASS");
			RedisURI uri = RedisURI.builder()
				.withHost("127.0.0.1")
				.withPort(server.port())
				.withPassword("right".toCharArray())
				.build();
			try (RedisClient operator = RedisClient.create(uri); var connection = operator.connect()) {
				connection.sync().configSet("requirepass", "left");
			}
			recovers(context);
		});
	}

	@Test
	void tlsGoesByTheBundleOfTheConnection() throws Exception {
		Certificate certificate = Certificate.create();
		ServerProcess server = started(TierServers.redisWithTls(certificate));
		this.at(server)
			.withPropertyValues(certificate.trustedBy("redis"), "spring.data.redis.ssl.bundle=redis")
			.run((context) -> {
				awaitConnected(context);
				assertThat(read(context)).isEqualTo("BTC 1");
			});
	}

	@Test
	void aCertificateThatIsNotTrustedIsAReasonAndIsMendedWithoutARestart() throws Exception {
		Certificate trusted = Certificate.create();
		Certificate shown = Certificate.create();
		ServerProcess server = started(TierServers.redisWithTls(shown));
		this.at(server)
			.withPropertyValues(trusted.trustedBy("redis"), "spring.data.redis.ssl.bundle=redis")
			.run((context) -> {
				answersWithout(context, "certification path");
				server.kill();
				shown.replaceBy(trusted);
				server.start();
				recovers(context);
			});
	}

	@Test
	void aServerThatWantsTlsIsNotSpokenToInTheClear() throws Exception {
		ServerProcess server = started(TierServers.redisWithTls(Certificate.create()));
		this.at(server).run((context) -> answersWithout(context, "shared_tier_disconnected"));
	}

	@Test
	void connectionDetailsTakeThePlaceOfTheProperties() {
		ServerProcess server = started(TierServers.redis());
		this.runner.withPropertyValues("spring.data.redis.port=1")
			.withBean(DataRedisConnectionDetails.class, () -> details(server))
			.run((context) -> {
				assertThat(context).hasSingleBean(LettuceConnectionFactory.class);
				awaitConnected(context);
			});
	}

	@Test
	void connectionDetailsServeWhereTheApplicationHasAnotherClient() throws Exception {
		Certificate certificate = Certificate.create();
		ServerProcess plain = started(TierServers.redis());
		ServerProcess secured = started(TierServers.redisWithTls(certificate));
		ApplicationContextRunner withoutLettuce = this.runner.withPropertyValues("spring.data.redis.client-type=jedis",
				certificate.trustedBy("redis"));
		withoutLettuce.withBean(DataRedisConnectionDetails.class, () -> details(plain)).run((context) -> {
			assertThat(context).doesNotHaveBean(LettuceConnectionFactory.class);
			awaitConnected(context);
		});
		withoutLettuce.withUserConfiguration(SecuredDetails.class)
			.withPropertyValues("test.port=" + secured.port())
			.run((context) -> awaitConnected(context));
	}

	private static DataRedisConnectionDetails details(ServerProcess server) {
		return details(server.port(), null);
	}

	private static DataRedisConnectionDetails details(int port, SslBundles bundles) {
		return new DataRedisConnectionDetails() {

			@Override
			public Standalone getStandalone() {
				return Standalone.of("127.0.0.1", port);
			}

			@Override
			public SslBundle getSslBundle() {
				return (bundles != null) ? bundles.getBundle("redis") : null;
			}

		};
	}

	@Test
	void theConnectionFactoryOfTheApplicationSaysWhereTheServerIs() {
		ServerProcess server = started(TierServers.redis());
		this.runner.withPropertyValues("spring.data.redis.port=1")
			.withBean(LettuceConnectionFactory.class, () -> new LettuceConnectionFactory("127.0.0.1", server.port()))
			.run((context) -> awaitConnected(context));
	}

	@Test
	void theTierIsClosedAfterTheBuilderAndBeforeTheConnectionFactory() {
		ServerProcess server = started(TierServers.redis());
		List<String> seen = new ArrayList<>();
		List<RedisTier> tiers = new ArrayList<>();
		this.at(server).withBean(Observer.class, () -> new Observer(seen)).run((context) -> {
			awaitConnected(context);
			context.getBean(Observer.class).tier = context.getBean(RedisTier.class);
			context.getBean(Observer.class).factory = context.getBean(LettuceConnectionFactory.class);
			tiers.add(context.getBean(RedisTier.class));
		});
		assertThat(seen).containsExactly("tier CONNECTED, factory running true");
		assertThat(tiers.getFirst().health().connection()).isEqualTo(TierHealth.Connection.CLOSED);
	}

	@Test
	void customizersHaveTheLastWord() {
		ServerProcess server = started(TierServers.redis());
		this.at(server)
			.withPropertyValues("coalestra.shared-tier.redis.max-payload=1KB")
			.withBean(RedisTierCustomizer.class, () -> (tier) -> tier.maxPayloadBytes(7))
			.run((context) -> assertThat(context.getBean(RedisTier.class).maxPayloadBytes()).isEqualTo(7));
	}

	@Test
	void metersAreTaggedByTheTier() {
		ServerProcess server = started(TierServers.redis());
		SimpleMeterRegistry meters = new SimpleMeterRegistry();
		this.at(server)
			.withBean(MicrometerMetricSink.class, () -> new MicrometerMetricSink(() -> meters))
			.run((context) -> {
				awaitConnected(context);
				read(context);
				assertThat(ServerProcess
					.within(() -> meters.find("coalestra.tier.read").tag("tier", "redis").counter() != null))
					.as(meters.getMetersAsString())
					.isTrue();
			});
	}

	/**
	 * Details with a bundle.
	 */
	@Configuration(proxyBeanMethods = false)
	static class SecuredDetails {

		@Bean
		DataRedisConnectionDetails details(SslBundles bundles, @Value("${test.port}") int port) {
			return RedisTierApplicationTests.details(port, bundles);
		}

	}

	/**
	 * Is stopped after the builder, and looks at what is still there.
	 */
	private static final class Observer implements SmartLifecycle {

		private final List<String> seen;

		private RedisTier tier;

		private LettuceConnectionFactory factory;

		private boolean running;

		private Observer(List<String> seen) {
			this.seen = seen;
		}

		@Override
		public void start() {
			this.running = true;
		}

		@Override
		public void stop() {
			this.running = false;
			this.seen.add("tier " + this.tier.health().connection() + ", factory running " + this.factory.isRunning());
		}

		@Override
		public boolean isRunning() {
			return this.running;
		}

		@Override
		public int getPhase() {
			return SnapshotBuilderLifecycle.PHASE - 1;
		}

	}

}
