package io.coalestra.samples.quickstart.fault;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.coalestra.failure.SourceUnavailableException;

/**
 * The switch of one back end. Safe for concurrent use.
 */
class FaultSwitch {

	private final Backend backend;

	private final Duration delay;

	private volatile Position position = new Position(FaultMode.OFF);

	FaultSwitch(Backend backend, Duration delay) {
		this.backend = backend;
		this.delay = delay;
	}

	FaultMode mode() {
		return this.position.mode;
	}

	synchronized void turnTo(FaultMode mode) {
		Position left = this.position;
		this.position = new Position(mode);
		left.left.countDown();
	}

	/**
	 * Fails, or waits, or does nothing, as the switch says. A wait ends early when the
	 * switch is turned, and when the thread is interrupted: so it is that a source's time
	 * limit ends a call.
	 */
	void strike() throws InterruptedException {
		Position now = this.position;
		switch (now.mode) {
			case OFF -> {
			}
			case ERROR -> throw new SourceUnavailableException(this.backend.description() + " is switched to fail");
			case SLOW -> {
				boolean turned = now.left.await(this.delay.toMillis(), TimeUnit.MILLISECONDS);
				if (turned) {
					strike();
				}
			}
		}
	}

	// A new one each time the switch is turned, so that each has its own waiters.
	private static final class Position {

		private final FaultMode mode;

		private final CountDownLatch left = new CountDownLatch(1);

		Position(FaultMode mode) {
			this.mode = mode;
		}

	}

}
