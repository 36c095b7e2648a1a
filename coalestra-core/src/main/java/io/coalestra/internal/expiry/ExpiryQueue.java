package io.coalestra.internal.expiry;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Predicate;

import io.coalestra.time.TimeSource;
import org.jspecify.annotations.Nullable;

/**
 * Ends things that take longer than one fixed time, with at most one timer for all.
 *
 * <p>
 * As the time is the same for all, they expire in the order in which they came: a queue
 * is enough. What is over is dropped when it gets to the head, and behind a head that
 * takes long whenever the queue has doubled, so that one slow thing does not keep all
 * that came after it. The timer looks at the head only, and is armed again while there is
 * one.
 *
 * @param <E> what may take too long
 */
public final class ExpiryQueue<E> {

	// A sum of it and a time may wrap without harm.
	private static final long FOREVER = Long.MAX_VALUE / 2;

	private static final int LEAST_SWEEP = 256;

	private final Duration limit;

	private final long nanos;

	private final TimeSource time;

	private final Predicate<? super E> over;

	private final Consumer<List<E>> expire;

	private final ReentrantLock lock = new ReentrantLock();

	// Written and read under the lock only, by those who add and by the timer.
	private final ArrayDeque<Entry<E>> entries = new ArrayDeque<>();

	private int sweepAt = LEAST_SWEEP;

	private boolean armed;

	private boolean closed;

	private TimeSource.@Nullable Timer timer;

	/**
	 * Makes a queue.
	 * @param limit how long each may take
	 * @param time the time
	 * @param over whether one is over, and need not be ended
	 * @param expire ends those whose time has passed, in their order; called on the
	 * timer's thread, holding nothing
	 */
	public ExpiryQueue(Duration limit, TimeSource time, Predicate<? super E> over, Consumer<List<E>> expire) {
		this.limit = limit;
		this.nanos = Math.min(TimeSource.toNanos(limit), FOREVER);
		this.time = time;
		this.over = over;
		this.expire = expire;
	}

	/**
	 * Returns how long each may take.
	 * @return the limit
	 */
	public Duration limit() {
		return this.limit;
	}

	/**
	 * Ends an element when the limit has passed from now on, unless it is over by then.
	 * @param element the element
	 */
	public void add(E element) {
		if (this.nanos == FOREVER) {
			return;
		}
		boolean arm;
		this.lock.lock();
		try {
			dropOver();
			if (this.entries.size() >= this.sweepAt) {
				this.entries.removeIf((entry) -> this.over.test(entry.element));
				this.sweepAt = Math.max(LEAST_SWEEP, 2 * this.entries.size());
			}
			this.entries.add(new Entry<>(element, this.time.monotonicNanos() + this.nanos));
			arm = !this.armed && !this.closed;
			this.armed = true;
		}
		finally {
			this.lock.unlock();
		}
		if (arm) {
			arm(this.nanos);
		}
	}

	private void arm(long delay) {
		TimeSource.Timer scheduled = this.time.schedule(this::look, delay);
		boolean late;
		this.lock.lock();
		try {
			this.timer = scheduled;
			late = this.closed;
		}
		finally {
			this.lock.unlock();
		}
		if (late) {
			scheduled.cancel();
		}
	}

	private void look() {
		List<E> expired = new ArrayList<>();
		long delay = -1;
		this.lock.lock();
		try {
			long now = this.time.monotonicNanos();
			dropOver();
			for (Entry<E> head = this.entries.peek(); head != null && head.at - now <= 0; head = this.entries.peek()) {
				expired.add(this.entries.remove().element);
				dropOver();
			}
			Entry<E> next = this.entries.peek();
			this.armed = next != null && !this.closed;
			if (next != null && this.armed) {
				delay = next.at - now;
			}
		}
		finally {
			this.lock.unlock();
		}
		// Before anybody hears of it, who might add the next.
		if (delay >= 0) {
			arm(delay);
		}
		if (!expired.isEmpty()) {
			this.expire.accept(expired);
		}
	}

	/**
	 * Returns how many are kept.
	 * @return the number of elements
	 */
	public int size() {
		this.lock.lock();
		try {
			return this.entries.size();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Looks no more.
	 */
	public void close() {
		TimeSource.Timer last;
		this.lock.lock();
		try {
			this.closed = true;
			this.entries.clear();
			last = this.timer;
		}
		finally {
			this.lock.unlock();
		}
		if (last != null) {
			last.cancel();
		}
	}

	private void dropOver() {
		for (Entry<E> head = this.entries.peek(); head != null
				&& this.over.test(head.element); head = this.entries.peek()) {
			this.entries.remove();
		}
	}

	private record Entry<E>(E element, long at) {
	}

}
