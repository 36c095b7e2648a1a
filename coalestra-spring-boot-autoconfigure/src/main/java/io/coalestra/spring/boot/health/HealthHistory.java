package io.coalestra.spring.boot.health;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.concurrent.Executor;

import io.coalestra.health.BuilderHealth;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.time.TimeSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.context.SmartLifecycle;

/**
 * Takes the state of a {@link SnapshotBuilder} on a schedule and keeps the samples of the
 * last while, so that a later state can be compared with an earlier one, and asking never
 * changes the answer.
 *
 * <p>
 * A sample costs a reading of counters, six times in the age of the baseline; seven are
 * kept at most. The samples and the timer are guarded by this object's monitor, which is
 * held for a few instructions only; the state itself is taken outside of it.
 */
public final class HealthHistory implements SmartLifecycle {

	private static final Logger logger = LoggerFactory.getLogger(HealthHistory.class);

	private static final int SAMPLES_AN_AGE = 6;

	private final SnapshotBuilder builder;

	private final TimeSource time;

	private final Duration age;

	private final Executor executor;

	private final Deque<Sample> samples = new ArrayDeque<>();

	private TimeSource.@Nullable Timer timer;

	private boolean running;

	// Which start the samples are of.
	private int run;

	/**
	 * Makes a history that begins when it is started.
	 * @param builder whose state is taken
	 * @param time when
	 * @param age how old the baseline is: more than zero
	 */
	public HealthHistory(SnapshotBuilder builder, TimeSource time, Duration age) {
		this(builder, time, age, Thread::startVirtualThread);
	}

	HealthHistory(SnapshotBuilder builder, TimeSource time, Duration age, Executor executor) {
		this.builder = Objects.requireNonNull(builder, "builder");
		this.time = Objects.requireNonNull(time, "time");
		if (age.isZero() || age.isNegative()) {
			throw new IllegalArgumentException("baselineAge: " + age + " (expected: more than zero)");
		}
		this.age = age;
		this.executor = executor;
	}

	/**
	 * Returns the state to compare with: the newest that has the age of the baseline, or
	 * the oldest while there is none as old.
	 * @return the state, or null before the first sample
	 */
	public synchronized @Nullable BuilderHealth baseline() {
		long until = this.time.monotonicNanos() - TimeSource.toNanos(this.age);
		Sample found = this.samples.peekFirst();
		for (Sample sample : this.samples) {
			if (sample.at - until <= 0) {
				found = sample;
			}
		}
		return (found != null) ? found.health : null;
	}

	// What an application adds to the health may throw or take its time: neither ends the
	// history, nor holds the timer's thread, which is everybody's.
	private void take(int of) {
		BuilderHealth health = null;
		try {
			health = this.builder.health();
		}
		catch (RuntimeException | Error ex) {
			logger.warn("The state of a snapshot builder could not be taken; counters are compared with an older one",
					ex);
		}
		synchronized (this) {
			// A sample that takes its time may have been stopped and started over.
			if (!this.running || of != this.run) {
				return;
			}
			if (health != null) {
				this.samples.addLast(new Sample(this.time.monotonicNanos(), health));
			}
			if (this.samples.size() > SAMPLES_AN_AGE + 1) {
				this.samples.removeFirst();
			}
			this.timer = this.time.schedule(() -> this.executor.execute(() -> take(of)),
					TimeSource.toNanos(this.age) / SAMPLES_AN_AGE);
		}
	}

	@Override
	public void start() {
		int started;
		synchronized (this) {
			if (this.running) {
				return;
			}
			this.running = true;
			this.samples.clear();
			started = ++this.run;
		}
		take(started);
	}

	@Override
	public synchronized void stop() {
		this.running = false;
		if (this.timer != null) {
			this.timer.cancel();
			this.timer = null;
		}
	}

	@Override
	public synchronized boolean isRunning() {
		return this.running;
	}

	private record Sample(long at, BuilderHealth health) {
	}

}
