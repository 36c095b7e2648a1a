package io.coalestra.samples.quickstart.host.proc;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class ProcessStatTests {

	@Test
	void theFieldsAreFound() throws Exception {
		assertThat(ProcessStat.parse(ProcFixture.stat(42, "java", 250, 100)))
			.isEqualTo(new ProcessStat("java", 7, 100, 250));
	}

	@ParameterizedTest
	@ValueSource(strings = { "two words", "(sd-pam)", "a) S 1 2 3 (b", ")", "(", "", "line\nbreak",
			"x) R 9 9 9 9 9 9 9 9 9 9 9 9 9 9 9 9 9 9 9", "<script>" })
	void aNameMayBeAnything(String name) throws Exception {
		assertThat(ProcessStat.parse(ProcFixture.stat(42, name, 250, 100)))
			.isEqualTo(new ProcessStat(name, 7, 100, 250));
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "42 java S 1", ") (", "42 (java", "42 (java)", "42 (java) S 1 2 3",
			"42 (java) S 1 42 42 0 -1 4194560 1000 0 0 0 x 0 0 0 20 0 7 0 100 1" })
	void whatIsMalformedIsRefused(String line) {
		assertThatExceptionOfType(ProcFormatException.class).isThrownBy(() -> ProcessStat.parse(line));
	}

}
