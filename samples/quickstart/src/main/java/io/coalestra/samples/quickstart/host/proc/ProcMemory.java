package io.coalestra.samples.quickstart.host.proc;

import java.io.IOException;

import io.coalestra.samples.quickstart.host.Memory;
import org.springframework.stereotype.Component;

/**
 * Reads the memory from {@code /proc/meminfo}: lines like {@code MemTotal:  8026360 kB}.
 */
@Component
class ProcMemory {

	private static final String FILE = "meminfo";

	private final ProcFiles files;

	ProcMemory(ProcFiles files) {
		this.files = files;
	}

	Memory read() throws IOException, InterruptedException {
		String text = this.files.read(FILE);
		return new Memory(bytes(text, "MemTotal:"), bytes(text, "MemAvailable:"));
	}

	private static long bytes(String text, String label) throws ProcFormatException {
		String line = text.lines()
			.filter((candidate) -> candidate.startsWith(label))
			.findFirst()
			.orElseThrow(() -> new ProcFormatException(FILE, text, "a line " + label));
		return new Fields(FILE, line).number(1) * 1024;
	}

}
