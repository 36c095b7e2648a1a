package io.coalestra.internal.expiry;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

import io.coalestra.time.SteerableTimeSource;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Limits of time, and what is kept for them.
 */
class ExpiryQueueTests {

	private final SteerableTimeSource time = new SteerableTimeSource();

	private final List<AtomicBoolean> expired = new ArrayList<>();

	private final ExpiryQueue<AtomicBoolean> queue = new ExpiryQueue<>(Duration.ofSeconds(30), this.time,
			AtomicBoolean::get, this.expired::addAll);

	@Test
	void whatIsOverIsNotKeptBehindWhatTakesLong() {
		AtomicBoolean slow = new AtomicBoolean();
		this.queue.add(slow);
		for (int i = 0; i < 100_000; i++) {
			AtomicBoolean quick = new AtomicBoolean();
			this.queue.add(quick);
			quick.set(true);
		}
		assertThat(this.queue.size()).isLessThanOrEqualTo(256);
		this.time.advance(Duration.ofSeconds(30));
		assertThat(this.expired).containsExactly(slow);
		assertThat(this.time.pendingTimers()).isZero();
	}

	@Test
	void eachExpiresAtItsOwnTime() {
		AtomicBoolean first = new AtomicBoolean();
		AtomicBoolean second = new AtomicBoolean();
		this.queue.add(first);
		this.time.advance(Duration.ofSeconds(10));
		this.queue.add(second);
		this.time.advance(Duration.ofSeconds(20));
		assertThat(this.expired).containsExactly(first);
		this.time.advance(Duration.ofSeconds(10));
		assertThat(this.expired).containsExactly(first, second);
	}

}
