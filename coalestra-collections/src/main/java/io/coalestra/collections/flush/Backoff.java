package io.coalestra.collections.flush;

import java.time.Duration;

import io.coalestra.time.TimeSource;

/**
 * How long a row that failed is left alone: twice as long each time, up to a limit.
 *
 * @param first after the first failure
 * @param most at most
 */
record Backoff(Duration first, Duration most) {

	long nanos(int failures) {
		long limit = TimeSource.toNanos(this.most);
		long span = Math.min(limit, TimeSource.toNanos(this.first));
		for (int i = 1; i < failures && span < limit; i++) {
			span = Math.min(limit, TimeSource.plus(span, span));
		}
		return span;
	}

}
