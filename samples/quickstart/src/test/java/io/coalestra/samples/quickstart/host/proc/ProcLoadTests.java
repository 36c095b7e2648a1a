package io.coalestra.samples.quickstart.host.proc;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

import io.coalestra.samples.quickstart.host.Load;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class ProcLoadTests {

	private final ProcFixture proc;

	ProcLoadTests(@TempDir Path directory) {
		this.proc = new ProcFixture(directory);
	}

	@Test
	void theAveragesAndTheRunnableThreadsAreRead() throws Exception {
		this.proc.with("loadavg", "0.20 1.18 12.12 3/80 11206\n");
		assertThat(new ProcLoad(this.proc.files).read()).isEqualTo(new Load(0.20, 1.18, 12.12, 3));
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "\n", "0.20", "0.20 0.18 0.12", "x 0.18 0.12 3/80 1", "0.20 0.18 0.12 x/80 1",
			"0.20 0.18 0.12 / 1" })
	void whatIsMalformedIsRefusedByName(String text) throws IOException {
		this.proc.with("loadavg", text);
		assertThatExceptionOfType(ProcFormatException.class).isThrownBy(() -> new ProcLoad(this.proc.files).read())
			.withMessageStartingWith("loadavg: \"");
	}

	@Test
	void aLongTextIsQuotedInPart() throws IOException {
		this.proc.with("loadavg", "x".repeat(100_000));
		assertThatExceptionOfType(ProcFormatException.class).isThrownBy(() -> new ProcLoad(this.proc.files).read())
			.satisfies((ex) -> assertThat(ex.getMessage()).hasSizeLessThan(200));
	}

	@Test
	void aHostWithoutTheFileFails() {
		assertThatExceptionOfType(NoSuchFileException.class).isThrownBy(() -> new ProcLoad(this.proc.files).read());
	}

}
