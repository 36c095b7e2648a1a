package io.coalestra.signal;

import java.time.Duration;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

import io.coalestra.time.TimeSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A bounded queue, and the one thread that empties it into a sink.
 *
 * <p>
 * Whoever emits takes a slot by compare-and-set and then adds its record, so that
 * {@code taken} bounds the queue and nobody waits for a lock or for the sink. A slot is
 * given back by whoever polls the record: the worker, an emitter that makes room, or a
 * close that discards. The worker alone writes {@code delivering}, before it gives the
 * slot back, so that the sum of both never misses a record. Once {@code ended} is set,
 * everyone who adds a record looks for it and discards what nobody will deliver.
 *
 * @param <T> the records
 */
final class DeliveryBuffer<T> {

	private static final Logger logger = LoggerFactory.getLogger(DeliveryBuffer.class);

	private final String name;

	private final BufferSettings settings;

	private final Consumer<T> sink;

	private final Queue<T> queue = new ConcurrentLinkedQueue<>();

	private final AtomicInteger taken = new AtomicInteger();

	private final AtomicInteger peak = new AtomicInteger();

	private volatile int delivering;

	private final LongAdder enqueued = new LongAdder();

	private final LongAdder delivered = new LongAdder();

	private final LongAdder dropped = new LongAdder();

	private final LongAdder failures = new LongAdder();

	private final LongAdder shutdownTimeouts = new LongAdder();

	private final AtomicReference<State> state = new AtomicReference<>(State.OPEN);

	private final AtomicBoolean started = new AtomicBoolean();

	private final CountDownLatch end = new CountDownLatch(1);

	private volatile boolean ended;

	private volatile boolean late;

	private volatile boolean parked;

	private volatile @Nullable Thread worker;

	private final ReentrantLock idleLock = new ReentrantLock();

	private final Condition idle = this.idleLock.newCondition();

	DeliveryBuffer(String name, BufferSettings settings, Consumer<T> sink) {
		this.name = Objects.requireNonNull(name, "name");
		this.settings = Objects.requireNonNull(settings, "settings");
		this.sink = sink;
	}

	void enqueue(T delivery) {
		if (this.state.get() != State.OPEN) {
			this.dropped.increment();
			return;
		}
		if (!takeSlot()) {
			return;
		}
		this.queue.add(delivery);
		this.enqueued.increment();
		startWorker();
		if (this.parked) {
			LockSupport.unpark(this.worker);
		}
		if (this.ended) {
			discardRest();
		}
	}

	private boolean takeSlot() {
		while (true) {
			int now = this.taken.get();
			if (now < this.settings.maxPending()) {
				if (this.taken.compareAndSet(now, now + 1)) {
					notePeak(now + 1 + this.delivering);
					return true;
				}
			}
			else {
				switch (this.settings.overflow()) {
					case DROP_NEWEST -> {
						this.dropped.increment();
						return false;
					}
					case REFUSE -> throw new BufferFullException(this.name, this.settings.maxPending());
					case DROP_OLDEST -> {
						// The slot changes hands. Nothing to poll means that others have
						// slots and are about to add.
						if (this.queue.poll() != null) {
							this.dropped.increment();
							return true;
						}
						Thread.onSpinWait();
					}
				}
			}
		}
	}

	private void notePeak(int pending) {
		if (pending > this.peak.get()) {
			this.peak.accumulateAndGet(pending, Math::max);
		}
	}

	private void startWorker() {
		if (!this.started.get() && this.started.compareAndSet(false, true)) {
			Thread thread = Thread.ofPlatform().daemon().name("coalestra-" + this.name).unstarted(this::work);
			this.worker = thread;
			thread.start();
		}
	}

	private void work() {
		try {
			while (true) {
				T next = this.queue.poll();
				if (next != null) {
					deliver(next);
				}
				else if (this.state.get() != State.OPEN) {
					return;
				}
				else {
					tellIdle();
					awaitWork();
				}
			}
		}
		finally {
			end();
		}
	}

	private void deliver(T next) {
		this.delivering = 1;
		this.taken.decrementAndGet();
		try {
			if (this.state.get() == State.DISCARDING) {
				this.dropped.increment();
			}
			else {
				this.sink.accept(next);
				this.delivered.increment();
			}
		}
		catch (Throwable thrown) {
			this.failures.increment();
			if (this.failures.sum() == 1) {
				logger.warn("The sink behind the buffer {} failed; this and further failures are contained and counted",
						this.name, thrown);
			}
		}
		finally {
			this.delivering = 0;
		}
	}

	private void awaitWork() {
		this.parked = true;
		if (this.queue.isEmpty() && this.state.get() == State.OPEN) {
			LockSupport.park(this);
		}
		this.parked = false;
		// A sink's interrupt is not a reason to spin.
		Thread.interrupted();
	}

	private void tellIdle() {
		this.idleLock.lock();
		try {
			this.idle.signalAll();
		}
		finally {
			this.idleLock.unlock();
		}
	}

	private void end() {
		this.ended = true;
		discardRest();
		if (this.late) {
			logger.info("The sink behind the buffer {} has let go, after its time to close had passed", this.name);
		}
		this.end.countDown();
		tellIdle();
	}

	private void discardRest() {
		while (this.queue.poll() != null) {
			this.taken.decrementAndGet();
			this.dropped.increment();
		}
	}

	private int pending() {
		// In this order: the worker counts a record as being delivered before it gives
		// its slot back.
		return this.taken.get() + this.delivering;
	}

	boolean flush(Duration limit) throws InterruptedException {
		long left = nanos(limit);
		this.idleLock.lockInterruptibly();
		try {
			while (pending() > 0 && left > 0) {
				left = this.idle.awaitNanos(left);
			}
			return pending() == 0;
		}
		finally {
			this.idleLock.unlock();
		}
	}

	private static long nanos(Duration limit) {
		if (limit.isNegative()) {
			throw new IllegalArgumentException("limit: " + limit + " (expected: not negative)");
		}
		return TimeSource.toNanos(limit);
	}

	boolean close(Duration limit, BufferedSink.Rest rest) throws InterruptedException {
		long span = nanos(limit);
		State closing = (rest == BufferedSink.Rest.DELIVER) ? State.DRAINING : State.DISCARDING;
		boolean first = this.state.compareAndSet(State.OPEN, closing);
		if (this.started.compareAndSet(false, true)) {
			// There never was a worker, and there will be none.
			end();
		}
		LockSupport.unpark(this.worker);
		boolean closed = false;
		try {
			closed = this.end.await(span, TimeUnit.NANOSECONDS);
		}
		finally {
			if (first && !closed) {
				abandon();
			}
		}
		return closed;
	}

	private void abandon() {
		this.late = true;
		this.state.set(State.DISCARDING);
		this.shutdownTimeouts.increment();
		discardRest();
		Thread hung = this.worker;
		if (hung != null) {
			logger.warn("The sink behind the buffer {} did not take what was left in time; it was dropped", this.name);
			hung.interrupt();
		}
	}

	BufferStatistics statistics() {
		boolean closed = this.state.get() != State.OPEN;
		Thread thread = this.worker;
		boolean alive = !this.ended && (thread == null || thread.isAlive());
		return new BufferStatistics(this.enqueued.sum(), this.delivered.sum(), this.dropped.sum(), this.failures.sum(),
				pending(), closed, this.settings.maxPending(), this.peak.get(), alive, this.shutdownTimeouts.sum());
	}

	private enum State {

		OPEN, DRAINING, DISCARDING

	}

}
