package io.coalestra.benchmarks;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.coalestra.benchmarks.report.Goal;
import io.coalestra.redis.RedisTier;
import io.coalestra.tier.ServerProcess;
import io.coalestra.tier.TierHealth;
import io.coalestra.tier.TierKey;
import io.coalestra.tier.TierLookup;
import io.coalestra.tier.TierWrite;
import io.lettuce.core.KeyValue;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A hundred entries of a Redis on loopback, read through the shared tier, beside what the
 * client alone needs for the same bytes.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(2)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@State(Scope.Benchmark)
public class RedisTierBenchmark {

	private static final int KEYS = 100;

	private final TierEntries entries = new TierEntries();

	private final List<TierKey> keys = new ArrayList<>();

	private final byte[][] raw = new byte[KEYS][];

	private final ServerProcess server = TierServers.redis();

	private final RedisURI uri = TierServers.redisAt(this.server);

	private final RedisTier tier = RedisTier.at(this.uri).build();

	private final RedisClient client = RedisClient.create(this.uri);

	private final StatefulRedisConnection<byte[], byte[]> connection = this.client.connect(ByteArrayCodec.INSTANCE);

	/**
	 * Fills the server.
	 */
	@Setup
	public void fill() {
		ServerProcess.within(() -> this.tier.health().connection() == TierHealth.Connection.CONNECTED);
		List<TierWrite> writes = new ArrayList<>();
		for (int i = 0; i < KEYS; i++) {
			TierKey key = TierEntries.key(i);
			this.keys.add(key);
			this.raw[i] = ("coalestra:v1:{0}:entry:" + key.text()).getBytes(StandardCharsets.UTF_8);
			writes.add(this.entries.write(i));
		}
		this.tier.write(writes).join();
		if (this.connection.sync().mget(this.raw).stream().anyMatch((value) -> !value.hasValue())) {
			throw new IllegalStateException("the client does not see what the tier wrote");
		}
	}

	/**
	 * Stops the server.
	 */
	@TearDown
	public void stop() {
		this.connection.close();
		this.client.shutdown();
		this.tier.close();
		this.server.close();
	}

	/**
	 * One read of a hundred entries, their payloads left as bytes.
	 * @return the entries
	 */
	@Benchmark
	@Goal(atMost = 0.025, beside = "aReadForEach")
	@Goal(atMost = 1.15, beside = "multiGetOfTheClient")
	public List<TierLookup> oneReadOfAll() {
		return this.tier.read(this.keys).join();
	}

	/**
	 * The same, and every payload decoded.
	 * @return the payloads
	 */
	@Benchmark
	public List<String> oneReadOfAllDecoded() {
		return this.entries.decoded(this.tier.read(this.keys).join());
	}

	/**
	 * A hundred reads, one after the other.
	 * @return the entries
	 */
	@Benchmark
	public List<TierLookup> aReadForEach() {
		List<TierLookup> lookups = new ArrayList<>(KEYS);
		for (TierKey key : this.keys) {
			lookups.addAll(this.tier.read(List.of(key)).join());
		}
		return lookups;
	}

	/**
	 * The client's own multi-get of the same keys.
	 * @return the values
	 */
	@Benchmark
	public List<KeyValue<byte[], byte[]>> multiGetOfTheClient() {
		return this.connection.async().mget(this.raw).toCompletableFuture().join();
	}

}
