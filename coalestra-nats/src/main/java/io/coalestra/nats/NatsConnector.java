package io.coalestra.nats;

import java.io.IOException;

import io.nats.client.Connection;
import io.nats.client.Nats;
import io.nats.client.Options;

/**
 * Makes the connection, or has it.
 */
sealed interface NatsConnector {

	/**
	 * Returns a connection. Blocks.
	 */
	Connection connect() throws IOException, InterruptedException;

	/**
	 * Is told that the tier needs the connection no longer.
	 */
	void close(Connection connection);

	/**
	 * Makes connections of the tier's own.
	 *
	 * @param options how
	 */
	record Own(Options options) implements NatsConnector {

		@Override
		public Connection connect() throws IOException, InterruptedException {
			try {
				return Nats.connect(this.options);
			}
			catch (IOException ex) {
				throw explained(ex);
			}
		}

		// The client says that it could not connect, and why only to its listener.
		private IOException explained(IOException failure) {
			String reason = (this.options.getErrorListener() instanceof NatsErrors errors) ? errors.takeLast() : null;
			return (reason != null) ? new IOException(failure.getMessage() + ": " + reason, failure) : failure;
		}

		@Override
		public void close(Connection connection) {
			try {
				connection.close();
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}

	}

	/**
	 * Has the application's.
	 *
	 * @param connection the connection
	 */
	record Shared(Connection connection) implements NatsConnector {

		@Override
		public Connection connect() {
			return this.connection;
		}

		@Override
		public void close(Connection shared) {
			// the application's
		}

	}

}
