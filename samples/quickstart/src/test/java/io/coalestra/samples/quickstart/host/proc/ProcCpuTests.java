package io.coalestra.samples.quickstart.host.proc;

import java.io.IOException;
import java.nio.file.Path;

import io.coalestra.samples.quickstart.host.Cpu;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class ProcCpuTests {

	private final ProcFixture proc;

	private final ProcCpu cpu;

	ProcCpuTests(@TempDir Path directory) {
		this.proc = new ProcFixture(directory);
		this.cpu = new ProcCpu(this.proc.files);
	}

	@Test
	void theFirstReadTellsTheAverageSinceTheStart() throws Exception {
		times(25, 75);
		assertThat(this.cpu.read()).isEqualTo(new Cpu(2, 0.25));
	}

	@Test
	void aFurtherReadTellsWhatHappenedSince() throws Exception {
		times(25, 75);
		this.cpu.read();
		times(25 + 90, 75 + 10);
		assertThat(this.cpu.read()).isEqualTo(new Cpu(2, 0.9));
	}

	@Test
	void aReadWithinTheSameTickTellsTheAverage() throws Exception {
		times(25, 75);
		this.cpu.read();
		assertThat(this.cpu.read().busy()).isEqualTo(0.25);
	}

	@Test
	void countersThatBeganAnewAreNoNegativeWork() throws Exception {
		times(250, 750);
		this.cpu.read();
		times(5, 5);
		assertThat(this.cpu.read().busy()).isEqualTo(0.5);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "intr 1 2 3\n", "cpu  1 2 3 4 5 6 7 8\n", "cpu  1 2\ncpu0 1 2\n",
			"cpu  1 2 3 many 5\ncpu0 1 2\n" })
	void whatIsMalformedIsRefused(String text) throws IOException {
		this.proc.with("stat", text);
		assertThatExceptionOfType(ProcFormatException.class).isThrownBy(this.cpu::read);
	}

	private void times(long busy, long idle) throws IOException {
		this.proc.with("stat",
				"cpu  " + busy + " 0 0 " + idle + " 0 0 0 0 77 77\ncpu0 1 1 1 1\ncpu1 1 1 1 1\nintr 5\n");
	}

}
