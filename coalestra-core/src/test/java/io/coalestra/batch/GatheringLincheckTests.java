package io.coalestra.batch;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;

import io.coalestra.time.TimeSource;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Test;

import static org.jetbrains.lincheck.datastructures.ManagedStrategyGuaranteeKt.forClasses;

/**
 * The seal under every interleaving that the model checker tries: the size trigger
 * against the end of the window, the start of the bulk call, withdrawal and shutdown.
 * {@code -Dcoalestra.lincheck.invocations} sets how many it tries of each scenario.
 */
class GatheringLincheckTests {

	private static ModelCheckingOptions options() {
		return new ModelCheckingOptions().iterations(12)
			.invocationsPerIteration(Integer.getInteger("coalestra.lincheck.invocations", 120))
			.threads(2)
			.actorsPerThread(3)
			.actorsBefore(1)
			.actorsAfter(1)
			.addGuarantee(forClasses(ConcurrentLinkedQueue.class.getName()).allMethods().treatAsAtomic());
	}

	@Test
	void fixedWindowSealsOnce() {
		options().check(FixedGathering.class);
	}

	@Test
	void adaptiveWindowSealsOnce() {
		options().check(AdaptiveGathering.class);
	}

	/** Seals at the end of the window. */
	@Param(name = "item", gen = IntGen.class, conf = "0:3")
	public static class FixedGathering extends Model {

		public FixedGathering() {
			super(Window.fixed(Duration.ofNanos(10)));
		}

	}

	/** Seals when the bulk call begins. */
	@Param(name = "item", gen = IntGen.class, conf = "0:3")
	public static class AdaptiveGathering extends Model {

		public AdaptiveGathering() {
			super(Window.adaptive(Duration.ofNanos(10)));
		}

	}

	/**
	 * Drives a gathering as its dispatch does, without threads and futures of its own.
	 * What must hold is told at the end, when all that was left has been carried out.
	 */
	@Param(name = "item", gen = IntGen.class, conf = "0:3")
	public abstract static class Model {

		private static final Bulk<Integer, Integer> UNUSED = Bulk.ofDistinct((keys) -> {
			throw new AssertionError();
		});

		private final Limits limits;

		private final Gathering<Integer, Integer> gathering;

		private final Lanes<Integer, Integer> lanes = new Lanes<>(UNUSED);

		private final Lane<Integer, Integer> lane = this.lanes.of(null, UNUSED);

		private final ConcurrentLinkedQueue<Call<Integer, Integer>> taken = new ConcurrentLinkedQueue<>();

		private final ConcurrentLinkedQueue<Call<Integer, Integer>> withdrawn = new ConcurrentLinkedQueue<>();

		private final ConcurrentLinkedQueue<Call<Integer, Integer>> ran = new ConcurrentLinkedQueue<>();

		private final ConcurrentLinkedQueue<Batch<Integer, Integer>> launched = new ConcurrentLinkedQueue<>();

		private final ConcurrentLinkedQueue<Batch<Integer, Integer>> started = new ConcurrentLinkedQueue<>();

		private final ConcurrentLinkedQueue<String> violations = new ConcurrentLinkedQueue<>();

		private final AtomicBoolean drained = new AtomicBoolean();

		protected Model(Window window) {
			this.limits = new Limits(2, Integer.MAX_VALUE, 1, 5, window);
			this.gathering = new Gathering<>(this.limits, new HastyTime());
		}

		@Operation
		public void add(@Param(name = "item") int item) {
			Call<Integer, Integer> call = new Call<>(item, null, null, (gone) -> {
			});
			Step<Integer, Integer> step = this.gathering.add(this.lane, call);
			if (step == null || step.refusal == null) {
				this.taken.add(call);
			}
			follow(step);
		}

		@Operation
		public void addTwo(@Param(name = "item") int item) {
			List<Call<Integer, Integer>> calls = List.of(new Call<>(item, null, null, (gone) -> {
			}), new Call<>(item + 10, null, null, (gone) -> {
			}));
			Step<Integer, Integer> step = this.gathering.addAll(this.lane, calls);
			if (step == null || step.refusal == null) {
				this.taken.addAll(calls);
			}
			follow(step);
		}

		@Operation
		public void windowEnds() {
			follow(this.gathering.windowEnded(this.lane));
		}

		@Operation
		public void bulkCallBegins() {
			Batch<Integer, Integer> batch = this.launched.poll();
			if (batch == null) {
				return;
			}
			List<Call<Integer, Integer>> gone = List.copyOf(this.withdrawn);
			List<Call<Integer, Integer>> items = this.gathering.start(batch);
			if (items.size() > this.limits.maxBatchSize()) {
				this.violations.add("a batch of " + items.size());
			}
			if (items.stream().anyMatch(gone::contains)) {
				this.violations.add("an item ran that had been withdrawn before");
			}
			this.ran.addAll(items);
			this.started.add(batch);
		}

		@Operation
		public void bulkCallEnds() {
			Batch<Integer, Integer> batch = this.started.poll();
			if (batch != null) {
				follow(this.gathering.ended(batch, null));
			}
		}

		@Operation
		public void withdraw() {
			Call<Integer, Integer> call = this.taken.poll();
			if (call != null) {
				follow(this.gathering.withdraw(call));
				this.withdrawn.add(call);
			}
		}

		@Operation
		public void flush() {
			follow(this.gathering.flush(this.lanes));
		}

		@Operation
		public void close() {
			follow(this.gathering.close(this.lanes));
		}

		@Validate
		public void everyItemRunsExactlyOnceUnlessItWasWithdrawn() {
			if (this.drained.get()) {
				BatcherStatistics left = this.gathering.statistics();
				check(left.pending() + left.queued() + left.running() == 0, "drained too early: " + left);
			}
			// Each round starts one batch, and ends one.
			for (int round = 0; round < 8; round++) {
				windowEnds();
				bulkCallBegins();
				bulkCallEnds();
			}
			BatcherStatistics end = this.gathering.statistics();
			check(end.pending() == 0 && end.queued() == 0, "left for ever: " + end);
			check(this.ran.size() == this.ran.stream().distinct().count(), "an item ran twice");
			check(this.ran.containsAll(this.taken), "an item did not run");
			check(this.violations.isEmpty(), this.violations.toString());
		}

		private static void check(boolean holds, String otherwise) {
			if (!holds) {
				throw new IllegalStateException(otherwise);
			}
		}

		private void follow(Step<Integer, Integer> step) {
			if (step == null) {
				return;
			}
			if (step.drained) {
				this.drained.set(true);
			}
			for (Batch<Integer, Integer> batch = step.launches; batch != null; batch = batch.nextLaunch) {
				this.launched.add(batch);
			}
		}

	}

	/** A clock on which every window has passed by the time that somebody looks. */
	private static final class HastyTime implements TimeSource {

		private long reads;

		@Override
		public long epochNanos() {
			return 0;
		}

		@Override
		public long monotonicNanos() {
			// Read under the gathering's lock only.
			this.reads += 10;
			return this.reads;
		}

		@Override
		public Timer schedule(Runnable task, long delayNanos) {
			return () -> {
			};
		}

	}

}
