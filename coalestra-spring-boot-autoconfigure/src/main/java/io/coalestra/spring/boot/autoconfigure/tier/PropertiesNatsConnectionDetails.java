package io.coalestra.spring.boot.autoconfigure.tier;

import java.util.List;

import io.coalestra.spring.boot.tier.CoalestraNatsConnectionDetails;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.ssl.NoSuchSslBundleException;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;

/**
 * What the properties say of the connection to NATS.
 */
final class PropertiesNatsConnectionDetails implements CoalestraNatsConnectionDetails {

	private static final List<String> DEFAULT_SERVERS = List.of("nats://localhost:4222");

	private final SharedTierProperties.NatsRule rule;

	private final @Nullable SslBundle bundle;

	PropertiesNatsConnectionDetails(SharedTierProperties.NatsRule rule, @Nullable SslBundles bundles) {
		this.rule = rule;
		this.bundle = rule.ssl().isUsed() ? bundle(rule.ssl().bundle(), bundles) : null;
	}

	private static SslBundle bundle(@Nullable String name, @Nullable SslBundles bundles) {
		if (name == null) {
			return SslBundle.systemDefault();
		}
		if (bundles == null) {
			throw new NoSuchSslBundleException(name, "SSL bundle '" + name + "' cannot be found: there are none");
		}
		return bundles.getBundle(name);
	}

	/**
	 * Returns whether the properties name servers, rather than that the usual one is
	 * meant.
	 */
	boolean namesServers() {
		return this.rule.servers() != null && !this.rule.servers().isEmpty();
	}

	@Override
	public List<String> getServers() {
		List<String> servers = this.rule.servers();
		return (servers != null && !servers.isEmpty()) ? servers : DEFAULT_SERVERS;
	}

	@Override
	public @Nullable String getUsername() {
		return this.rule.username();
	}

	@Override
	public @Nullable String getPassword() {
		return this.rule.password();
	}

	@Override
	public @Nullable String getToken() {
		return this.rule.token();
	}

	@Override
	public @Nullable String getCredentials() {
		return this.rule.credentials();
	}

	@Override
	public @Nullable SslBundle getSslBundle() {
		return this.bundle;
	}

}
