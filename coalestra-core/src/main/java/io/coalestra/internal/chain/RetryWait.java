package io.coalestra.internal.chain;

import java.util.concurrent.atomic.AtomicBoolean;

import io.coalestra.time.TimeSource;
import org.jspecify.annotations.Nullable;

/**
 * A call that waits for the time of its next attempt, or until that would be pointless.
 *
 * <p>
 * Whichever comes first ends the wait. The timer is armed before anybody can call the
 * wait off, so none is left behind.
 */
final class RetryWait {

	private final SourceCall call;

	private final TimeSource time;

	private final AtomicBoolean over = new AtomicBoolean();

	private volatile TimeSource.@Nullable Timer timer;

	RetryWait(SourceCall call, TimeSource time) {
		this.call = call;
		this.time = time;
	}

	void begin(long delay) {
		this.timer = this.time.schedule(this::due, delay);
		this.call.whenPointless(() -> !this.over.get(), this::callOff);
	}

	private void due() {
		if (this.over.compareAndSet(false, true)) {
			this.call.again();
		}
	}

	private void callOff() {
		TimeSource.Timer armed = this.timer;
		if (armed != null && this.over.compareAndSet(false, true)) {
			armed.cancel();
			this.call.calledOff();
		}
	}

}
