package io.coalestra.collections.flush;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

import io.coalestra.collections.option.FlushStrategy;
import io.coalestra.time.TimeSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Flushes the collections that are flushed on schedule: those of one interval together,
 * each time an interval after the flush before has ended.
 *
 * <p>
 * {@code schedules} and {@code closed} are read and written under this object's monitor,
 * which is not held while anything is flushed.
 */
final class Schedules {

	private static final Logger logger = LoggerFactory.getLogger(Schedules.class);

	private final FlushSettings settings;

	private final Consumer<Set<CollectionBuffer>> flush;

	private final Map<Duration, Schedule> schedules = new HashMap<>();

	private final AtomicBoolean relieving = new AtomicBoolean();

	private boolean closed;

	Schedules(FlushSettings settings, Consumer<Set<CollectionBuffer>> flush) {
		this.settings = settings;
		this.flush = flush;
	}

	synchronized void add(CollectionBuffer owner) {
		if (owner.collection.strategy() == FlushStrategy.ON_SCHEDULE && !this.closed) {
			Duration interval = this.settings.intervals().getOrDefault(owner.name(), this.settings.interval());
			Schedule schedule = this.schedules.get(interval);
			if (schedule == null) {
				schedule = new Schedule(interval);
				this.schedules.put(interval, schedule);
				plan(schedule);
			}
			schedule.owners.add(owner);
		}
	}

	private synchronized void plan(Schedule schedule) {
		if (!this.closed) {
			schedule.next = this.settings.time()
				.schedule(() -> this.settings.executor().execute(() -> run(schedule)),
						TimeSource.toNanos(schedule.interval));
		}
	}

	private void run(Schedule schedule) {
		try {
			flush(schedule.owners);
		}
		finally {
			plan(schedule);
		}
	}

	/**
	 * Flushes soon, because there is no room; once for all who ask at the same time.
	 */
	void relieve() {
		if (!this.relieving.compareAndSet(false, true)) {
			return;
		}
		this.settings.executor().execute(() -> {
			// Whoever finds no room from here on asks anew.
			this.relieving.set(false);
			flush(all());
		});
	}

	private synchronized Set<CollectionBuffer> all() {
		Set<CollectionBuffer> all = ConcurrentHashMap.newKeySet();
		this.schedules.values().forEach((schedule) -> all.addAll(schedule.owners));
		return all;
	}

	private void flush(Set<CollectionBuffer> owners) {
		try {
			if (owners.stream().anyMatch((owner) -> !owner.isEmpty())) {
				this.flush.accept(owners);
			}
		}
		catch (RuntimeException ex) {
			logger.error("A scheduled flush failed; the next one takes place all the same", ex);
		}
	}

	synchronized void close() {
		this.closed = true;
		for (Schedule schedule : this.schedules.values()) {
			if (schedule.next != null) {
				schedule.next.cancel();
			}
		}
	}

	private static final class Schedule {

		private final Duration interval;

		private final Set<CollectionBuffer> owners = ConcurrentHashMap.newKeySet();

		private TimeSource.@Nullable Timer next;

		Schedule(Duration interval) {
			this.interval = interval;
		}

	}

}
