package io.coalestra.tier.coherence;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;

import io.coalestra.time.TimeSource;
import org.jspecify.annotations.Nullable;

/**
 * Ends requests whose limit has passed, all those of one limit by one timer.
 *
 * <p>
 * Requests of one limit fall due in the order in which they were made. So only the first
 * that is not over needs a timer, and an answer need not call one off: a timer that finds
 * its request answered goes on to the next, or rests. Requests and what falls due are
 * kept under this object's monitor, which is not held while timers are set or requests
 * end. Safe for concurrent use.
 */
final class Deadlines {

	private final TimeSource time;

	private final Duration limit;

	private final long limitNanos;

	private final Queue<Due> waiting = new ArrayDeque<>();

	private boolean armed;

	/**
	 * Makes deadlines.
	 * @param time the time
	 * @param limit how long a request may take
	 */
	Deadlines(TimeSource time, Duration limit) {
		this.time = time;
		this.limit = limit;
		this.limitNanos = TimeSource.toNanos(limit);
	}

	Duration limit() {
		return this.limit;
	}

	/**
	 * Ends a request when the limit has passed from now on, unless it is over by then.
	 * @param request the request
	 */
	void watch(TierRequest<?> request) {
		synchronized (this) {
			forgetAnswered();
			this.waiting.add(new Due(request, TimeSource.plus(this.time.monotonicNanos(), this.limitNanos)));
			if (this.armed) {
				return;
			}
			this.armed = true;
		}
		arm(this.limitNanos);
	}

	// What is answered in its order, as nearly all is, is kept no longer.
	private void forgetAnswered() {
		for (Due first = this.waiting.peek(); first != null && first.request.isOver(); first = this.waiting.peek()) {
			this.waiting.remove();
		}
	}

	private void arm(long delay) {
		var unused = this.time.schedule(this::fallDue, delay);
	}

	private void fallDue() {
		List<TierRequest<?>> late = new ArrayList<>();
		Due next;
		long now;
		synchronized (this) {
			now = this.time.monotonicNanos();
			next = takeDue(now, late);
			this.armed = next != null;
		}
		// Before anybody hears of it, who might make the next request.
		if (next != null) {
			arm(next.at - now);
		}
		late.forEach((request) -> request.expire(this.limit));
	}

	private @Nullable Due takeDue(long now, List<TierRequest<?>> late) {
		for (Due first = this.waiting.peek(); first != null; first = this.waiting.peek()) {
			boolean isOver = first.request.isOver();
			if (!isOver && first.at > now) {
				return first;
			}
			this.waiting.remove();
			if (!isOver) {
				late.add(first.request);
			}
		}
		return null;
	}

	private record Due(TierRequest<?> request, long at) {
	}

}
