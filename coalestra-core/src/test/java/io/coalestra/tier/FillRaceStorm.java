package io.coalestra.tier;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Nodes that fill a tier from a source while others change the source and invalidate, as
 * cache-aside does, with pauses in the worst places. When all is quiet the tier holds
 * nothing that is not the source's state.
 *
 * <p>
 * Orders are drawn at random, so that a stale fill is as likely to look newer as not:
 * only its token gives it away.
 */
public final class FillRaceStorm {

	private static final Duration LIFE = Duration.ofMinutes(5);

	private static final int KEYS = 4;

	private final List<? extends SharedTier> nodes;

	private final String space;

	private final AtomicLong[] source = new AtomicLong[KEYS];

	private final AtomicBoolean over = new AtomicBoolean();

	private final AtomicLong fills = new AtomicLong();

	private final AtomicLong refused = new AtomicLong();

	private final AtomicLong invalidations = new AtomicLong();

	/**
	 * Prepares a storm.
	 * @param space the space of its keys
	 * @param nodes the tier, as several nodes see it
	 */
	public FillRaceStorm(String space, List<? extends SharedTier> nodes) {
		this.space = space;
		this.nodes = nodes;
		for (int i = 0; i < KEYS; i++) {
			this.source[i] = new AtomicLong();
		}
	}

	/**
	 * Runs until there were so many invalidations, disturbs now and then, and checks.
	 * @param enough how many invalidations there must be
	 * @param disturbance what is done ten times meanwhile, to a server for example
	 */
	public void run(long enough, Callable<?> disturbance) throws Exception {
		List<Future<?>> running = new ArrayList<>();
		try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
			for (int i = 0; i < 6; i++) {
				SharedTier node = this.nodes.get(i % this.nodes.size());
				SplittableRandom random = new SplittableRandom(20_261_121 + i);
				boolean fills = i < 4;
				running.add(threads.submit(() -> {
					while (!this.over.get()) {
						if (fills) {
							fill(node, random);
						}
						else {
							change(node, random);
						}
					}
					return null;
				}));
			}
			for (int i = 1; i <= 10; i++) {
				long until = enough * i / 10;
				assertThat(ServerProcess.within(() -> this.invalidations.get() >= until || isBroken(running)))
					.as("invalidations: %d", this.invalidations.get())
					.isTrue();
				disturbance.call();
			}
			this.over.set(true);
			for (Future<?> each : running) {
				each.get(60, TimeUnit.SECONDS);
			}
		}
		check();
	}

	private static boolean isBroken(List<Future<?>> running) {
		return running.stream().anyMatch(Future::isDone);
	}

	private TierKey key(int number) {
		return new TierKey(this.space, Integer.toString(number));
	}

	private void fill(SharedTier node, SplittableRandom random) throws InterruptedException {
		int number = random.nextInt(KEYS);
		try {
			TierLookup lookup = node.read(List.of(key(number))).get(10, TimeUnit.SECONDS).getFirst();
			if (lookup instanceof TierLookup.Found && random.nextInt(8) > 0) {
				return;
			}
			long value = this.source[number].get();
			LockSupport.parkNanos(random.nextLong(2_000_000));
			TierContent content = TierContent.of(0, random.nextLong(1000),
					Long.toString(value).getBytes(StandardCharsets.UTF_8));
			boolean stored = node.write(List.of(new TierWrite.Fill(key(number), content, lookup.token(), LIFE)))
				.get(10, TimeUnit.SECONDS)
				.getFirst()
				.isStored();
			(stored ? this.fills : this.refused).incrementAndGet();
		}
		catch (ExecutionException | TimeoutException away) {
			// The server is away; what became of the fill is not known.
			LockSupport.parkNanos(1_000_000);
		}
	}

	private void change(SharedTier node, SplittableRandom random) throws InterruptedException {
		int number = random.nextInt(KEYS);
		this.source[number].incrementAndGet();
		while (!invalidated(node, number)) {
			LockSupport.parkNanos(1_000_000);
		}
		this.invalidations.incrementAndGet();
		LockSupport.parkNanos(random.nextLong(3_000_000));
	}

	private boolean invalidated(SharedTier node, int number) throws InterruptedException {
		try {
			return node.write(List.of(new TierWrite.Invalidation(key(number), LIFE)))
				.get(10, TimeUnit.SECONDS)
				.getFirst()
				.isStored();
		}
		catch (ExecutionException | TimeoutException away) {
			return false;
		}
	}

	private void check() throws Exception {
		SharedTier node = this.nodes.getFirst();
		for (int i = 0; i < KEYS; i++) {
			TierLookup lookup = node.read(List.of(key(i))).get(10, TimeUnit.SECONDS).getFirst();
			if (lookup instanceof TierLookup.Found found) {
				assertThat(new String(found.entry().payload(), StandardCharsets.UTF_8)).as("key %d", i)
					.isEqualTo(Long.toString(this.source[i].get()));
			}
		}
		assertThat(this.fills.get()).as("fills stored").isPositive();
		assertThat(this.refused.get()).as("fills refused").isPositive();
	}

}
