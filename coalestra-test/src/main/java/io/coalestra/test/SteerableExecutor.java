package io.coalestra.test;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

/**
 * An executor that runs nothing by itself: the test says when, and everything runs on the
 * test's own thread, in the order of submission.
 *
 * <p>
 * Steps may be submitted by any thread; the queue is guarded by this object's monitor,
 * and steps run outside of it.
 */
public final class SteerableExecutor extends AbstractExecutorService {

	private final Deque<Runnable> steps = new ArrayDeque<>();

	private boolean refusing;

	/**
	 * Makes an executor without steps.
	 */
	public SteerableExecutor() {
	}

	@Override
	public synchronized void execute(Runnable step) {
		if (this.refusing) {
			throw new RejectedExecutionException("the executor takes no more steps");
		}
		this.steps.add(step);
	}

	/**
	 * Runs every step, also those that steps add.
	 * @return how many ran
	 */
	public int runAll() {
		int count = 0;
		while (runNext()) {
			count++;
		}
		return count;
	}

	/**
	 * Runs the step that has waited longest.
	 * @return false if there was none
	 */
	public boolean runNext() {
		Runnable step = next();
		if (step == null) {
			return false;
		}
		step.run();
		return true;
	}

	private synchronized @Nullable Runnable next() {
		return this.steps.poll();
	}

	/**
	 * Returns how many steps wait.
	 * @return the number of steps
	 */
	public synchronized int waiting() {
		return this.steps.size();
	}

	/**
	 * Refuses steps from now on, as a full or closed pool does.
	 */
	public synchronized void refuse() {
		this.refusing = true;
	}

	/**
	 * Takes steps again.
	 */
	public synchronized void accept() {
		this.refusing = false;
	}

	@Override
	public void shutdown() {
		refuse();
	}

	@Override
	public synchronized List<Runnable> shutdownNow() {
		this.refusing = true;
		List<Runnable> left = List.copyOf(this.steps);
		this.steps.clear();
		return left;
	}

	@Override
	public synchronized boolean isShutdown() {
		return this.refusing;
	}

	@Override
	public synchronized boolean isTerminated() {
		return this.refusing && this.steps.isEmpty();
	}

	/**
	 * Returns at once: waiting would not run a step.
	 * @param timeout not used
	 * @param unit not used
	 * @return whether the executor has ended
	 */
	@Override
	public boolean awaitTermination(long timeout, TimeUnit unit) {
		return isTerminated();
	}

}
