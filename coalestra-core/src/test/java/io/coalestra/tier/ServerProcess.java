package io.coalestra.tier;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.IntFunction;

/**
 * A server that a test starts on a free loopback port, and may kill, pause and start
 * again on the same port. It ends with the test, or with the test's JVM.
 */
public final class ServerProcess implements AutoCloseable {

	private static final int LEAST_PORT = 12_000;

	private static final int LEAST_CLIENT_PORT = 32_768;

	private static final long PATIENCE = TimeUnit.SECONDS.toNanos(60);

	private final List<String> command;

	private final int port;

	private final Path log;

	private Process process;

	private ServerProcess(List<String> command, int port, Path log) {
		this.command = command;
		this.port = port;
		this.log = log;
	}

	/**
	 * Starts a server and waits until it accepts connections.
	 * @param command answers the command line, given the port
	 * @return the server
	 */
	public static ServerProcess start(IntFunction<List<String>> command) {
		try {
			int port = freePort();
			Path log = Files.createTempFile("coalestra-server-", ".log");
			log.toFile().deleteOnExit();
			ServerProcess server = new ServerProcess(command.apply(port), port, log);
			server.start();
			return server;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Finds a port that nobody listens on. It lies below those from which systems take
	 * the ports of clients: while a server is down, a client that looks for it could
	 * otherwise come to hold the server's port itself.
	 * @return the port
	 */
	public static int freePort() {
		int port = anyPort();
		while (!isFree(port)) {
			port = anyPort();
		}
		return port;
	}

	private static int anyPort() {
		return ThreadLocalRandom.current().nextInt(LEAST_PORT, LEAST_CLIENT_PORT);
	}

	private static boolean isFree(int port) {
		try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
			return socket.isBound();
		}
		catch (IOException taken) {
			return false;
		}
	}

	/**
	 * Starts the server, if it does not run, and waits until it accepts connections.
	 */
	public void start() {
		if (isRunning()) {
			return;
		}
		try {
			this.process = new ProcessBuilder(this.command).redirectErrorStream(true)
				.redirectOutput(ProcessBuilder.Redirect.appendTo(this.log.toFile()))
				.start();
		}
		catch (IOException ex) {
			throw new IllegalStateException(
					this.command.getFirst() + ": cannot be started; scripts/test installs what the tests need", ex);
		}
		Process started = this.process;
		Runtime.getRuntime().addShutdownHook(new Thread(started::destroyForcibly));
		if (!within(() -> accepts() || !started.isAlive()) || !started.isAlive()) {
			throw new IllegalStateException(this.command + " did not start: " + log());
		}
	}

	private boolean accepts() {
		try (Socket socket = new Socket()) {
			socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), this.port), 200);
			return true;
		}
		catch (IOException refused) {
			return false;
		}
	}

	/**
	 * Waits for a condition, for a bounded time.
	 * @param condition the condition
	 * @return whether it holds
	 */
	public static boolean within(BooleanSupplier condition) {
		long deadline = System.nanoTime() + PATIENCE;
		while (!condition.getAsBoolean()) {
			if (System.nanoTime() - deadline > 0) {
				return condition.getAsBoolean();
			}
			LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
		}
		return true;
	}

	private boolean isRunning() {
		return this.process != null && this.process.isAlive();
	}

	/**
	 * Returns the port.
	 */
	public int port() {
		return this.port;
	}

	/**
	 * Kills the server, as a crash does.
	 */
	public void kill() {
		this.process.destroyForcibly();
		try {
			this.process.waitFor();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/**
	 * Stops the server where it stands: its connections stay open, and nothing answers.
	 */
	public void pause() {
		signal("STOP");
	}

	/**
	 * Lets the server go on.
	 */
	public void resume() {
		signal("CONT");
	}

	private void signal(String name) {
		try {
			Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(this.process.pid())).start();
			if (kill.waitFor() != 0) {
				throw new IllegalStateException("kill -" + name + ": " + kill.exitValue());
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private String log() {
		try {
			return Files.readString(this.log);
		}
		catch (IOException ex) {
			return ex.toString();
		}
	}

	@Override
	public void close() {
		if (isRunning()) {
			kill();
		}
	}

}
