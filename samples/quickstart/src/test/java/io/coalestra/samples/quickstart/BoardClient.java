package io.coalestra.samples.quickstart;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

import org.springframework.http.HttpStatusCode;
import org.springframework.web.client.RestClient;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Talks to a running board, as any client would.
 */
class BoardClient {

	private final RestClient http;

	BoardClient(int port) {
		this.http = RestClient.create("http://localhost:" + port);
	}

	JsonNode get(String path) {
		JsonNode body = this.http.get().uri(path).retrieve().body(JsonNode.class);
		assertThat(body).isNotNull();
		return body;
	}

	String text(String path) {
		String body = this.http.get().uri(path).retrieve().body(String.class);
		assertThat(body).isNotNull();
		return body;
	}

	/**
	 * Asks until the board is as expected, and returns that one.
	 */
	JsonNode boardWhere(Consumer<JsonNode> assertions) {
		AtomicReference<JsonNode> last = new AtomicReference<>();
		await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(200)).untilAsserted(() -> {
			last.set(get("/board?processes=10000"));
			assertions.accept(last.get());
		});
		return last.get();
	}

	HttpStatusCode turn(String backend, String mode) {
		return this.http.post()
			.uri("/faults/{backend}?mode={mode}", backend, mode)
			.exchange((request, response) -> response.getStatusCode());
	}

}
