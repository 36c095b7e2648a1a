package io.coalestra.redis;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;

import io.coalestra.time.TimeSource;
import org.jspecify.annotations.Nullable;

/**
 * Notices a connection that stands and carries nothing, as when a network was parted: TCP
 * itself takes minutes to find out, also after it is whole again.
 *
 * <p>
 * What is asked begins the silence, if there is none; whatever is answered ends it. Both
 * may come from any thread; a silence that is missed is found by the next request.
 */
final class Silence {

	static final Duration LONGEST = Duration.ofSeconds(10);

	private final TimeSource time;

	// When something was first asked of this connection since its last answer.
	private final AtomicReference<@Nullable Since> since = new AtomicReference<>();

	Silence(TimeSource time) {
		this.time = time;
	}

	/**
	 * Something is asked.
	 * @param connection of which connection
	 * @return whether the connection has been silent for too long
	 */
	boolean asked(Object connection) {
		long now = this.time.monotonicNanos();
		Since begun = this.since.get();
		if (begun == null || !begun.connection.equals(connection)) {
			this.since.compareAndSet(begun, new Since(connection, now));
			return false;
		}
		return now - begun.nanos > LONGEST.toNanos();
	}

	/**
	 * Something was answered.
	 */
	void answered() {
		this.since.set(null);
	}

	private record Since(Object connection, long nanos) {
	}

}
