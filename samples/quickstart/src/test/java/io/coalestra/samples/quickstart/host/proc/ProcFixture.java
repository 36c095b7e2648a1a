package io.coalestra.samples.quickstart.host.proc;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

import io.coalestra.samples.quickstart.fault.Faults;

/**
 * A directory that looks like {@code /proc}, as far as a test needs.
 */
class ProcFixture {

	private final Path directory;

	final Faults faults = new Faults();

	final ProcFiles files;

	ProcFixture(Path directory) {
		this.directory = directory;
		this.files = new ProcFiles(new ProcProperties(directory), this.faults);
	}

	ProcFixture with(String file, String text) throws IOException {
		return with(file, text.getBytes(StandardCharsets.UTF_8));
	}

	ProcFixture with(String file, byte[] content) throws IOException {
		Path path = this.directory.resolve(file);
		Files.createDirectories(path.getParent());
		Files.write(path, content);
		return this;
	}

	/**
	 * Adds a process that was started one second after the host.
	 */
	ProcFixture withProcess(long pid, String name, long ticks) throws IOException {
		return withProcess(pid, name, ticks, 100);
	}

	ProcFixture withProcess(long pid, String name, long ticks, long startedAt) throws IOException {
		with(pid + "/status", "Name:\tany\nVmSize:\t  9999 kB\nVmRSS:\t    1234 kB\nThreads:\t7\n");
		return with(pid + "/stat", stat(pid, name, ticks, startedAt));
	}

	static String stat(long pid, String name, long ticks, long startedAt) {
		return pid + " (" + name + ") S 1 42 42 0 -1 4194560 1000 0 0 0 " + ticks + " 0 0 0 20 0 7 0 " + startedAt
				+ " 170000000 308 18446744073709551615 1 1 0 0 0 0\n";
	}

}
