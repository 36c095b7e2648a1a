package io.coalestra.internal.chain;

import io.coalestra.internal.circuit.Circuit;
import io.coalestra.time.TimeSource;
import org.jspecify.annotations.Nullable;

/**
 * A call that waits for the probe of a half-open circuit, within its limits, or until it
 * would be pointless.
 *
 * <p>
 * The circuit tells once, by {@link #run()}, unless it was asked in time not to. Whoever
 * arms the timer looks afterwards whether the wait is over, whoever ends the wait looks
 * afterwards for a timer: so none is left behind.
 */
final class ProbeWait implements Runnable {

	private final SourceCall call;

	private final Circuit circuit;

	private final TimeSource time;

	private volatile TimeSource.@Nullable Timer timer;

	private volatile boolean over;

	ProbeWait(SourceCall call, Circuit circuit, TimeSource time) {
		this.call = call;
		this.circuit = circuit;
		this.time = time;
	}

	/**
	 * Begins to wait.
	 * @return false if there is no probe to wait for any more
	 */
	boolean begin() {
		long limit = this.call.waitLimit();
		if (!this.circuit.awaitProbe(this)) {
			return false;
		}
		arm(limit);
		this.call.whenPointless(() -> !this.over, this::callOff);
		return true;
	}

	private void callOff() {
		if (this.circuit.cancelAwait(this)) {
			disarm();
			this.call.probeNotAwaited();
		}
	}

	private void arm(long limit) {
		if (limit == Long.MAX_VALUE) {
			return;
		}
		TimeSource.Timer armed = this.time.schedule(this::expired, limit);
		this.timer = armed;
		if (this.over) {
			armed.cancel();
		}
	}

	@Override
	public void run() {
		disarm();
		this.call.probeEnded();
	}

	private void disarm() {
		this.over = true;
		TimeSource.Timer armed = this.timer;
		if (armed != null) {
			armed.cancel();
		}
	}

	private void expired() {
		if (!this.circuit.cancelAwait(this)) {
			return;
		}
		long more = this.call.waitLimit();
		if (more <= 0) {
			this.call.probeMissed();
		}
		else if (this.circuit.awaitProbe(this)) {
			// Somebody with more patience has joined meanwhile.
			arm(more);
		}
		else {
			run();
		}
	}

}
