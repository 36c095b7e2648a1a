package io.coalestra.spring.boot.autoconfigure.tier;

import java.util.List;
import java.util.stream.Stream;

import io.coalestra.nats.NatsTier;
import io.coalestra.spring.boot.autoconfigure.fault.ConfigurationFault;
import io.coalestra.spring.boot.autoconfigure.fault.InvalidConfigurationException;
import io.coalestra.spring.boot.tier.CoalestraNatsConnectionDetails;
import io.coalestra.spring.boot.tier.NatsOptionsCustomizer;
import io.nats.client.Connection;
import io.nats.client.Options;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.ssl.SslBundle;

/**
 * Decides between the application's connection to NATS and one of the tier's own.
 */
final class NatsAccess {

	private static final Logger logger = LoggerFactory.getLogger(NatsAccess.class);

	private static final String PREFIX = SharedTierRules.PREFIX + ".nats";

	private final SharedTierProperties.NatsRule rule;

	private final CoalestraNatsConnectionDetails details;

	private final Stream<NatsOptionsCustomizer> customizers;

	NatsAccess(SharedTierProperties.NatsRule rule, CoalestraNatsConnectionDetails details,
			Stream<NatsOptionsCustomizer> customizers) {
		this.rule = rule;
		this.details = details;
		this.customizers = customizers;
	}

	/**
	 * Starts the configuration of the tier.
	 * @param application the application's connection, if it has one
	 * @return the configuration
	 */
	NatsTier.Builder tier(@Nullable Connection application) {
		if (application == null || isElsewhere()) {
			return NatsTier.connecting(options());
		}
		if (application.getOptions().getMaxReconnect() >= 0) {
			logger.warn("The shared tier uses the application's connection to NATS, which gives up after {} attempts; "
					+ "let it go on for ever: maxReconnects(-1)", application.getOptions().getMaxReconnect());
		}
		return NatsTier.on(application);
	}

	// Whoever says where the tier's server is means that one.
	private boolean isElsewhere() {
		return !(this.details instanceof PropertiesNatsConnectionDetails properties) || properties.namesServers();
	}

	private Options options() {
		Options.Builder options = NatsTier.defaultOptions()
			.servers(this.details.getServers().toArray(String[]::new))
			.connectionName("coalestra")
			.connectionTimeout(this.rule.connectionTimeout())
			.pingInterval(this.rule.pingInterval());
		authenticate(options);
		SslBundle bundle = this.details.getSslBundle();
		if (bundle != null) {
			options.sslContext(bundle.createSslContext());
		}
		this.customizers.forEach((customizer) -> customizer.customize(options));
		try {
			return options.build();
		}
		catch (IllegalArgumentException | IllegalStateException ex) {
			throw new InvalidConfigurationException(
					List.of(new ConfigurationFault("What is set below " + PREFIX, "is refused: " + ex.getMessage(),
							"Correct the properties, or the CoalestraNatsConnectionDetails or NatsOptionsCustomizer"
									+ " beans that stand in for them.")),
					ex);
		}
	}

	private void authenticate(Options.Builder options) {
		String username = this.details.getUsername();
		String token = this.details.getToken();
		String credentials = this.details.getCredentials();
		if (Stream.of(username, token, credentials).filter((way) -> way != null).count() > 1) {
			throw new InvalidConfigurationException(List.of(new ConfigurationFault("What is set below " + PREFIX,
					"names more than one way to be let in (expected: username, token or credentials)",
					"Keep one of " + PREFIX + ".username, " + PREFIX + ".token and " + PREFIX + ".credentials.")),
					null);
		}
		if (username != null) {
			String password = this.details.getPassword();
			options.userInfo(username.toCharArray(), (password != null) ? password.toCharArray() : new char[0]);
		}
		if (token != null) {
			options.token(token.toCharArray());
		}
		if (credentials != null) {
			options.credentialPath(credentials);
		}
	}

}
