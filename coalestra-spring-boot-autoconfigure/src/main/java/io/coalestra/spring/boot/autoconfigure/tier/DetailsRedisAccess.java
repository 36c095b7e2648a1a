package io.coalestra.spring.boot.autoconfigure.tier;

import java.util.List;

import io.coalestra.spring.boot.autoconfigure.fault.InvalidConfigurationException;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SslOptions;
import io.lettuce.core.TimeoutOptions;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.data.redis.autoconfigure.DataRedisConnectionDetails;
import org.springframework.boot.ssl.SslBundle;

/**
 * Reads where Redis is from the connection details, for applications whose own client is
 * not Lettuce.
 */
final class DetailsRedisAccess {

	private final DataRedisConnectionDetails details;

	private final @Nullable SslBundle bundle;

	private DetailsRedisAccess(DataRedisConnectionDetails details) {
		this.details = details;
		this.bundle = details.getSslBundle();
	}

	static RedisAccess of(DataRedisConnectionDetails details) {
		return new DetailsRedisAccess(details).access();
	}

	private RedisAccess access() {
		DataRedisConnectionDetails.Cluster cluster = this.details.getCluster();
		return new RedisAccess((cluster != null) ? nodes(cluster) : List.of(server()), cluster != null, options(),
				null);
	}

	private List<RedisURI> nodes(DataRedisConnectionDetails.Cluster cluster) {
		return cluster.getNodes().stream().map((node) -> finished(address(node))).toList();
	}

	private RedisURI server() {
		DataRedisConnectionDetails.Sentinel sentinel = this.details.getSentinel();
		if (sentinel != null) {
			return behind(sentinel);
		}
		DataRedisConnectionDetails.Standalone one = this.details.getStandalone();
		if (one == null) {
			throw new InvalidConfigurationException(List.of(RedisTierFaults.NO_ADDRESS), null);
		}
		return finished(
				RedisURI.builder().withHost(one.getHost()).withPort(one.getPort()).withDatabase(one.getDatabase()));
	}

	private RedisURI behind(DataRedisConnectionDetails.Sentinel sentinel) {
		RedisURI.Builder address = RedisURI.builder()
			.withSentinelMasterId(sentinel.getMaster())
			.withDatabase(sentinel.getDatabase());
		for (DataRedisConnectionDetails.Node node : sentinel.getNodes()) {
			RedisURI.Builder guard = address(node).withSsl(this.bundle != null);
			authenticate(guard, sentinel.getUsername(), sentinel.getPassword());
			address.withSentinel(guard.build());
		}
		return finished(address);
	}

	private static RedisURI.Builder address(DataRedisConnectionDetails.Node node) {
		return RedisURI.builder().withHost(node.host()).withPort(node.port());
	}

	private RedisURI finished(RedisURI.Builder address) {
		authenticate(address, this.details.getUsername(), this.details.getPassword());
		return address.withSsl(this.bundle != null).build();
	}

	private static void authenticate(RedisURI.Builder address, @Nullable String username, @Nullable String password) {
		if (password != null) {
			if (username != null) {
				address.withAuthentication(username, password.toCharArray());
			}
			else {
				address.withPassword(password.toCharArray());
			}
		}
	}

	private ClientOptions options() {
		ClientOptions.Builder options = ClientOptions.builder().timeoutOptions(TimeoutOptions.enabled());
		if (this.bundle != null) {
			options.sslOptions(sslOptions(this.bundle));
		}
		return options.build();
	}

	private static SslOptions sslOptions(SslBundle bundle) {
		SslOptions.Builder options = SslOptions.builder()
			.keyManager(bundle.getManagers().getKeyManagerFactory())
			.trustManager(bundle.getManagers().getTrustManagerFactory());
		String[] ciphers = bundle.getOptions().getCiphers();
		if (ciphers != null) {
			options.cipherSuites(ciphers);
		}
		String[] protocols = bundle.getOptions().getEnabledProtocols();
		if (protocols != null) {
			options.protocols(protocols);
		}
		return options.build();
	}

}
