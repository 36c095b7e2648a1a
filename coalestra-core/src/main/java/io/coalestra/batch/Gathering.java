package io.coalestra.batch;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

import io.coalestra.batch.Batch.State;
import io.coalestra.batch.BatchException.Reason;
import io.coalestra.time.TimeSource;
import org.jspecify.annotations.Nullable;

/**
 * Puts items into batches and decides, exactly once for each batch, what starts it.
 *
 * <p>
 * Every step takes the one lock for some ten instructions, and hands back what is to be
 * done after it: threads to start, a timer to arm. Nothing of a user runs and no future
 * completes under the lock, but for the equality of keys where distinct keys are capped.
 *
 * <p>
 * A batch that a trigger has made due may wait for a permit, and its thread may wait for
 * a processor. In an adaptive window it goes on gathering until its thread begins: a
 * burst of callers that are ready to run is thus one batch without any timer, and a
 * saturated back end gets full ones. A fixed window seals with its end.
 *
 * @param <K> the keys' type
 * @param <V> the values' type
 */
final class Gathering<K, V> {

	private final Limits limits;

	private final TimeSource time;

	private final Window.Kind kind;

	private final long windowNanos;

	private final boolean gathersUntilStart;

	private final BriefLock lock = new BriefLock();

	// All that follows, and the mutable fields of lanes, batches and calls that say so,
	// are written and read under the lock only.

	private final ArrayDeque<Batch<K, V>> queue = new ArrayDeque<>();

	private final Set<Batch<K, V>> launched = new LinkedHashSet<>();

	private final Tally tally = new Tally();

	private int pending;

	private boolean closed;

	/** What the current step leaves to be done; null while that is nothing. */
	private @Nullable Step<K, V> step;

	Gathering(Limits limits, TimeSource time) {
		this.limits = limits;
		this.time = time;
		this.kind = limits.window().kind();
		this.windowNanos = TimeSource.toNanos(limits.window().length());
		this.gathersUntilStart = this.kind == Window.Kind.ADAPTIVE || this.windowNanos == 0;
	}

