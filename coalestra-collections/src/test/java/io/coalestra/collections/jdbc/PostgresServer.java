package io.coalestra.collections.jdbc;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import javax.sql.DataSource;

import io.coalestra.tier.ServerProcess;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A PostgreSQL that tests start on a free loopback port, as a user without rights, and
 * may kill, pause and start again with its data.
 *
 * <p>
 * Data is not written through to the disk: it outlives the server's processes, not the
 * machine. The directory goes with the JVM.
 */
public final class PostgresServer implements AutoCloseable {

	private static final AtomicInteger databases = new AtomicInteger();

	private final Path data;

	private final ServerProcess process;

	private PostgresServer(Path data, ServerProcess process) {
		this.data = data;
		this.process = process;
	}

	/**
	 * Returns the server that all tests of this JVM share. They have databases of their
	 * own, and leave it running.
	 */
	public static PostgresServer shared() {
		return Shared.SERVER;
	}

	/**
	 * Starts a server of its own.
	 */
	public static PostgresServer start() {
		PostgresFiles files = PostgresFiles.ofThisPlatform();
		try {
			Path data = Files.createTempDirectory("coalestra-postgres-data-");
			files.giveAway(data);
			run(files.command("initdb", "--pgdata", data.toString(), "--username=postgres", "--auth=trust",
					"--encoding=UTF8", "--locale=C", "--no-sync"));
			ServerProcess process = ServerProcess.start((port) -> files.command("postgres", "-D", data.toString(), "-p",
					Integer.toString(port), "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c",
					"fsync=off", "-c", "max_connections=200", "-c", "restart_after_crash=off"));
			PostgresServer server = new PostgresServer(data, process);
			Runtime.getRuntime().addShutdownHook(new Thread(server::close));
			server.awaitReady();
			return server;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static void run(List<String> command) throws IOException {
		Path log = Files.createTempFile("coalestra-postgres-", ".log");
		try {
			int status = new ProcessBuilder(command).redirectErrorStream(true)
				.redirectOutput(log.toFile())
				.start()
				.waitFor();
			if (status != 0) {
				throw new IllegalStateException(command + " ended with " + status + ": " + Files.readString(log));
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(command + ": interrupted", ex);
		}
		finally {
			Files.deleteIfExists(log);
		}
	}

	private void awaitReady() {
		SQLException[] last = new SQLException[1];
		if (!ServerProcess.within(() -> {
			try (Connection connection = dataSource("postgres").getConnection()) {
				return connection.isValid(5);
			}
			catch (SQLException ex) {
				last[0] = ex;
				return false;
			}
		})) {
			throw new IllegalStateException("PostgreSQL does not answer", last[0]);
		}
	}

	/**
	 * Makes a new, empty database.
	 * @return its name
	 */
	public String createDatabase() {
		String name = "test" + databases.incrementAndGet();
		execute("postgres", "CREATE DATABASE " + name);
		return name;
	}

	/**
	 * Runs statements.
	 */
	public void execute(String database, String sql) {
		try (Connection connection = DriverManager.getConnection(url(database), "postgres", "");
				Statement statement = connection.createStatement()) {
			statement.execute(sql);
		}
		catch (SQLException ex) {
			throw new IllegalStateException(sql, ex);
		}
	}

	/**
	 * Returns the address of a database, for the user {@code postgres}.
	 */
	public String url(String database) {
		return "jdbc:postgresql://127.0.0.1:" + this.process.port() + "/" + database;
	}

	/**
	 * Returns connections to a database, each a new one.
	 */
	public DataSource dataSource(String database) {
		PGSimpleDataSource source = new PGSimpleDataSource();
		source.setUrl(url(database));
		source.setUser("postgres");
		source.setConnectTimeout(5);
		source.setSocketTimeout(20);
		return source;
	}

	/**
	 * Returns the port.
	 */
	public int port() {
		return this.process.port();
	}

	/**
	 * Kills the server, as a crash does.
	 */
	public void kill() {
		this.process.kill();
	}

	/**
	 * Starts the server again, on its port and with its data, and waits until it answers.
	 */
	public void restart() {
		// The processes of a killed server notice it within moments; until then a new one
		// refuses to start.
		List<IllegalStateException> refusals = new ArrayList<>();
		if (!ServerProcess.within(() -> {
			try {
				this.process.start();
				return true;
			}
			catch (IllegalStateException ex) {
				refusals.add(ex);
				return false;
			}
		})) {
			throw refusals.getLast();
		}
		awaitReady();
	}

	/**
	 * Stops the server where it stands: its connections stay open, and nothing answers.
	 */
	public void pause() {
		this.process.pause();
	}

	/**
	 * Lets the server go on.
	 */
	public void resume() {
		this.process.resume();
	}

	/**
	 * Sends a signal to the processes that serve a database's connections, but for the
	 * one that asks for them.
	 */
	public void signalBackends(String database, String signal) {
		try (Connection connection = dataSource("postgres").getConnection();
				Statement statement = connection.createStatement();
				ResultSet pids = statement
					.executeQuery("SELECT pid FROM pg_stat_activity WHERE datname = '" + database + "'")) {
			while (pids.next()) {
				run(List.of("kill", "-" + signal, pids.getString(1)));
			}
		}
		catch (SQLException | IOException ex) {
			throw new IllegalStateException("kill -" + signal, ex);
		}
	}

	@Override
	public void close() {
		this.process.close();
		try (Stream<Path> tree = Files.walk(this.data)) {
			tree.sorted((a, b) -> b.compareTo(a)).forEach((path) -> path.toFile().delete());
		}
		catch (IOException | UncheckedIOException ex) {
			// Processes that are about to end still write there; the directory is a
			// temporary one.
			this.data.toFile().deleteOnExit();
		}
	}

	private static final class Shared {

		private static final PostgresServer SERVER = start();

	}

}
