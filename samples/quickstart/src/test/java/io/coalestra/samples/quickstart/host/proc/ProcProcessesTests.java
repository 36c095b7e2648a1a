package io.coalestra.samples.quickstart.host.proc;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.LongStream;

import io.coalestra.failure.SourceUnavailableException;
import io.coalestra.key.ResourceKey;
import io.coalestra.samples.quickstart.fault.Backend;
import io.coalestra.samples.quickstart.fault.FaultMode;
import io.coalestra.samples.quickstart.host.ProcessUsage;
import io.coalestra.source.Payload;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static io.coalestra.samples.quickstart.host.HostResources.PROCESS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class ProcProcessesTests {

	private final ProcFixture proc;

	private final ProcProcesses processes;

	ProcProcessesTests(@TempDir Path directory) {
		this.proc = new ProcFixture(directory);
		this.processes = new ProcProcesses(this.proc.files, new ProcUptime(this.proc.files));
	}

	@BeforeEach
	void theHostHasBeenUpForElevenSeconds() throws Exception {
		uptime(11);
	}

	@Test
	void onlyProcessesAreListed() throws Exception {
		this.proc.withProcess(1, "init", 0)
			.withProcess(42, "java", 0)
			.with("7x/stat", "")
			.with("99999999999999999999/stat", "")
			.with("self/stat", "")
			.with("sys/kernel", "");
		assertThat(this.processes.list().pids()).containsExactlyInAnyOrder(1L, 42L);
	}

	@Test
	void theFirstPassTellsTheAverageOfTheWholeLife() throws Exception {
		this.proc.withProcess(42, "java", 250);
		assertThat(usage(42)).isEqualTo(new ProcessUsage(42, "java", 0.25, 1234L * 1024, 7));
	}

	@Test
	void aFurtherPassTellsWhatHappenedSince() throws Exception {
		this.proc.withProcess(42, "java", 250);
		read(42);
		uptime(13);
		this.proc.withProcess(42, "java", 250 + 300);
		assertThat(usage(42).cpu()).isEqualTo(1.5);
	}

	@Test
	void anIdThatWasGivenToAnotherProcessBeginsAnew() throws Exception {
		this.proc.withProcess(42, "java", 1000);
		read(42);
		uptime(13);
		this.proc.withProcess(42, "other", 50, 1200);
		assertThat(usage(42).cpu()).isEqualTo(0.5);
	}

	@Test
	void manyAreReadInOnePassAndOnesThatHaveEndedAreAbsent() throws Exception {
		this.proc.withProcess(1, "init", 0).withProcess(42, "java", 0);
		Map<ResourceKey<ProcessUsage>, Payload<ProcessUsage>> answers = read(1, 42, 43);
		assertThat(answers).hasSize(3);
		assertThat(answers.get(PROCESS.key(43)).kind()).isEqualTo(Payload.Kind.ABSENT);
	}

	@Test
	void oneThatCannotBeReadIsLeftOutAlone() throws Exception {
		this.proc.withProcess(1, "init", 0).with("42/stat", "42 (java) S").withProcess(43, "sh", 0);
		assertThat(read(1, 42, 43)).containsOnlyKeys(PROCESS.key(1), PROCESS.key(43));
	}

	@Test
	void aThreadOfTheKernelOccupiesNothing() throws Exception {
		this.proc.withProcess(2, "kthreadd", 0).with("2/status", "Name:\tkthreadd\n");
		assertThat(usage(2).residentBytes()).isZero();
	}

	@Test
	void bytesThatAreNoTextAreReplaced() throws Exception {
		byte[] stat = ProcFixture.stat(42, "j?va", 0, 100).getBytes(StandardCharsets.ISO_8859_1);
		stat[5] = (byte) 0xff;
		this.proc.withProcess(42, "java", 0).with("42/stat", stat);
		assertThat(usage(42).name()).isEqualTo("j\ufffdva");
	}

	@Test
	void aFaultFailsTheWholePass() throws Exception {
		this.proc.withProcess(42, "java", 0).faults.turn(Backend.PROC, FaultMode.ERROR);
		assertThatExceptionOfType(SourceUnavailableException.class).isThrownBy(() -> read(42))
			.withMessage("/proc is switched to fail");
	}

	private void uptime(int seconds) throws Exception {
		this.proc.with("uptime", seconds + ".00 12345.67\n");
	}

	private Map<ResourceKey<ProcessUsage>, Payload<ProcessUsage>> read(long... pids) throws Exception {
		return this.processes.read(LongStream.of(pids).mapToObj(PROCESS::key).toList());
	}

	private ProcessUsage usage(long pid) throws Exception {
		ProcessUsage usage = read(pid).get(PROCESS.key(pid)).value();
		assertThat(usage).isNotNull();
		return usage;
	}

}
