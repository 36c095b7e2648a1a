package io.coalestra.collections.fleet;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

import io.coalestra.collections.CollectionRegistry;
import io.coalestra.collections.access.LoadException;
import io.coalestra.collections.access.RowCollection;
import io.coalestra.collections.access.RowException;
import io.coalestra.collections.flush.BufferedWriteBehind;
import io.coalestra.collections.flush.FlushResult;
import io.coalestra.collections.flush.WriteRefusedException;
import io.coalestra.collections.jdbc.ConnectionProvider;
import io.coalestra.collections.jdbc.PostgresStore;
import io.coalestra.collections.journal.Journal;
import io.coalestra.collections.option.FlushStrategy;
import io.coalestra.collections.store.StoreException;
import io.coalestra.nats.NatsTier;
import io.coalestra.redis.RedisTier;
import io.coalestra.tier.ServerProcess;
import io.coalestra.tier.SharedTier;
import io.coalestra.tier.TierHealth;
import io.coalestra.tier.coherence.TierGate;
import io.lettuce.core.RedisURI;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * One node of a {@link RowFleet}: a process with a collection for each flush strategy,
 * which does what it is told on its standard input and says what came of it on its
 * standard output.
 *
 * <p>
 * Rows of {@link FlushStrategy#ALWAYS} are changed by all nodes, those of the other
 * strategies by one node each. What must hold is checked with every step, and what does
 * not is printed as a violation.
 */
public final class RowNode {

	static final int ROWS = 8;

	private static final Duration LONG_FOR_A_READ = Duration.ofSeconds(5);

	private final int number;

	private final int nodes;

	private final PrintStream out;

	private final CounterLedger ledger;

	private final BufferedWriteBehind writeBehind;

	private final CollectionRegistry registry;

	private final SharedTier tier;

	private final Map<FlushStrategy, RowCollection<Long, Counter>> collections = new EnumMap<>(FlushStrategy.class);

	private final List<Thread> workers = new ArrayList<>();

	// Which server is broken: written by the thread that reads commands.
	private volatile String phase = "none";

	private volatile boolean running;

	private final AtomicLong writes = new AtomicLong();

	private final AtomicLong failures = new AtomicLong();

	private final AtomicLong reads = new AtomicLong();

	private RowNode(String[] arguments, PrintStream out) {
		this.number = Integer.parseInt(arguments[0]);
		this.nodes = Integer.parseInt(arguments[1]);
		this.out = out;
		Path directory = Path.of(arguments[4]);
		this.ledger = new CounterLedger(directory.resolve("ledger-" + this.number), ROWS);
		PGSimpleDataSource source = new PGSimpleDataSource();
		source.setUrl(arguments[2]);
		source.setUser("postgres");
		source.setConnectTimeout(2);
		source.setSocketTimeout(5);
		this.tier = tier(arguments[3]);
		this.writeBehind = BufferedWriteBehind.builder()
			.interval(Duration.ofMillis(100))
			.journal(Journal.in(directory.resolve("journal-" + this.number)).open())
			.onConflict((conflict) -> violation(
					"a deferred write was refused: " + conflict + ", made upon " + conflict.write().base() + " to be "
							+ ((conflict.write().row() != null) ? conflict.write().row().toMap() : null)
							+ ", stored is " + ((conflict.current() != null) ? conflict.current().toMap() : null)))
			.onDeadLetter((letter) -> violation("a deferred write was given up: " + letter))
			.build();
		CollectionRegistry.Builder builder = CollectionRegistry.builder()
			.store(new PostgresStore(ConnectionProvider.of(source)))
			.sharedTier(TierGate.to(this.tier).build())
			.writeBehind(this.writeBehind);
		for (FlushStrategy strategy : FlushStrategy.values()) {
			builder.options(name(strategy), (options) -> options.flush(strategy));
		}
		this.registry = builder.build();
		for (FlushStrategy strategy : FlushStrategy.values()) {
			this.collections.put(strategy, this.registry.rows(name(strategy), Counter.MAPPING));
		}
	}

	private static String name(FlushStrategy strategy) {
		return strategy.name().toLowerCase(Locale.ROOT);
	}

	/**
	 * Returns the key of a row: each strategy has some of the one table.
	 */
	static long key(FlushStrategy strategy, int row) {
		return List.of(FlushStrategy.values()).indexOf(strategy) * 100L + row;
	}

	private static SharedTier tier(String address) {
		return address.startsWith("redis") ? RedisTier.at(RedisURI.create(address)).build()
				: NatsTier.at(address).build();
	}

	/**
	 * Runs the node until it is told to quit.
	 * @param arguments its number, how many there are, the database, the shared tier, a
	 * directory
	 */
	public static void main(String[] arguments) throws Exception {
		// What else prints to the standard output must not come between the answers.
		PrintStream out = System.out;
		System.setOut(System.err);
		new RowNode(arguments, out).run();
	}

	private void run() throws IOException, InterruptedException {
		ServerProcess.within(() -> this.tier.health().connection() == TierHealth.Connection.CONNECTED);
		say("ready");
		BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
		for (String line = commands.readLine(); line != null; line = commands.readLine()) {
			String[] words = line.split(" ", -1);
			switch (words[0]) {
				case "add" -> add(Integer.parseInt(words[1]), Integer.parseInt(words[2]));
				case "go" -> go(Long.parseLong(words[1]));
				case "phase" -> {
					this.phase = words[1];
					say("phase");
				}
				case "probe" -> probe();
				case "stop" -> stop();
				case "values" -> values();
				case "quit" -> {
					quit();
					return;
				}
				default -> throw new IllegalStateException(line);
			}
		}
	}

	private synchronized void say(String line) {
		this.out.println(line);
		this.out.flush();
	}

	private void violation(String what) {
		say("violation node " + this.number + ", " + this.phase + ": " + what);
	}

	// --- many adders ---

	private void add(int threads, int times) throws InterruptedException {
		RowCollection<Long, Counter> counters = this.collections.get(FlushStrategy.ALWAYS);
		List<Thread> adders = new ArrayList<>();
		for (int i = 0; i < threads; i++) {
			adders.add(Thread.ofVirtual().start(() -> {
				for (int k = 0; k < times; k++) {
					counters.update(key(FlushStrategy.ALWAYS, 0), Counter::next);
				}
			}));
		}
		for (Thread adder : adders) {
			adder.join();
		}
		say("added " + counters.statistics().attempts());
	}

	// --- a run with faults ---

	private void go(long seed) {
		this.running = true;
		SplittableRandom seeds = new SplittableRandom(seed);
		for (FlushStrategy strategy : FlushStrategy.values()) {
			for (int row = 0; row < ROWS; row++) {
				if (strategy == FlushStrategy.ALWAYS || row % this.nodes == this.number) {
					SplittableRandom random = seeds.split();
					int written = row;
					this.workers.add(Thread.ofVirtual().start(() -> work(strategy, written, random)));
				}
			}
		}
		say("going");
	}

	// The one thread of this process that changes this row.
	private void work(FlushStrategy strategy, int row, SplittableRandom random) {
		RowCollection<Long, Counter> counters = this.collections.get(strategy);
		long least = 0;
		try {
			while (this.running) {
				if (random.nextInt(4) == 0) {
					least = Math.max(least, write(counters, strategy, row, least));
				}
				else {
					read(counters, strategy, row, least);
				}
				if (random.nextInt(20) == 0) {
					counters.evict(key(strategy, row));
				}
				if (strategy == FlushStrategy.ON_CHECKPOINT && random.nextInt(50) == 0) {
					var unused = this.writeBehind.flush(counters.name());
				}
				LockSupport.parkNanos(random.nextLong(4_000_000));
			}
		}
		catch (RuntimeException | Error ex) {
			violation("the worker of " + counters.name() + " " + row + " failed: " + ex);
		}
	}

	private long write(RowCollection<Long, Counter> counters, FlushStrategy strategy, int row, long least) {
		this.ledger.begin(strategy, row);
		String before = this.phase;
		try {
			Counter written = counters.update(key(strategy, row), Counter::next).value();
			this.ledger.acknowledge(strategy, row);
			this.writes.incrementAndGet();
			if (written.value() <= least) {
				violation("an update of " + counters.name() + " " + row + " was made upon an older row: " + written
						+ " after " + least);
			}
			return written.value();
		}
		catch (StoreException | LoadException | WriteRefusedException | RowException failed) {
			failed(counters, row, before, failed);
			return least;
		}
	}

	private void read(RowCollection<Long, Counter> counters, FlushStrategy strategy, int row, long least) {
		String before = this.phase;
		long begin = System.nanoTime();
		try {
			Counter counter = counters.find(key(strategy, row)).orElse(null);
			this.reads.incrementAndGet();
			if (counter == null) {
				violation(counters.name() + " " + row + " is read as absent");
				return;
			}
			if (counter.value() < least) {
				violation("a read of " + counters.name() + " " + row + " does not see this process's own write: "
						+ counter + " after " + least);
			}
			if (strategy == FlushStrategy.ALWAYS && counter.value() != counter.version() - 1) {
				violation("a read of " + counters.name() + " " + row + " sees what was never stored: " + counter);
			}
			Duration took = Duration.ofNanos(System.nanoTime() - begin);
			if (isUndisturbed(before) && took.compareTo(LONG_FOR_A_READ) > 0) {
				violation("a read of " + counters.name() + " " + row + " took " + took);
			}
		}
		catch (LoadException failed) {
			failed(counters, row, before, failed);
		}
	}

	// While the store is well, nothing may fail, whatever the shared tier does.
	private boolean isUndisturbed(String before) {
		return before.equals(this.phase) && !before.equals("store");
	}

	private void failed(RowCollection<Long, Counter> counters, int row, String before, RuntimeException failed) {
		this.failures.incrementAndGet();
		if (isUndisturbed(before)) {
			violation(counters.name() + " " + row + " failed: " + failed);
		}
	}

	// Ends when the store is found to be well again.
	private void probe() {
		boolean well = ServerProcess.within(() -> {
			try {
				this.collections.forEach((strategy, counters) -> {
					counters.evict(key(strategy, 0));
					counters.require(key(strategy, 0));
				});
				return true;
			}
			catch (LoadException ex) {
				return false;
			}
		});
		say(well ? "well" : "ill");
	}

	private void stop() throws InterruptedException {
		this.running = false;
		for (Thread worker : this.workers) {
			worker.join();
		}
		say("stopped " + this.writes + " writes, " + this.reads + " reads, " + this.failures + " failures");
	}

	private void values() {
		StringBuilder values = new StringBuilder("values");
		for (int row = 0; row < ROWS; row++) {
			values.append(' ')
				.append(this.collections.get(FlushStrategy.ALWAYS).require(key(FlushStrategy.ALWAYS, row)).value());
		}
		say(values.toString());
	}

	private void quit() {
		FlushResult result = this.writeBehind.close(Duration.ofSeconds(60));
		this.registry.close();
		this.tier.close();
		say(result.isComplete() ? "ended" : "left " + result.left());
	}

}
