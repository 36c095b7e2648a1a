package io.coalestra.samples.quickstart;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;

import io.coalestra.key.ResourceKey;
import io.coalestra.key.ResourceType;
import io.coalestra.samples.quickstart.host.HostResources;
import io.coalestra.snapshot.Snapshot;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.snapshot.SnapshotRequest;
import io.coalestra.source.Source;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServletRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.slf4j.MDC;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Two hundred requests at a time: each source call has the log context of its own
 * request, and when all is over, nothing is left.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
@Import(ConcurrentRequestsTests.Echoes.class)
@EnabledOnOs(OS.LINUX)
class ConcurrentRequestsTests {

	private static final int CLIENTS = 200;

	private static final int REQUESTS_EACH = 10;

	private static final String REQUEST = "request";

	private static final ResourceType<String> ECHO = ResourceType.of("test", "echo", String.class);

	@Test
	void noContextIsLostAndNoThreadIsLeft(@LocalServerPort int port, @Autowired SnapshotBuilder builder)
			throws Exception {
		load(port, "warm-up", 1);
		Map<String, Long> before = platformThreads();
		load(port, "load", REQUESTS_EACH);
		await().pollInSameThread().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
			assertThat(builder.health().runawayCalls()).isEmpty();
			assertThat(builder.health().flights()).isZero();
			assertThat(builder.health().runningCalls()).isZero();
			assertThat(platformThreads()).allSatisfy(
					(name, threads) -> assertThat(threads).as(name).isLessThanOrEqualTo(before.getOrDefault(name, 0L)));
		});
	}

	private static void load(int port, String name, int requestsEach) throws InterruptedException, ExecutionException {
		try (HttpClient http = HttpClient.newHttpClient();
				ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
			List<Future<?>> running = new ArrayList<>();
			for (int client = 0; client < CLIENTS; client++) {
				String prefix = name + "-" + client + "-";
				running.add(clients.submit(() -> {
					for (int i = 0; i < requestsEach; i++) {
						assertThat(echo(http, port, prefix + i)).isEqualTo(prefix + i + " of " + prefix + i);
					}
					return null;
				}));
			}
			for (Future<?> client : running) {
				client.get();
			}
		}
	}

	private static String echo(HttpClient http, int port, String request) throws IOException, InterruptedException {
		URI uri = URI.create("http://localhost:" + port + "/echo/" + request);
		return http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString()).body();
	}

	// By name without numbers: a thread may have ended and another of its kind begun.
	// Those of the virtual threads' scheduler come and go with the load of the machine.
	private static Map<String, Long> platformThreads() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.map((thread) -> thread.getName().replaceAll("[0-9]+", "#"))
			.filter((name) -> !name.startsWith("ForkJoinPool") && !name.startsWith("VirtualThread-"))
			.collect(Collectors.groupingBy((name) -> name, TreeMap::new, Collectors.counting()));
	}

	@TestConfiguration(proxyBeanMethods = false)
	static class Echoes {

		@Bean
		Filter requestNames() {
			return (request, response, chain) -> {
				String path = ((HttpServletRequest) request).getRequestURI();
				MDC.put(REQUEST, path.substring(path.lastIndexOf('/') + 1));
				try {
					chain.doFilter(request, response);
				}
				finally {
					MDC.remove(REQUEST);
				}
			};
		}

		@Bean
		Source echoes() {
			return Source.single("echo", ECHO, (key) -> MDC.get(REQUEST) + " of " + key.subject())
				.nonBlocking()
				.build();
		}

		@Bean
		EchoController echoController(SnapshotBuilder builder) {
			return new EchoController(builder);
		}

	}

	@RestController
	static class EchoController {

		private final SnapshotBuilder builder;

		EchoController(SnapshotBuilder builder) {
			this.builder = builder;
		}

		@GetMapping("/echo/{name}")
		String echo(@PathVariable String name) {
			ResourceKey<String> key = ECHO.key(name);
			Snapshot snapshot = this.builder
				.build(SnapshotRequest.require(key).optional(HostResources.CPU.key(), HostResources.MEMORY.key()));
			return snapshot.get(key);
		}

	}

}
