package io.coalestra.samples.quickstart;

import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A host that has no {@code /proc}, as most that are not Linux.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT, properties = "quickstart.proc.directory=target/no-proc")
class WithoutProcTests {

	@Test
	void thePlatformServesAndTheDisksAreMissingWithAReason(@LocalServerPort int port) {
		new BoardClient(port).boardWhere((board) -> {
			assertThat(board.at("/values/host:memory/source").asString()).isEqualTo("platform-memory");
			assertThat(board.at("/values/host:processes/source").asString()).isEqualTo("platform-process-list");
			assertThat(board.at("/errors/host:disks/kind").asString()).isEqualTo("SOURCES_FAILED");
			assertThat(board.at("/errors/host:disks/sources/0/message").asString()).isNotBlank();
		});
	}

}
