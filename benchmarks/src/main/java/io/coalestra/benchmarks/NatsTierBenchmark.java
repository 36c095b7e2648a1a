package io.coalestra.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

import io.coalestra.benchmarks.report.Goal;
import io.coalestra.nats.NatsTier;
import io.coalestra.tier.ServerProcess;
import io.coalestra.tier.TierHealth;
import io.coalestra.tier.TierKey;
import io.coalestra.tier.TierLookup;
import io.coalestra.tier.TierWrite;
import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.KeyValue;
import io.nats.client.Nats;
import io.nats.client.api.KeyValueEntry;
import org.jspecify.annotations.Nullable;
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
 * A hundred entries of a NATS on loopback, read through the shared tier, beside the same
 * wave of reads through the client alone.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(2)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@State(Scope.Benchmark)
public class NatsTierBenchmark {

	private static final int KEYS = 100;

	private final TierEntries entries = new TierEntries();

	private final List<TierKey> keys = new ArrayList<>();

	private final List<String> raw = new ArrayList<>();

	private final ServerProcess server = TierServers.nats();

	private final String address = TierServers.natsAt(this.server);

	private final NatsTier tier = NatsTier.at(this.address).build();

	private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();

	private final Connection connection = connect(this.address);

	private @Nullable KeyValue bucket;

	private static Connection connect(String address) {
		try {
			return Nats.connect(address);
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Fills the server.
	 */
	@Setup
	public void fill() throws IOException, InterruptedException {
		ServerProcess.within(() -> this.tier.health().connection() == TierHealth.Connection.CONNECTED);
		// Made by the tier once it is connected; the client opens nothing that is not
		// there.
		KeyValue opened = this.connection.keyValue("coalestra-values");
		this.bucket = opened;
		List<TierWrite> writes = new ArrayList<>();
		for (int i = 0; i < KEYS; i++) {
			this.keys.add(TierEntries.key(i));
			writes.add(this.entries.write(i));
		}
		this.tier.write(writes).join();
		try {
			opened.keys().stream().filter((key) -> key.indexOf('.') > 0).forEach(this.raw::add);
		}
		catch (JetStreamApiException ex) {
			throw new IOException(ex);
		}
		if (this.raw.size() != KEYS) {
			throw new IllegalStateException("the client sees " + this.raw.size() + " of what the tier wrote");
		}
	}

	/**
	 * Stops the server.
	 */
	@TearDown
	public void stop() throws InterruptedException {
		this.connection.close();
		this.executor.shutdown();
		this.tier.close();
		this.server.close();
	}

	/**
	 * One read of a hundred entries, their payloads left as bytes.
	 * @return the entries
	 */
	@Benchmark
	@Goal(atMost = 1.3, beside = "waveOfTheClient")
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
	 * The same wave through the client: a virtual thread for each key.
	 * @return the entries
	 */
	@Benchmark
	public List<KeyValueEntry> waveOfTheClient() {
		List<CompletableFuture<KeyValueEntry>> wave = new ArrayList<>(KEYS);
		for (String key : this.raw) {
			wave.add(CompletableFuture.supplyAsync(() -> get(key), this.executor));
		}
		List<KeyValueEntry> found = new ArrayList<>(KEYS);
		wave.forEach((one) -> found.add(one.join()));
		return found;
	}

	private KeyValueEntry get(String key) {
		try {
			return Objects.requireNonNull(this.bucket).get(key);
		}
		catch (IOException | JetStreamApiException ex) {
			throw new CompletionException(ex);
		}
	}

}
