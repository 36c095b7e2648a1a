package io.coalestra.samples.quickstart;

import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.http.HttpStatus;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The application as a whole, over HTTP, on the figures of the host that runs the tests.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
@EnabledOnOs(OS.LINUX)
class QuickstartApplicationTests {

	private static final long A_FEW_MEGABYTES = 16 << 20;

	private final String ownProcess = "host:process:" + ProcessHandle.current().pid();

	private BoardClient client;

	@BeforeEach
	void everythingWorks(@LocalServerPort int port) {
		this.client = new BoardClient(port);
		List.of("proc", "actuator", "objectives").forEach((backend) -> this.client.turn(backend, "off"));
		this.client.boardWhere((board) -> {
			assertThat(board.path("failing")).isEmpty();
			assertThat(board.path("errors")).isEmpty();
		});
	}

	@AfterEach
	void repair() {
		List.of("proc", "actuator", "objectives").forEach((backend) -> this.client.turn(backend, "off"));
	}

	@Test
	void theBoardHasRealFiguresFromSingleBatchAndDerivedSources() {
		JsonNode values = this.client.boardWhere((board) -> {
			assertThat(source(board, "host:cpu")).isEqualTo("proc-cpu");
			assertThat(source(board, "host:memory")).isEqualTo("proc-memory");
			assertThat(source(board, this.ownProcess)).isEqualTo("proc-processes");
			assertThat(source(board, "app:metric:jvm.threads.live")).isEqualTo("actuator");
			assertThat(source(board, "host:headroom")).isEqualTo("headroom");
			assertThat(source(board, "objective:outcome:uptime")).isEqualTo("outcome");
		}).path("values");
		assertThat(values.at("/host:cpu/value/count").asInt()).isPositive();
		assertThat(values.at("/host:memory/value/totalBytes").asLong()).isGreaterThan(A_FEW_MEGABYTES);
		assertThat(values.path(this.ownProcess).at("/value/residentBytes").asLong()).isGreaterThan(A_FEW_MEGABYTES);
		assertThat(values.at("/app:metric:jvm.threads.live/value/value").asDouble()).isGreaterThan(5);
		assertThat(values.at("/objective:outcome:uptime/value/objective/target").asDouble()).isEqualTo(60);
	}

	@Test
	void eachValueSaysWhereItIsFromAndHowOldItIs() {
		JsonNode memory = this.client.get("/board").at("/values/host:memory");
		assertThat(memory.path("source").asString()).isEqualTo("proc-memory");
		assertThat(memory.path("observedAt").asString()).endsWith("Z");
		assertThat(memory.path("ageMillis").asLong()).isBetween(0L, 10_000L);
		assertThat(memory.path("stale").isBoolean()).isTrue();
		assertThat(memory.path("fromCache").isBoolean()).isTrue();
		assertThat(memory.path("version").asString()).isNotBlank();
		assertThat(memory.has("fallbackFor")).isFalse();
	}

	@Test
	void theDiagnosticsSayWhatTheSnapshotTook() {
		JsonNode diagnostics = this.client.get("/board").path("diagnostics");
		assertThat(diagnostics.path("requested").asInt()).isGreaterThan(10);
		assertThat(diagnostics.path("resolved").asInt()).isPositive();
	}

	@Test
	void theBoardShowsAsManyProcessesAsAskedFor() {
		JsonNode values = this.client.get("/board?processes=2").path("values");
		assertThat(values.propertyStream().filter((entry) -> entry.getKey().startsWith("host:process:"))).hasSize(2);
	}

	@Test
	void theExplanationTellsHowAValueCameAbout() {
		assertThat(this.client.text("/board/explanation?of=host:memory")).startsWith("host:memory: ")
			.contains("cache", "proc-memory")
			.doesNotContain("host:cpu");
	}

	@Test
	void theWatchPublishesTheLoad() {
		this.client.boardWhere((board) -> assertThat(source(board, "host:load")).isEqualTo("load-watch"));
	}

	@Test
	void withoutProcThePlatformServesAndTheBoardSaysSo() {
		this.client.turn("proc", "error");
		this.client.boardWhere((board) -> {
			for (String figure : List.of("load", "cpu", "memory")) {
				JsonNode value = board.path("values").path("host:" + figure);
				assertThat(value.path("source").asString()).isEqualTo("platform-" + figure);
				assertThat(value.path("fallbackFor").asString()).isEqualTo("proc-" + figure);
			}
			assertThat(source(board, this.ownProcess)).isEqualTo("platform-processes");
			assertThat(board.path("failing").toString()).contains("proc-cpu", "/proc is switched to fail");
			assertThat(board.at("/faults/PROC").asString()).isEqualTo("ERROR");
		});
		this.client.turn("proc", "off");
		this.client.boardWhere((board) -> {
			assertThat(source(board, "host:cpu")).isEqualTo("proc-cpu");
			assertThat(board.path("failing")).isEmpty();
		});
	}

	@Test
	void aSlowProcIsWaitedForNoLongerThanItsTimeLimit() {
		this.client.turn("proc", "slow");
		this.client.boardWhere((board) -> {
			assertThat(source(board, "host:memory")).isEqualTo("platform-memory");
			assertThat(board.at("/diagnostics/durationMillis").asDouble()).isLessThan(2500);
		});
	}

	@Test
	void withoutTheActuatorOneFigureHasAFallbackAndTheOthersAgeAndThenFail() {
		this.client.turn("actuator", "error");
		this.client.boardWhere((board) -> {
			assertThat(source(board, "app:metric:jvm.threads.live")).isEqualTo("platform-threads");
			assertThat(board.at("/values/app:metric:process.uptime/stale").asBoolean()).isTrue();
		});
		this.client.boardWhere((board) -> {
			JsonNode error = board.at("/errors/app:metric:process.uptime");
			assertThat(error.path("kind").asString()).isEqualTo("SOURCES_FAILED");
			assertThat(error.at("/sources/0/source").asString()).isEqualTo("actuator");
		});
	}

	@Test
	void withoutTheTableTheObjectivesOnceReadServe() {
		this.client.turn("objectives", "error");
		this.client.boardWhere((board) -> {
			assertThat(board.path("failing").toString()).contains("the table of objectives is switched to fail");
			assertThat(board.at("/values/objective:outcome:uptime/value/objective/target").asDouble()).isEqualTo(60);
		});
	}

	@Test
	void theActuatorShowsTheEngine() {
		assertThat(this.client.get("/actuator/coalestra").toString()).contains("proc-load", "objectives", "headroom");
		assertThat(this.client.get("/actuator/health").path("status").asString()).isEqualTo("UP");
		assertThat(this.client.get("/actuator/metrics/coalestra.snapshot.build").at("/measurements/0/value").asDouble())
			.isPositive();
	}

	@Test
	void switchesThatDoNotExistAreRefused() {
		assertThat(this.client.turn("nothing", "off")).isEqualTo(HttpStatus.BAD_REQUEST);
		assertThat(this.client.turn("proc", "nothing")).isEqualTo(HttpStatus.BAD_REQUEST);
	}

	private static String source(JsonNode board, String key) {
		return board.path("values").path(key).path("source").asString();
	}

}
