package io.coalestra.samples.quickstart.host.platform;

import java.util.List;

import io.coalestra.samples.quickstart.host.ProcessUsage;
import io.coalestra.source.Payload;
import org.junit.jupiter.api.Test;

import static io.coalestra.samples.quickstart.host.HostResources.PROCESS;
import static org.assertj.core.api.Assertions.assertThat;

class PlatformTests {

	private final PlatformProcesses processes = new PlatformProcesses();

	@Test
	void theMemoryOfThisHostIsKnown() {
		assertThat(new Platform().memory().availableShare()).isBetween(0.0, 1.0);
	}

	@Test
	void thisProcessIsAmongTheListedOnes() {
		long own = ProcessHandle.current().pid();
		assertThat(this.processes.list().pids()).contains(own);
		ProcessUsage usage = this.processes.read(List.of(PROCESS.key(own))).get(PROCESS.key(own)).value();
		assertThat(usage).isNotNull();
		assertThat(usage.pid()).isEqualTo(own);
		assertThat(usage.cpu()).isNotNegative();
	}

	@Test
	void aProcessThatDoesNotExistIsAbsent() {
		assertThat(this.processes.read(List.of(PROCESS.key(Long.MAX_VALUE))).values()).extracting(Payload::kind)
			.containsExactly(Payload.Kind.ABSENT);
	}

}
