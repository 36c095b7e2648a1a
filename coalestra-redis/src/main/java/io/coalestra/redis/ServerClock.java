package io.coalestra.redis;

import java.time.Duration;

import io.coalestra.time.TimeSource;
import org.jspecify.annotations.Nullable;

/**
 * The server's time, known without asking for it each time: never later than what the
 * server's own clock shows, so that a fill is taken for older than it is and not for
 * younger.
 */
final class ServerClock {

	private static final long TRUSTED = Duration.ofSeconds(5).toNanos();

	private final TimeSource time;

	// Replaced whole; readers take either reading.
	private volatile @Nullable Reading reading;

	ServerClock(TimeSource time) {
		this.time = time;
	}

	/**
	 * Notes what the server answered, now that the answer is here.
	 */
	void answered(long serverMicros) {
		this.reading = new Reading(serverMicros, this.time.monotonicNanos());
	}

	/**
	 * Forgets: the next server may have another clock.
	 */
	void forget() {
		this.reading = null;
	}

	/**
	 * Returns the server's time, or null where it has to be asked for.
	 */
	@Nullable Long micros() {
		Reading last = this.reading;
		long elapsed = (last != null) ? this.time.monotonicNanos() - last.at : 0;
		return (last != null && elapsed < TRUSTED) ? Long.valueOf(last.micros + elapsed / 1_000) : null;
	}

	private record Reading(long micros, long at) {
	}

}
