package io.coalestra.tier;

import java.time.Instant;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * What a tier knows of its connection, without asking its server.
 *
 * @param tier the tier's name
 * @param connection the state of the connection
 * @param since from when on
 * @param reason why it is not connected, or null
 */
public record TierHealth(String tier, Connection connection, Instant since, @Nullable String reason) {

	/**
	 * Checks.
	 */
	public TierHealth {
		Objects.requireNonNull(tier, "tier");
		Objects.requireNonNull(connection, "connection");
		Objects.requireNonNull(since, "since");
	}

	/**
	 * The state of a connection.
	 */
	public enum Connection {

		/** It is there. */
		CONNECTED,

		/** It is not there, and is being sought. */
		DISCONNECTED,

		/** The tier was closed. */
		CLOSED

	}

}
