package io.coalestra.tier;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What must hold of a node whose server breaks, whichever engine it is. Each engine's
 * tests extend it, with what breaks only there.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
public abstract class FaultMatrix {

	private final List<AutoCloseable> open = new ArrayList<>();

	/**
	 * Starts a server.
	 * @param options added to its command line
	 */
	protected abstract ServerProcess startServer(String... options);

	/**
	 * Makes a tier.
	 * @param port where its server is
	 */
	protected abstract SharedTier tierAt(int port);

	/**
	 * Returns a part of what the client says where nobody listens.
	 */
	protected abstract String refusal();

	@AfterEach
	void close() throws Exception {
		for (AutoCloseable each : this.open.reversed()) {
			each.close();
		}
	}

	protected final <T extends AutoCloseable> T opened(T each) {
		this.open.add(each);
		return each;
	}

	protected final ServerProcess server(String... options) {
		return opened(startServer(options));
	}

	protected final FaultBench node(int port) {
		return node(tierAt(port));
	}

	protected final FaultBench node(SharedTier tier) {
		return opened(new FaultBench(tier));
	}

	@Test
	void downAtTheStart() {
		ServerProcess server = server();
		server.kill();
		FaultBench node = node(server.port());
		node.answers();
		node.isDegradedBecause(refusal());
		server.start();
		node.recovers();
	}

	@Test
	void downAtARead() {
		ServerProcess server = server();
		FaultBench node = node(server.port());
		node.recovers();
		server.kill();
		node.answers();
		node.isDegradedBecause("shared_tier_disconnected");
		server.start();
		node.recovers();
	}

	@Test
	void downAtAWriteWhichIsMadeUpForLater() {
		ServerProcess server = server();
		FaultBench one = node(server.port());
		FaultBench other = node(server.port());
		one.recovers();
		other.recovers();
		other.sees("BTC", "price of BTC");
		server.kill();
		one.publish("BTC", "17");
		one.isDegradedBecause("shared_tier_disconnected");
		server.start();
		one.recovers();
		other.sees("BTC", "17");
	}

	@Test
	void slowerThanTheBudget() {
		ServerProcess server = server();
		Wire wire = opened(new Wire(server));
		FaultBench node = node(wire.port());
		node.recovers();
		wire.slow(Duration.ofMillis(500));
		node.isDegradedBecause("no answer within");
		wire.slow(Duration.ZERO);
		node.recovers();
	}

	@Test
	void paused() {
		ServerProcess server = server();
		FaultBench node = node(server.port());
		node.recovers();
		server.pause();
		node.isDegradedBecause("no answer within");
		server.resume();
		node.recovers();
	}

	@Test
	void partedAndJoinedAgain() {
		ServerProcess server = server();
		Wire wire = opened(new Wire(server));
		FaultBench node = node(wire.port());
		node.recovers();
		wire.part();
		node.isDegradedBecause("no answer within");
		wire.join();
		node.recovers();
	}

	@Test
	void connectionsThatStandAndCarryNothing() {
		ServerProcess server = server();
		Wire wire = opened(new Wire(server));
		FaultBench one = node(wire.port());
		FaultBench other = node(server.port());
		one.recovers();
		other.recovers();
		one.sees("BTC", "price of BTC");
		wire.strand();
		one.isDegradedBecause("no answer within");
		one.recovers();
		other.publish("BTC", "17");
		one.sees("BTC", "17");
	}

	@Test
	void partedFromAServerThatForgetsTheConnections() {
		ServerProcess server = server();
		Wire wire = opened(new Wire(server));
		FaultBench one = node(wire.port());
		FaultBench other = node(server.port());
		one.recovers();
		other.recovers();
		one.sees("BTC", "price of BTC");
		wire.part();
		other.publish("BTC", "17");
		one.isDegradedBecause("no answer within");
		server.kill();
		server.start();
		wire.cut();
		one.recovers();
		other.recovers();
		other.publish("BTC", "18");
		one.sees("BTC", "18");
	}

	@Test
	void restartedEmpty() {
		ServerProcess server = server();
		FaultBench one = node(server.port());
		FaultBench other = node(server.port());
		one.recovers();
		other.recovers();
		one.publish("BTC", "17");
		other.sees("BTC", "17");
		server.kill();
		server.start();
		one.recovers();
		other.recovers();
		one.publish("BTC", "18");
		other.sees("BTC", "18");
	}

}
