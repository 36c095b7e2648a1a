package io.coalestra.benchmarks;

import java.util.concurrent.CountDownLatch;
import java.util.function.IntConsumer;

/**
 * Many callers at once, each on a virtual thread.
 */
final class Callers {

	private Callers() {
	}

	/**
	 * Starts callers and waits for the last of them.
	 * @param callers how many
	 * @param each what each does, given its number
	 * @throws InterruptedException if interrupted
	 */
	static void storm(int callers, IntConsumer each) throws InterruptedException {
		CountDownLatch done = new CountDownLatch(callers);
		for (int i = 0; i < callers; i++) {
			int caller = i;
			Thread.startVirtualThread(() -> {
				try {
					each.accept(caller);
				}
				finally {
					done.countDown();
				}
			});
		}
		done.await();
	}

}
