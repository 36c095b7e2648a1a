package io.coalestra.redis;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

import io.coalestra.source.Payload;
import io.coalestra.tier.FaultBench;
import io.coalestra.tier.ServerProcess;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Nodes whose Redis dies, and whose replica takes its place. What was written last may be
 * lost with it. Nodes find the new server without a restart, and none goes back.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class RedisFailoverTests {

	private static final String SUBJECT = "BTC";

	private final List<AutoCloseable> open = new ArrayList<>();

	// Far enough back, so that no number's moment is ahead of the clock.
	private final Instant begun = Instant.now().minusSeconds(600);

	private final AtomicInteger published = new AtomicInteger();

	@AfterEach
	void close() throws Exception {
		for (AutoCloseable each : this.open.reversed()) {
			each.close();
		}
	}

	private <T extends AutoCloseable> T opened(T each) {
		this.open.add(each);
		return each;
	}

	private FaultBench node(RedisTier.Builder tier) {
		FaultBench node = opened(new FaultBench(tier.build(), this::source));
		node.recovers();
		return node;
	}

	// The source knows everything that was published, as a database does.
	private Payload<String> source(String subject) {
		int newest = this.published.get();
		return Payload.of(Integer.toString(newest)).observedAt(observedAt(newest));
	}

	private Instant observedAt(int number) {
		return this.begun.plusMillis(number);
	}

	private void publish(FaultBench node) {
		int next = this.published.incrementAndGet();
		node.publish(SUBJECT, Integer.toString(next), observedAt(next));
	}

	private void isSeenBy(FaultBench... nodes) {
		for (FaultBench node : nodes) {
			node.sees(SUBJECT, Integer.toString(this.published.get()));
		}
	}

	// The longer the failover took, the longer the client may wait for its next try.
	private static void recover(FaultBench... nodes) {
		for (FaultBench node : nodes) {
			assertThat(ServerProcess.within(node::isWell)).isTrue();
			node.recovers();
		}
	}

	// Publishes on and on, so that some of it is lost.
	private void publishUntil(FaultBench node, BooleanSupplier condition) {
		assertThat(ServerProcess.within(() -> {
			publish(node);
			return condition.getAsBoolean();
		})).isTrue();
	}

	@Test
	void nodesFollowTheServerThatSentinelsNameAndNeverGoBack() throws Exception {
		RedisSentinel sentinel = opened(new RedisSentinel());
		FaultBench one = node(RedisTier.at(sentinel.uri()));
		FaultBench other = node(RedisTier.at(sentinel.uri()));
		publish(one);
		isSeenBy(one, other);
		Watch watch = opened(new Watch(one, other));
		ServerProcess dead = sentinel.main();
		publishUntil(one, () -> watch.reads() > 1_000);
		dead.kill();
		publishUntil(one, () -> !sentinel.main().equals(dead));
		recover(one, other);
		publish(one);
		isSeenBy(one, other);
		publish(other);
		isSeenBy(one, other);
		dead.start();
		FaultBench late = node(RedisTier.at(sentinel.uri()));
		publish(other);
		isSeenBy(one, other, late);
		assertThat(watch.violations()).isEmpty();
	}

	@Test
	void nodesFollowTheReplicaThatTakesOverInAClusterAndNeverGoBack() {
		RedisCluster cluster = opened(RedisCluster.startWithReplicaOfTheFirst());
		FaultBench one = node(RedisTier.atCluster(cluster.uris()));
		FaultBench other = node(RedisTier.atCluster(cluster.uris()));
		publish(one);
		isSeenBy(one, other);
		Watch watch = opened(new Watch(one, other));
		publishUntil(one, () -> watch.reads() > 1_000);
		cluster.killTheFirst();
		publishUntil(one, cluster::replicaHasTakenOver);
		recover(one, other);
		publish(one);
		isSeenBy(one, other);
		publish(other);
		isSeenBy(one, other);
		assertThat(watch.violations()).isEmpty();
	}

	/**
	 * Reads on and on, on several nodes, and notes where one of them goes back.
	 */
	private static final class Watch implements AutoCloseable {

		private static final long BETWEEN_READS = Duration.ofNanos(300_000).toNanos();

		private final AtomicBoolean over = new AtomicBoolean();

		private final AtomicLong reads = new AtomicLong();

		private final List<String> violations = new CopyOnWriteArrayList<>();

		private final List<Thread> threads;

		private Watch(FaultBench... nodes) {
			this.threads = List.of(nodes)
				.stream()
				.map((node) -> Thread.ofPlatform().daemon().start(() -> watch(node)))
				.toList();
		}

		private void watch(FaultBench node) {
			int newest = 0;
			while (!this.over.get()) {
				try {
					int number = Integer.parseInt(node.read(SUBJECT));
					if (number < newest) {
						this.violations.add("from " + newest + " to " + number);
					}
					newest = Math.max(newest, number);
				}
				catch (RuntimeException | AssertionError ex) {
					this.violations.add(ex.toString());
				}
				this.reads.incrementAndGet();
				LockSupport.parkNanos(BETWEEN_READS);
			}
		}

		private long reads() {
			return this.reads.get();
		}

		private List<String> violations() {
			return this.violations;
		}

		@Override
		public void close() {
			this.over.set(true);
			try {
				for (Thread thread : this.threads) {
					thread.join();
				}
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}

	}

}
