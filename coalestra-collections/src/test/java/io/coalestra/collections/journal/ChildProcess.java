package io.coalestra.collections.journal;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A JVM that a test starts, listens to, and kills.
 */
public final class ChildProcess implements AutoCloseable {

	private final Process process;

	private final BufferedReader output;

	private ChildProcess(Process process) {
		this.process = process;
		this.output = process.inputReader(StandardCharsets.UTF_8);
	}

	/**
	 * Starts a JVM with the class path of this one.
	 * @param main the class whose main method runs
	 * @param arguments what it is given
	 * @return the process
	 */
	public static ChildProcess start(Class<?> main, String... arguments) {
		List<String> command = new ArrayList<>(
				List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1",
						"-Xmx128m", "-cp", System.getProperty("java.class.path"), main.getName()));
		command.addAll(List.of(arguments));
		try {
			return new ChildProcess(new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Waits for the next line that the process prints.
	 * @return the line, or null once it has ended and all lines have been read
	 */
	public String line() {
		try {
			return this.output.readLine();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Kills the process with {@code SIGKILL}, and reads what it had printed.
	 * @return the lines that had not been read
	 */
	public List<String> kill() {
		// Process.destroyForcibly would close the stream as well.
		this.process.toHandle().destroyForcibly();
		List<String> rest = new ArrayList<>();
		for (String line = line(); line != null; line = line()) {
			rest.add(line);
		}
		awaitEnd();
		return rest;
	}

	private void awaitEnd() {
		try {
			assertThat(this.process.waitFor(30, TimeUnit.SECONDS)).as("the process has ended").isTrue();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new AssertionError("interrupted", ex);
		}
	}

	@Override
	public void close() {
		this.process.destroyForcibly();
		awaitEnd();
	}

}
