package io.coalestra.snapshot;

import java.time.Duration;
import java.util.Objects;

import io.coalestra.signal.BufferedSink.Rest;

/**
 * How much time each step of closing a builder has. Immutable; the methods that change
 * something answer a copy.
 *
 * @param drain how long reads and refreshes in progress may go on before they fail: zero
 * ends them at once
 * @param calls how long calls of sources may take to end once they were interrupted, and
 * subscribers with what they were given last, before what they use is closed
 * @param resources how long closing what was handed to the builder may take, and before
 * it a shared tier for what waits for it
 * @param sinks how long sinks have to take what their buffers hold
 * @param rest what is done with what the buffers hold
 */
public record CloseOptions(Duration drain, Duration calls, Duration resources, Duration sinks, Rest rest) {

	/**
	 * Nothing is drained; calls have one second to end, resources and sinks five each.
	 */
	public static final CloseOptions DEFAULT = new CloseOptions(Duration.ZERO, Duration.ofSeconds(1),
			Duration.ofSeconds(5), Duration.ofSeconds(5), Rest.DELIVER);

	/**
	 * Checks.
	 */
	public CloseOptions {
		requireNotNegative("drain", drain);
		requireNotNegative("calls", calls);
		requireNotNegative("resources", resources);
		requireNotNegative("sinks", sinks);
		Objects.requireNonNull(rest, "rest");
	}

	private static void requireNotNegative(String name, Duration value) {
		Objects.requireNonNull(value, name);
		if (value.isNegative()) {
			throw new IllegalArgumentException(name + ": " + value + " (expected: not negative)");
		}
	}

	/**
	 * Sets how long reads and refreshes in progress may go on.
	 * @param value zero or more
	 * @return a copy
	 */
	public CloseOptions drain(Duration value) {
		return new CloseOptions(value, this.calls, this.resources, this.sinks, this.rest);
	}

	/**
	 * Sets how long interrupted calls may take to end, and busy subscribers.
	 * @param value zero or more
	 * @return a copy
	 */
	public CloseOptions calls(Duration value) {
		return new CloseOptions(this.drain, value, this.resources, this.sinks, this.rest);
	}

	/**
	 * Sets how long closing what was handed over may take.
	 * @param value zero or more
	 * @return a copy
	 */
	public CloseOptions resources(Duration value) {
		return new CloseOptions(this.drain, this.calls, value, this.sinks, this.rest);
	}

	/**
	 * Sets how long sinks have to take what their buffers hold.
	 * @param value zero or more
	 * @return a copy
	 */
	public CloseOptions sinks(Duration value) {
		return new CloseOptions(this.drain, this.calls, this.resources, value, this.rest);
	}

	/**
	 * Sets what is done with what the buffers hold.
	 * @param value deliver or discard
	 * @return a copy
	 */
	public CloseOptions rest(Rest value) {
		return new CloseOptions(this.drain, this.calls, this.resources, this.sinks, value);
	}

}
