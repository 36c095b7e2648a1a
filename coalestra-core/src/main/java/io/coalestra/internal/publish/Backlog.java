package io.coalestra.internal.publish;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

import io.coalestra.publish.BacklogFullException;
import io.coalestra.publish.SubmissionSettings;
import io.coalestra.publish.SubmissionStatistics;
import io.coalestra.time.TimeSource;
import org.jspecify.annotations.Nullable;

/**
 * What was submitted and is not yet written: a bounded queue that one task at a time
 * works off, in order.
 *
 * <p>
 * Everything here is guarded by the lock, which is held for a few steps and never while
 * something is written; so whoever submits never waits for a writing. The task ends when
 * the queue is empty, and the next submission starts another.
 */
final class Backlog {

	private final SubmissionSettings settings;

	private final Executor executor;

	private final String threadName;

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition advanced = this.lock.newCondition();

	private final Deque<Submission<?>> queue = new ArrayDeque<>();

	// What is being written, or told, at this moment.
	private @Nullable Submission<?> current;

	// Who tells what came of the current one, which takes no slot any more.
	private @Nullable Thread telling;

	private boolean working;

	private boolean closed;

	private int peak;

	private long accepted;

	private long written;

	private long failed;

	private long withdrawn;

	private long refused;

	/**
	 * Makes a backlog.
	 * @param settings its bounds
	 * @param executor runs the work; where it refuses, a virtual thread does
	 * @param threadName the name of that thread
	 */
	Backlog(SubmissionSettings settings, Executor executor, String threadName) {
		this.settings = settings;
		this.executor = executor;
		this.threadName = threadName;
	}

	<R> CompletableFuture<R> submit(Supplier<R> writing) {
		Submission<R> submission;
		boolean start;
		this.lock.lock();
		try {
			requireOpen();
			int pending = pending();
			if (pending >= this.settings.maxPending()) {
				this.refused++;
				throw new BacklogFullException(this.settings.maxPending(), pending);
			}
			submission = new Submission<>(this.accepted++, writing, this);
			this.queue.add(submission);
			this.peak = Math.max(this.peak, pending + 1);
			start = !this.working;
			this.working = true;
		}
		finally {
			this.lock.unlock();
		}
		if (start) {
			start();
		}
		return submission;
	}

	private void requireOpen() {
		if (this.closed) {
			throw new IllegalStateException("publisher: closed (expected: open)");
		}
	}

	private int pending() {
		return this.queue.size() + ((this.current != null && this.telling == null) ? 1 : 0);
	}

	private void start() {
		try {
			this.executor.execute(this::work);
		}
		catch (RuntimeException ex) {
			// It refuses, as a full or closed pool does, or is broken.
			Thread.ofVirtual().name(this.threadName).start(this::work);
		}
	}

	private void work() {
		do {
			for (Submission<?> next = take(); next != null; next = take()) {
				carryOut(next);
			}
		}
		while (isToGoOn());
	}

	// What was submitted since the queue was found empty has found a task at work.
	private boolean isToGoOn() {
		this.lock.lock();
		try {
			this.working = !this.queue.isEmpty();
			return this.working;
		}
		finally {
			this.lock.unlock();
		}
	}

	private @Nullable Submission<?> take() {
		this.lock.lock();
		try {
			this.current = this.queue.poll();
			return this.current;
		}
		finally {
			this.lock.unlock();
		}
	}

	private void carryOut(Submission<?> submission) {
		Submission.End end = submission.write();
		advance(() -> {
			this.telling = Thread.currentThread();
			switch (end) {
				case WRITTEN -> this.written++;
				case FAILED -> this.failed++;
			}
		});
		submission.tell();
		advance(() -> {
			this.telling = null;
			this.current = null;
		});
	}

	private void advance(Runnable change) {
		this.lock.lock();
		try {
			change.run();
			this.advanced.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	private boolean isTelling() {
		return Thread.currentThread().equals(this.telling);
	}

	/**
	 * Writes what is left, where the caller depends on a future and waits for the rest,
	 * on the thread that would write it.
	 * @return true if that is so
	 */
	boolean workInstead() {
		Submission<?> told;
		this.lock.lock();
		try {
			if (!isTelling()) {
				return false;
			}
			told = this.current;
			this.telling = null;
		}
		finally {
			this.lock.unlock();
		}
		for (Submission<?> next = take(); next != null; next = take()) {
			carryOut(next);
		}
		advance(() -> {
			this.telling = Thread.currentThread();
			this.current = told;
		});
		return true;
	}

	/**
	 * Takes a submission out that has not begun to be written.
	 */
	boolean withdraw(Submission<?> submission) {
		this.lock.lock();
		try {
			boolean waited = this.queue.remove(submission);
			if (waited) {
				this.withdrawn++;
				this.advanced.signalAll();
			}
			return waited;
		}
		finally {
			this.lock.unlock();
		}
	}

	boolean flush(Duration limit) throws InterruptedException {
		if (limit.isZero() || limit.isNegative()) {
			throw new IllegalArgumentException("limit: " + limit + " (expected: more than zero)");
		}
		workInstead();
		this.lock.lockInterruptibly();
		try {
			return awaitBefore(this.accepted, TimeSource.toNanos(limit));
		}
		finally {
			this.lock.unlock();
		}
	}

	private boolean awaitBefore(long number, long limit) throws InterruptedException {
		long left = limit;
		while (isAnyBefore(number) && left > 0) {
			left = this.advanced.awaitNanos(left);
		}
		return !isAnyBefore(number);
	}

	private boolean isAnyBefore(long number) {
		Submission<?> oldest = (this.current != null && !isTelling()) ? this.current : this.queue.peek();
		return oldest != null && oldest.number() < number;
	}

	/**
	 * Takes nothing more, waits for what was taken, and withdraws what is left then.
	 */
	void close() {
		List<Submission<?>> left = new ArrayList<>();
		this.lock.lock();
		try {
			if (this.closed) {
				return;
			}
			this.closed = true;
		}
		finally {
			this.lock.unlock();
		}
		workInstead();
		this.lock.lock();
		try {
			awaitBefore(Long.MAX_VALUE, TimeSource.toNanos(this.settings.drainLimit()));
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		finally {
			left.addAll(this.queue);
			this.lock.unlock();
		}
		left.forEach((submission) -> submission.cancel(false));
	}

	SubmissionStatistics statistics() {
		this.lock.lock();
		try {
			return new SubmissionStatistics(pending(), this.settings.maxPending(), this.peak, this.accepted,
					this.written, this.failed, this.withdrawn, this.refused);
		}
		finally {
			this.lock.unlock();
		}
	}

}
