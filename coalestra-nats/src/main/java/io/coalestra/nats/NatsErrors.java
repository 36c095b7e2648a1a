package io.coalestra.nats;

import java.util.concurrent.atomic.AtomicReference;

import io.nats.client.Connection;
import io.nats.client.ErrorListener;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Errors of a connection that restores itself: told in detail only to those who look for
 * them, since a server that is away makes one twice a second.
 */
final class NatsErrors implements ErrorListener {

	private static final Logger logger = LoggerFactory.getLogger(NatsErrors.class);

	// What came last, by any thread of the client; whoever tells it takes it.
	private final AtomicReference<@Nullable String> last = new AtomicReference<>();

	@Override
	public void errorOccurred(Connection connection, String error) {
		this.last.set(error);
		logger.debug("The connection to NATS has an error: {}", error);
	}

	@Override
	public void exceptionOccurred(Connection connection, Exception exception) {
		Throwable innermost = exception;
		while (innermost.getCause() != null) {
			innermost = innermost.getCause();
		}
		this.last.set(innermost.toString());
		logger.debug("The connection to NATS has an exception", exception);
	}

	/**
	 * Answers what came last, once.
	 */
	@Nullable String takeLast() {
		return this.last.getAndSet(null);
	}

}
