package io.coalestra.concurrency;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Waits for what other threads do.
 */
public final class Waiting {

	private Waiting() {
	}

	/**
	 * Waits until a condition is met.
	 * @param what what is waited for
	 * @param limit how long at most
	 * @param condition the condition
	 */
	public static void until(String what, Duration limit, BooleanSupplier condition) {
		until(() -> what, limit, condition);
	}

	static void until(Supplier<String> what, Duration limit, BooleanSupplier condition) {
		long end = System.nanoTime() + limit.toNanos();
		boolean met = condition.getAsBoolean();
		while (!met && System.nanoTime() - end < 0) {
			LockSupport.parkNanos(1_000_000);
			met = condition.getAsBoolean();
		}
		assertThat(met).as(what).isTrue();
	}

	static void forLatch(CountDownLatch latch) {
		try {
			assertThat(latch.await(30, TimeUnit.SECONDS)).as("the latch is opened").isTrue();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new AssertionError("interrupted", ex);
		}
	}

	/**
	 * Waits until a thread has ended.
	 * @param thread the thread
	 * @param limit how long at most
	 */
	public static void join(Thread thread, Duration limit) {
		try {
			assertThat(thread.join(limit)).as("%s has ended", thread).isTrue();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new AssertionError("interrupted", ex);
		}
	}

}
