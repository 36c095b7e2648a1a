package io.coalestra.samples.quickstart.host.proc;

import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class ProcMemoryTests {

	private final ProcFixture proc;

	ProcMemoryTests(@TempDir Path directory) {
		this.proc = new ProcFixture(directory);
	}

	@Test
	void kilobytesBecomeBytes() throws Exception {
		this.proc.with("meminfo",
				"MemTotal:        8000 kB\nMemFree:          100 kB\nMemAvailable:    2000 kB\nBuffers: 1 kB\n");
		assertThat(new ProcMemory(this.proc.files).read()).satisfies((memory) -> {
			assertThat(memory.totalBytes()).isEqualTo(8000 * 1024);
			assertThat(memory.availableBytes()).isEqualTo(2000 * 1024);
			assertThat(memory.availableShare()).isEqualTo(0.25);
		});
	}

	@Test
	void aMissingLineIsNamed() throws Exception {
		this.proc.with("meminfo", "MemTotal:        8000 kB\n");
		assertThatExceptionOfType(ProcFormatException.class).isThrownBy(() -> new ProcMemory(this.proc.files).read())
			.withMessageContaining("expected: a line MemAvailable:");
	}

}
