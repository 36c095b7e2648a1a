package io.coalestra.batch;

import java.io.Serial;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A lock that is held for some ten instructions at a time. Whoever finds it taken looks
 * again for a moment: its holder is through sooner than a thread is put to sleep and
 * woken, unless the holder has lost its processor.
 */
final class BriefLock extends ReentrantLock {

	@Serial
	private static final long serialVersionUID = 1L;

	private static final int LOOKS = 32;

	@Override
	public void lock() {
		for (int i = 0; i < LOOKS; i++) {
			if (tryLock()) {
				return;
			}
			Thread.onSpinWait();
		}
		super.lock();
	}

}
