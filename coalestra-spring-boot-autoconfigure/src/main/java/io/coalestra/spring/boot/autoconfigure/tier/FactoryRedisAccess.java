package io.coalestra.spring.boot.autoconfigure.tier;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisURI;
import io.lettuce.core.TimeoutOptions;
import org.jspecify.annotations.Nullable;

import org.springframework.data.redis.connection.NamedNode;
import org.springframework.data.redis.connection.RedisClusterConfiguration;
import org.springframework.data.redis.connection.RedisConfiguration;
import org.springframework.data.redis.connection.RedisNode;
import org.springframework.data.redis.connection.RedisPassword;
import org.springframework.data.redis.connection.RedisSentinelConfiguration;
import org.springframework.data.redis.connection.RedisSocketConfiguration;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.connection.lettuce.RedisCredentialsProviderFactory;

/**
 * Reads where Redis is from the application's connection factory, whoever made it: Spring
 * Boot of properties and connection details, or the application itself.
 */
final class FactoryRedisAccess {

	private final LettuceConnectionFactory factory;

	private final LettuceClientConfiguration client;

	private FactoryRedisAccess(LettuceConnectionFactory factory) {
		this.factory = factory;
		this.client = factory.getClientConfiguration();
	}

	static RedisAccess of(LettuceConnectionFactory factory) {
		return new FactoryRedisAccess(factory).access();
	}

	private RedisAccess access() {
		RedisClusterConfiguration cluster = this.factory.getClusterConfiguration();
		return new RedisAccess((cluster != null) ? nodes(cluster) : List.of(server()), cluster != null,
				this.client.getClientOptions()
					.orElseGet(() -> ClientOptions.builder().timeoutOptions(TimeoutOptions.enabled()).build()),
				this.client.getClientResources().orElse(null));
	}

	private List<RedisURI> nodes(RedisClusterConfiguration cluster) {
		return cluster.getClusterNodes()
			.stream()
			.map((node) -> finished(address(node), cluster, cluster.getUsername(), cluster.getPassword()))
			.toList();
	}

	private RedisURI server() {
		RedisSentinelConfiguration sentinel = this.factory.getSentinelConfiguration();
		if (sentinel != null) {
			return behind(sentinel);
		}
		RedisSocketConfiguration socket = this.factory.getSocketConfiguration();
		if (socket != null) {
			RedisURI.Builder address = RedisURI.Builder.socket(socket.getSocket()).withDatabase(socket.getDatabase());
			return finished(address, socket, socket.getUsername(), socket.getPassword());
		}
		// The factory itself knows these also where it was made of a configuration whose
		// kind it was not told; a user's name only the configuration has.
		RedisStandaloneConfiguration one = this.factory.getStandaloneConfiguration();
		RedisURI.Builder address = RedisURI.builder()
			.withHost(this.factory.getHostName())
			.withPort(this.factory.getPort())
			.withDatabase(this.factory.getDatabase());
		return finished(address, one, one.getUsername(), RedisPassword.of(this.factory.getPassword()));
	}

	private RedisURI behind(RedisSentinelConfiguration sentinel) {
		NamedNode master = Objects.requireNonNull(sentinel.getMaster(), "master");
		RedisURI.Builder address = RedisURI.builder()
			.withSentinelMasterId(String.valueOf(master.getName()))
			.withDatabase(sentinel.getDatabase());
		for (RedisNode node : sentinel.getSentinels()) {
			RedisURI.Builder guard = address(node);
			authenticate(guard, sentinel.getSentinelUsername(), sentinel.getSentinelPassword());
			this.client.getRedisCredentialsProviderFactory()
				.map((credentials) -> credentials.createSentinelCredentialsProvider(sentinel))
				.ifPresent(guard::withAuthentication);
			address.withSentinel(secured(guard).build());
		}
		return finished(address, sentinel, sentinel.getUsername(), sentinel.getPassword());
	}

	private static RedisURI.Builder address(RedisNode node) {
		return RedisURI.builder()
			.withHost(String.valueOf(node.getHost()))
			.withPort(Optional.ofNullable(node.getPort()).orElse(RedisURI.DEFAULT_REDIS_PORT));
	}

	private RedisURI finished(RedisURI.Builder address, RedisConfiguration configuration, @Nullable String username,
			RedisPassword password) {
		authenticate(address, username, password);
		Optional<RedisCredentialsProviderFactory> credentials = this.client.getRedisCredentialsProviderFactory();
		credentials.map((factory) -> factory.createCredentialsProvider(configuration))
			.ifPresent(address::withAuthentication);
		this.client.getClientName().ifPresent(address::withClientName);
		return secured(address).withTimeout(this.client.getCommandTimeout()).build();
	}

	private static void authenticate(RedisURI.Builder address, @Nullable String username, RedisPassword password) {
		if (password.isPresent()) {
			if (username != null) {
				address.withAuthentication(username, password.get());
			}
			else {
				address.withPassword(password.get());
			}
		}
	}

	private RedisURI.Builder secured(RedisURI.Builder address) {
		return address.withSsl(this.client.isUseSsl())
			.withVerifyPeer(this.client.getVerifyMode())
			.withStartTls(this.client.isStartTls());
	}

}
