package io.coalestra.spring.boot.tier;

import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.autoconfigure.service.connection.ConnectionDetails;
import org.springframework.boot.ssl.SslBundle;

/**
 * Where the NATS of the shared tier is, and how to be let in. A bean of this type takes
 * the place of the properties.
 */
public interface CoalestraNatsConnectionDetails extends ConnectionDetails {

	/**
	 * Returns the addresses of the servers.
	 * @return such as {@code nats://localhost:4222}; one at least
	 */
	List<String> getServers();

	/**
	 * Returns the user's name.
	 * @return the name, or null where there is none
	 */
	default @Nullable String getUsername() {
		return null;
	}

	/**
	 * Returns the user's password.
	 * @return the password, or null where there is none
	 */
	default @Nullable String getPassword() {
		return null;
	}

	/**
	 * Returns the token that lets in without a user.
	 * @return the token, or null where there is none
	 */
	default @Nullable String getToken() {
		return null;
	}

	/**
	 * Returns where the file of credentials is, a JWT with its seed.
	 * @return the path, or null where there is none
	 */
	default @Nullable String getCredentials() {
		return null;
	}

	/**
	 * Returns the certificates and keys for TLS.
	 * @return the bundle, or null where the servers' addresses alone decide
	 */
	default @Nullable SslBundle getSslBundle() {
		return null;
	}

}
