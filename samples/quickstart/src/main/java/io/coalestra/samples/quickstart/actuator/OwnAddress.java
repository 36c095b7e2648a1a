package io.coalestra.samples.quickstart.actuator;

import java.util.OptionalInt;

import org.springframework.boot.web.server.context.WebServerInitializedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * Where the application can be reached: known once its web server listens.
 */
@Component
class OwnAddress {

	private volatile OptionalInt port = OptionalInt.empty();

	@EventListener
	void webServerListens(WebServerInitializedEvent event) {
		this.port = OptionalInt.of(event.getWebServer().getPort());
	}

	/**
	 * Returns the port, or empty while there is none.
	 */
	OptionalInt port() {
		return this.port;
	}

}