	/** Takes an item, unless the step says that it was refused. */
	@Nullable Step<K, V> add(Lane<K, V> lane, Call<K, V> call) {
		this.lock.lock();
		try {
			if (admits(lane, 1)) {
				boolean idle = lane.running == 0;
				append(lane, call);
				decide(lane, idle);
			}
			return taken();
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Takes all items, side by side, or none. */
	@Nullable Step<K, V> addAll(Lane<K, V> lane, List<? extends Call<K, V>> calls) {
		this.lock.lock();
		try {
			if (admits(lane, calls.size())) {
				boolean idle = lane.running == 0;
				for (Call<K, V> call : calls) {
					append(lane, call);
				}
				// What the first full ones leave over found the back end idle as they
				// did.
				decide(lane, idle);
			}
			return taken();
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Looks at a lane's window, whose timer has come. */
	@Nullable Step<K, V> windowEnded(Lane<K, V> lane) {
		this.lock.lock();
		try {
			lane.armed = false;
			Batch<K, V> batch = lane.open;
			if (batch != null && batch.isGathering()) {
				long left = batch.openedAt + this.windowNanos - this.time.monotonicNanos();
				if (left <= 0) {
					due(batch, BatchTrigger.WINDOW);
				}
				else {
					arm(lane, left);
				}
			}
			retireIfIdle(lane);
			return taken();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Seals a batch whose thread begins. The items are the bulk call's from now on.
	 * @return the items that have not been withdrawn, or none if it was given up
	 */
	List<Call<K, V>> start(Batch<K, V> batch) {
		this.lock.lock();
		try {
			seal(batch);
			if (batch.state != State.LAUNCHED) {
				return List.of();
			}
			batch.state = State.STARTED;
			batch.waiting = batch.items.size();
			return batch.items;
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Gives a batch's permit back, and to whom it belongs next. */
	@Nullable Step<K, V> ended(Batch<K, V> batch, @Nullable BulkResult result) {
		this.lock.lock();
		try {
			if (result != null) {
				this.tally.count(result);
			}
			this.launched.remove(batch);
			batch.lane.running--;
			this.pending -= batch.items.size();
			batch.release();
			discard(batch);
			while (this.launched.size() < this.limits.maxConcurrentBulkCalls() && !this.queue.isEmpty()) {
				launch(this.queue.remove());
			}
			followUp(batch.lane);
			return taken();
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Takes back the item of a caller who has given up. */
	@Nullable Step<K, V> withdraw(Call<K, V> call) {
		this.lock.lock();
		try {
			Batch<K, V> batch = call.batch;
			if (batch == null || batch.state == State.ENDED) {
				return null;
			}
			call.batch = null;
			this.tally.withdrawn++;
			if (batch.state == State.STARTED) {
				batch.waiting--;
				if (batch.waiting == 0) {
					step().abandoned = batch;
				}
			}
			else {
				remove(batch, call);
			}
			return taken();
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Makes every gathering batch due. */
	@Nullable Step<K, V> flush(Lanes<K, V> lanes) {
		this.lock.lock();
		try {
			dueAll(lanes, BatchTrigger.FLUSH);
			return taken();
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Takes no more items, and makes every gathering batch due. */
	@Nullable Step<K, V> close(Lanes<K, V> lanes) {
		this.lock.lock();
		try {
			this.closed = true;
			dueAll(lanes, BatchTrigger.SHUTDOWN);
			noteIfDrained();
			return taken();
		}
		finally {
			this.lock.unlock();
		}
	}

	private void dueAll(Lanes<K, V> lanes, BatchTrigger trigger) {
		// Listed now: a lane that is not among them has no item that was there before.
		for (Lane<K, V> lane : lanes.all()) {
			Batch<K, V> batch = lane.open;
			if (batch != null && batch.isGathering()) {
				due(batch, trigger);
			}
		}
	}

	/** Gives up what has not ended, after {@link #close}. */
	Aborted<K, V> abort() {
		this.lock.lock();
		try {
			List<Call<K, V>> calls = new ArrayList<>();
			for (Batch<K, V> batch : this.queue) {
				calls.addAll(batch.items);
				this.pending -= batch.items.size();
				batch.release();
				discard(batch);
			}
			this.queue.clear();
			for (Batch<K, V> batch : this.launched) {
				// Copied now: as soon as the lock is free, its thread may let go of them.
				calls.addAll(batch.items);
				seal(batch);
				if (batch.state == State.LAUNCHED) {
					batch.state = State.ENDED;
				}
			}
			return new Aborted<>(calls, List.copyOf(this.launched));
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Counts what happened without a batch: direct calls, refusals, joiners who left. */
	void count(Consumer<Tally> change) {
		this.lock.lock();
		try {
			change.accept(this.tally);
		}
		finally {
			this.lock.unlock();
		}
	}

	BatcherStatistics statistics() {
		this.lock.lock();
		try {
			return this.tally.toStatistics(this.pending, this.queue.size(), this.launched.size());
		}
		finally {
			this.lock.unlock();
		}
	}

	private boolean admits(Lane<K, V> lane, int more) {
		if (lane.retired) {
			step().retired = true;
			return false;
		}
		if (this.closed) {
			step().refusal = Reason.CLOSED;
		}
		else if (this.pending > this.limits.maxPending() - more) {
			step().refusal = Reason.OVERLOADED;
		}
		else {
			return true;
		}
		this.tally.refused += more;
		retireIfIdle(lane);
		return false;
	}

	private void append(Lane<K, V> lane, Call<K, V> call) {
		Batch<K, V> batch = lane.open;
		if (batch == null) {
			batch = new Batch<>(lane, this.time.monotonicNanos(), this.limits);
			lane.open = batch;
			lane.batches++;
		}
		batch.add(call);
		call.batch = batch;
		this.pending++;
		if (batch.isFull(this.limits)) {
			seal(batch);
			if (batch.isGathering()) {
				due(batch, BatchTrigger.SIZE);
			}
		}
	}

	private void decide(Lane<K, V> lane, boolean idle) {
		Batch<K, V> batch = lane.open;
		if (batch == null || !batch.isGathering()) {
			return;
		}
		if (this.windowNanos == 0) {
			due(batch, BatchTrigger.WINDOW);
		}
		else if (idle && this.kind != Window.Kind.FIXED) {
			due(batch, BatchTrigger.IDLE);
		}
		else if (!lane.armed) {
			arm(lane, this.windowNanos);
		}
	}

	private void due(Batch<K, V> batch, BatchTrigger trigger) {
		batch.trigger = trigger;
		if (!this.gathersUntilStart) {
			seal(batch);
		}
		if (this.launched.size() < this.limits.maxConcurrentBulkCalls()) {
			launch(batch);
		}
		else {
			batch.state = State.QUEUED;
			this.queue.add(batch);
		}
	}

	private void launch(Batch<K, V> batch) {
		batch.state = State.LAUNCHED;
		batch.lane.running++;
		this.launched.add(batch);
		step().launch(batch);
	}

	private static <K, V> void seal(Batch<K, V> batch) {
		if (batch.lane.open == batch) {
			batch.lane.open = null;
		}
	}

	private void remove(Batch<K, V> batch, Call<K, V> call) {
		batch.items.remove(call);
		this.pending--;
		// One that has its permit ends by its thread, which finds nothing to do.
		if (batch.items.isEmpty() && batch.state != State.LAUNCHED) {
			this.queue.remove(batch);
			discard(batch);
			noteIfDrained();
			retireIfIdle(batch.lane);
		}
	}

	private static <K, V> void discard(Batch<K, V> batch) {
		seal(batch);
		batch.state = State.ENDED;
		batch.lane.batches--;
	}

	private void followUp(Lane<K, V> lane) {
		Batch<K, V> open = lane.open;
		if (open != null && open.isGathering() && lane.running == 0 && this.kind == Window.Kind.ADAPTIVE) {
			due(open, BatchTrigger.COMPLETION);
		}
		noteIfDrained();
		retireIfIdle(lane);
	}

	private void arm(Lane<K, V> lane, long nanos) {
		lane.armed = true;
		step().arms = lane;
		step().armNanos = nanos;
	}

	private void retireIfIdle(Lane<K, V> lane) {
		if (lane.id != null && lane.isIdle()) {
			lane.retired = true;
			step().emptied = lane;
		}
	}

	private void noteIfDrained() {
		if (this.closed && this.launched.isEmpty() && this.queue.isEmpty()) {
			step().drained = true;
		}
	}

	private Step<K, V> step() {
		if (this.step == null) {
			this.step = new Step<>();
		}
		return this.step;
	}

	private @Nullable Step<K, V> taken() {
		Step<K, V> taken = this.step;
		this.step = null;
		return taken;
	}

	/**
	 * What was given up.
	 *
	 * @param calls the calls without an answer
	 * @param running the batches whose bulk calls run, and end by themselves
	 */
	record Aborted<K, V>(List<Call<K, V>> calls, List<Batch<K, V>> running) {
	}

}
