package io.coalestra.benchmarks.actuator;

import java.io.IOException;
import java.net.http.HttpClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

import io.coalestra.key.ResourceKey;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.snapshot.SnapshotRequest;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.web.server.WebServer;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Measures what metrics and health cost warm builds, and how fast Actuator answers in an
 * application of a hundred sources and 100,000 cached entries, idle and while every
 * source hangs. It fails where a build is more than {@value #MOST_SLOWER} times as slow,
 * or an answer takes {@value #MOST_MILLIS} ms.
 */
public final class ActuatorCost {

	private static final double MOST_SLOWER = 1.08;

	private static final double MOST_MILLIS = 5;

	private static final int ENTRIES = 100_000;

	private ActuatorCost() {
	}

	/**
	 * Measures.
	 * @param arguments none
	 * @throws IOException if Actuator does not answer
	 * @throws InterruptedException if interrupted
	 */
	public static void main(String[] arguments) throws IOException, InterruptedException {
		SpringApplication application = new SpringApplication(WatchedApplication.class);
		boolean kept;
		try (HttpClient client = HttpClient.newHttpClient();
				ConfigurableApplicationContext context = application.run("--server.port=0",
						"--spring.main.banner-mode=off", "--logging.level.root=warn",
						"--management.endpoints.web.exposure.include=coalestra,health,metrics",
						"--management.endpoint.health.show-components=always", "--coalestra.max-concurrency=1000",
						"--coalestra.cache.max-entries=200000", "--coalestra.freshness.default.ttl=2h",
						"--coalestra.freshness.default.max-stale=2h", "--coalestra.shutdown.drain=0s")) {
			SnapshotBuilder builder = context.getBean(SnapshotBuilder.class);
			kept = new WatchedBuilds(builder).ratio() <= MOST_SLOWER;
			fill(builder);
			WebServer server = Objects.requireNonNull(((WebServerApplicationContext) context).getWebServer());
			int port = server.getPort();
			ActuatorAnswers answers = new ActuatorAnswers(client, port);
			kept &= answer(answers, "idle");
			hang(builder);
			kept &= answer(answers, "while every source hangs");
		}
		if (!kept) {
			System.out.printf("missed    expected at most x%s and %s ms%n", MOST_SLOWER, MOST_MILLIS);
		}
		System.exit(kept ? 0 : 1);
	}

	private static boolean answer(ActuatorAnswers answers, String situation) throws IOException, InterruptedException {
		boolean endpoint = answers.slowest("coalestra", situation) < MOST_MILLIS;
		boolean health = answers.slowest("health", situation) < MOST_MILLIS;
		return endpoint && health;
	}

	private static void fill(SnapshotBuilder builder) {
		for (int begin = 0; begin < ENTRIES; begin += 1000) {
			List<ResourceKey<String>> keys = IntStream.range(begin, begin + 1000)
				.mapToObj((number) -> WatchedApplication.QUOTE.key("entry-" + number))
				.toList();
			builder.build(keys);
		}
		requireAtLeast("cached entries", builder.health().cache().size(), ENTRIES);
	}

	// Eight reads of each source: four that run and four that wait for a permit.
	private static void hang(SnapshotBuilder builder) {
		List<ResourceKey<?>> keys = new ArrayList<>();
		for (int source = 1; source < WatchedApplication.SOURCES; source++) {
			for (int subject = 0; subject < 8; subject++) {
				keys.add(WatchedApplication.hanging(source).key("key-" + subject));
			}
		}
		// Its end is of no interest: the sources never answer.
		var unused = builder.buildAsync(SnapshotRequest.require(keys));
		requireAtLeast("reads in progress", builder.health().flights(), keys.size());
	}

	private static void requireAtLeast(String what, long found, long expected) {
		if (found < expected) {
			throw new IllegalStateException(what + ": " + found + " (expected: at least " + expected + ")");
		}
	}

}
