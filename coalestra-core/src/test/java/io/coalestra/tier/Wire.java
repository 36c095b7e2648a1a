package io.coalestra.tier;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/**
 * What lies between clients and a server, and may be slow, or let nothing through while
 * both believe that they are connected.
 *
 * <p>
 * State is written under this object's monitor, by the test; each direction of each
 * connection has a thread, which reads it there.
 */
public final class Wire implements AutoCloseable {

	private static final int CHUNK = 8_192;

	private final ServerSocket clients;

	private final int serverPort;

	private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

	private final Set<Socket> stranded = ConcurrentHashMap.newKeySet();

	private Duration delay = Duration.ZERO;

	private boolean parted;

	private boolean closed;

	/**
	 * Lays a wire to a server.
	 * @param server the server
	 */
	public Wire(ServerProcess server) {
		this.serverPort = server.port();
		try {
			this.clients = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		Thread.ofVirtual().name("wire").start(this::accept);
	}

	/**
	 * Returns where clients find the server.
	 * @return the port
	 */
	public int port() {
		return this.clients.getLocalPort();
	}

	/**
	 * Lets everything through so much later, in each direction.
	 * @param value the delay
	 */
	public synchronized void slow(Duration value) {
		this.delay = value;
	}

	/**
	 * Lets nothing through, and breaks nothing.
	 */
	public synchronized void part() {
		this.parted = true;
	}

	/**
	 * Lets what was held back and everything else through again.
	 */
	public synchronized void join() {
		this.parted = false;
		notifyAll();
	}

	/**
	 * Lets nothing through on the connections that there are, for ever, and breaks none;
	 * new ones are well.
	 */
	public void strand() {
		this.stranded.addAll(this.sockets);
	}

	/**
	 * Breaks the connections that there are; what was held back is lost.
	 */
	public void cut() {
		this.sockets.forEach(Wire::closeQuietly);
		this.sockets.clear();
		join();
	}

	private void accept() {
		while (true) {
			try {
				Socket client = this.clients.accept();
				Thread.ofVirtual().name("wire-connect").start(() -> connect(client));
			}
			catch (IOException ended) {
				return;
			}
		}
	}

	private void connect(Socket client) {
		this.sockets.add(client);
		try {
			Socket server = new Socket();
			this.sockets.add(server);
			pass();
			server.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), this.serverPort));
			Thread.ofVirtual().name("wire-in").start(() -> carry(client, server));
			Thread.ofVirtual().name("wire-out").start(() -> carry(server, client));
		}
		catch (IOException | InterruptedException refused) {
			closeQuietly(client);
		}
	}

	private void carry(Socket from, Socket to) {
		byte[] chunk = new byte[CHUNK];
		try {
			InputStream in = from.getInputStream();
			OutputStream out = to.getOutputStream();
			for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
				pass();
				if (!this.stranded.contains(from)) {
					out.write(chunk, 0, read);
					out.flush();
				}
			}
		}
		catch (IOException | InterruptedException broken) {
			// as it is passed on below
		}
		finally {
			closeQuietly(from);
			closeQuietly(to);
		}
	}

	private void pass() throws InterruptedException {
		Duration wait;
		synchronized (this) {
			while (this.parted && !this.closed) {
				wait();
			}
			wait = this.delay;
		}
		if (!wait.isZero()) {
			LockSupport.parkNanos(wait.toNanos());
		}
	}

	private static void closeQuietly(Socket socket) {
		try {
			socket.close();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public void close() {
		synchronized (this) {
			this.closed = true;
			notifyAll();
		}
		try {
			this.clients.close();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		cut();
	}

}
