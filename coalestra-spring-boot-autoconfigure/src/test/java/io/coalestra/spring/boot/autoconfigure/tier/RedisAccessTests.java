package io.coalestra.spring.boot.autoconfigure.tier;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisCredentials;
import io.lettuce.core.RedisURI;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import org.junit.jupiter.api.Test;

import org.springframework.boot.data.redis.autoconfigure.DataRedisConnectionDetails;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.data.redis.connection.RedisClusterConfiguration;
import org.springframework.data.redis.connection.RedisConfiguration;
import org.springframework.data.redis.connection.RedisSentinelConfiguration;
import org.springframework.data.redis.connection.RedisSocketConfiguration;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What of an application's connection is the tier's as well.
 */
class RedisAccessTests {

	private static final ClientResources RESOURCES = DefaultClientResources.create();

	private static RedisAccess ofFactory(Function<LettuceClientConfiguration, LettuceConnectionFactory> factory) {
		return FactoryRedisAccess.of(factory.apply(LettuceClientConfiguration.builder()
			.clientName("shop")
			.clientResources(RESOURCES)
			.clientOptions(ClientOptions.builder().requestQueueSize(77).build())
			.commandTimeout(Duration.ofSeconds(3))
			.useSsl()
			.build()));
	}

	private static void isSecured(RedisURI address) {
		assertThat(address.isSsl()).isTrue();
		assertThat(address.getTimeout()).hasSeconds(3);
		assertThat(address.getClientName()).isEqualTo("shop");
	}

	private static void isKnownAs(RedisURI address, String username, String password) {
		RedisCredentials credentials = address.getCredentialsProvider().resolveCredentials().block();
		assertThat(credentials.getUsername()).isEqualTo(username);
		assertThat(new String(credentials.getPassword())).isEqualTo(password);
	}

	@Test
	void oneServer() {
		RedisStandaloneConfiguration configuration = new RedisStandaloneConfiguration("cache", 6_380);
		configuration.setDatabase(3);
		configuration.setUsername("me");
		configuration.setPassword("secret");
		RedisAccess access = ofFactory((client) -> new LettuceConnectionFactory(configuration, client));
		RedisURI address = access.addresses().getFirst();
		assertThat(access.isCluster()).isFalse();
		assertThat(access.resources()).isSameAs(RESOURCES);
		assertThat(access.options().getRequestQueueSize()).isEqualTo(77);
		assertThat(address.getHost()).isEqualTo("cache");
		assertThat(address.getPort()).isEqualTo(6_380);
		assertThat(address.getDatabase()).isEqualTo(3);
		isSecured(address);
		isKnownAs(address, "me", "secret");
	}

	@Test
	void oneServerOfAConfigurationWhoseKindTheFactoryWasNotTold() {
		RedisConfiguration configuration = new RedisStandaloneConfiguration("cache", 6_380);
		RedisURI address = ofFactory((client) -> new LettuceConnectionFactory(configuration, client)).addresses()
			.getFirst();
		assertThat(address.getHost()).isEqualTo("cache");
		assertThat(address.getPort()).isEqualTo(6_380);
	}

	@Test
	void aSocket() {
		RedisSocketConfiguration configuration = new RedisSocketConfiguration("/run/redis.sock");
		configuration.setPassword("secret");
		RedisURI address = ofFactory((client) -> new LettuceConnectionFactory(configuration, client)).addresses()
			.getFirst();
		assertThat(address.getSocket()).isEqualTo("/run/redis.sock");
		isKnownAs(address, null, "secret");
	}

	@Test
	void sentinels() {
		RedisSentinelConfiguration configuration = new RedisSentinelConfiguration("main", Set.of("one:1", "two:2"));
		configuration.setPassword("secret");
		configuration.setSentinelUsername("guard");
		configuration.setSentinelPassword("hush");
		RedisURI address = ofFactory((client) -> new LettuceConnectionFactory(configuration, client)).addresses()
			.getFirst();
		assertThat(address.getSentinelMasterId()).isEqualTo("main");
		isSecured(address);
		isKnownAs(address, null, "secret");
		assertThat(address.getSentinels()).hasSize(2).allSatisfy((sentinel) -> {
			assertThat(sentinel.isSsl()).isTrue();
			isKnownAs(sentinel, "guard", "hush");
		}).extracting(RedisURI::getPort).containsExactlyInAnyOrder(1, 2);
	}

	@Test
	void nodesOfACluster() {
		RedisClusterConfiguration configuration = new RedisClusterConfiguration(List.of("one:1", "two:2"));
		configuration.setPassword("secret");
		RedisAccess access = ofFactory((client) -> new LettuceConnectionFactory(configuration, client));
		assertThat(access.isCluster()).isTrue();
		assertThat(access.addresses()).hasSize(2).allSatisfy((address) -> {
			isSecured(address);
			isKnownAs(address, null, "secret");
		});
	}

	@Test
	void sentinelsOfConnectionDetails() {
		RedisAccess access = DetailsRedisAccess.of(new DataRedisConnectionDetails() {

			@Override
			public String getPassword() {
				return "secret";
			}

			@Override
			public SslBundle getSslBundle() {
				return SslBundle.systemDefault();
			}

			@Override
			public Sentinel getSentinel() {
				return new Guards();
			}

		});
		RedisURI address = access.addresses().getFirst();
		assertThat(access.isCluster()).isFalse();
		assertThat(address.isSsl()).isTrue();
		assertThat(address.getSentinelMasterId()).isEqualTo("main");
		assertThat(address.getDatabase()).isEqualTo(2);
		isKnownAs(address, null, "secret");
		assertThat(address.getSentinels()).singleElement().satisfies((sentinel) -> {
			assertThat(sentinel.isSsl()).isTrue();
			isKnownAs(sentinel, "guard", "hush");
		});
	}

	@Test
	void nodesOfConnectionDetails() {
		RedisAccess access = DetailsRedisAccess.of(new DataRedisConnectionDetails() {

			@Override
			public Cluster getCluster() {
				return () -> List.of(new Node("one", 1), new Node("two", 2));
			}

		});
		assertThat(access.isCluster()).isTrue();
		assertThat(access.addresses()).extracting(RedisURI::getHost).containsExactly("one", "two");
	}

	/**
	 * One sentinel.
	 */
	private static final class Guards implements DataRedisConnectionDetails.Sentinel {

		@Override
		public int getDatabase() {
			return 2;
		}

		@Override
		public String getMaster() {
			return "main";
		}

		@Override
		public List<DataRedisConnectionDetails.Node> getNodes() {
			return List.of(new DataRedisConnectionDetails.Node("one", 1));
		}

		@Override
		public String getUsername() {
			return "guard";
		}

		@Override
		public String getPassword() {
			return "hush";
		}

	}

}
