package io.coalestra.internal.engine;

import java.time.Duration;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.coalestra.cache.Revision;
import io.coalestra.failure.ResourceFailure;
import io.coalestra.internal.flight.Flight;
import io.coalestra.internal.flight.FlightOutcome;
import io.coalestra.internal.flight.FlightRegistry.Joining;
import io.coalestra.internal.flight.FlightRegistry.Terms;
import io.coalestra.internal.flight.Tally;
import io.coalestra.internal.flight.Voyage;
import io.coalestra.internal.signal.Activities;
import io.coalestra.internal.store.Judgement;
import io.coalestra.key.ResourceKey;
import io.coalestra.signal.Activity;
import io.coalestra.signal.EventType;
import io.coalestra.signal.Metric;
import io.coalestra.signal.Watch;
import io.coalestra.time.TimeSource;
import org.jspecify.annotations.Nullable;

/**
 * Reads keys again behind the callers' backs, each at most once at a time, those that one
 * build finds due together in one go.
 *
 * <p>
 * A key whose refreshes fail is left alone for twice as long each time, from half a
 * second up to a minute. The set of keys in progress is the only state that readers of
 * stale values touch; entering it is atomic, and whoever enters a key takes it out again.
 */
final class RefreshScheduler {

	private static final long FIRST_PAUSE = Duration.ofMillis(500).toNanos();

	private static final long LONGEST_PAUSE = Duration.ofMinutes(1).toNanos();

	private static final int MAX_PAUSES = 10_000;

	private final ConcurrentMap<ResourceKey<?>, String> inProgress = new ConcurrentHashMap<>();

	private final Cache<ResourceKey<?>, Pause> pauses = Caffeine.newBuilder()
		.maximumSize(MAX_PAUSES)
		.executor(Runnable::run)
		.build();

	private final ReentrantLock idleLock = new ReentrantLock();

	private final Condition idle = this.idleLock.newCondition();

	private volatile @Nullable EngineParts parts;

	private volatile boolean stopped;

	void connect(EngineParts connected) {
		this.parts = connected;
	}

	/**
	 * Schedules a refresh if one is due.
	 * @param key the key
	 * @param due whether it is, and why
	 * @param parent what found it due
	 */
	void schedule(ResourceKey<?> key, Judgement.Refresh due, Voyage parent) {
		if (due != Judgement.Refresh.NOT_DUE) {
			schedule(Map.of(key, due), parent);
		}
	}

	/**
	 * Schedules refreshes.
	 * @param due the keys, and why they are due
	 * @param parent what found them due
	 * @return those of the keys that are being read again, also for others; not those
	 * that are left alone because they failed lately
	 */
	Set<ResourceKey<?>> schedule(Map<ResourceKey<?>, Judgement.Refresh> due, Voyage parent) {
		EngineParts known = this.parts;
		if (this.stopped || known == null || due.isEmpty()) {
			return Set.of();
		}
		Set<ResourceKey<?>> refreshing = new HashSet<>();
		Map<ResourceKey<?>, String> entered = new LinkedHashMap<>();
		long now = known.time().monotonicNanos();
		due.forEach((key, why) -> {
			String reason = switch (why) {
				case AHEAD -> "refresh_ahead";
				case REQUESTED -> "requested";
				case CONTRADICTED -> "contradicted";
				case REVALIDATE, NOT_DUE -> "stale_while_revalidate";
			};
			if (why == Judgement.Refresh.REQUESTED || !isPaused(key, now)) {
				refreshing.add(key);
				if (this.inProgress.putIfAbsent(key, reason) == null) {
					entered.put(key, reason);
				}
			}
		});
		if (entered.isEmpty()) {
			return refreshing;
		}
		parent.tally().add(Tally.Count.REFRESHES, entered.size());
		Refresh refresh = refresh(known, entered, parent);
		try {
			known.services().executor().execute(refresh::begin);
		}
		catch (RuntimeException | Error ex) {
			// Full or closed, or there is no thread to be had: the next reader tries
			// again.
			refresh.abandon();
			refreshing.removeAll(entered.keySet());
		}
		return refreshing;
	}

	private boolean isPaused(ResourceKey<?> key, long now) {
		Pause pause = this.pauses.getIfPresent(key);
		return pause != null && now - pause.until < 0;
	}

	private Refresh refresh(EngineParts known, Map<ResourceKey<?>, String> entered, Voyage parent) {
		Map<String, Object> metadata = new LinkedHashMap<>(parent.metadata());
		metadata.put("background_refresh", true);
		metadata.put("refresh_reason", entered.values().iterator().next());
		metadata.put("parent_snapshot_id", parent.id());
		String id = parent.id() + ":refresh:" + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
		Watch watch = known.signals()
			.activities()
			.begun((builder) -> new Activity.Refresh(builder, entered.values().iterator().next(),
					List.copyOf(entered.keySet()), Activities.own(List.of(parent.watch()))));
		Voyage voyage = new Voyage(known.time().epochNanos(), Map.copyOf(metadata), parent.captured(), id)
			.watched(watch);
		entered.forEach((key, reason) -> {
			known.signals().count(Metric.RESOURCE_REFRESH, "scheduled", key.namespace(), key.name());
			known.signals()
				.emit(EventType.RESOURCE_REFRESH_SCHEDULED, "resource", key.toString(), "reason", reason, "snapshot_id",
						parent.id());
		});
		return new Refresh(known, entered, voyage);
	}

	int inProgress() {
		return this.inProgress.size();
	}

	/**
	 * Schedules nothing any more.
	 */
	void stop() {
		this.stopped = true;
	}

	boolean awaitIdle(Duration limit) throws InterruptedException {
		long left = TimeSource.toNanos(limit);
		this.idleLock.lockInterruptibly();
		try {
			while (!this.inProgress.isEmpty() && left > 0) {
				left = this.idle.awaitNanos(left);
			}
			return this.inProgress.isEmpty();
		}
		finally {
			this.idleLock.unlock();
		}
	}

	private void left(ResourceKey<?> key) {
		this.inProgress.remove(key);
		if (this.inProgress.isEmpty()) {
			this.idleLock.lock();
			try {
				this.idle.signalAll();
			}
			finally {
				this.idleLock.unlock();
			}
		}
	}

	private record Pause(int failures, long until) {
	}

	/**
	 * One refresh of some keys. It skips the cache, has no deadline, and counts a key as
	 * refreshed only if the value is fresh.
	 */
	private final class Refresh extends Acquisition {

		private final List<ResourceKey<?>> keys;

		private final Map<ResourceKey<?>, String> reasons;

		private Refresh(EngineParts parts, Map<ResourceKey<?>, String> reasons, Voyage voyage) {
			super(parts, List.copyOf(reasons.keySet()), parts.terms(voyage, Joining.ANY, Long.MAX_VALUE, 0));
			this.keys = List.copyOf(reasons.keySet());
			this.reasons = reasons;
		}

		private void begin() {
			launch(board());
		}

		// What another node has read since is as good as reading it here.
		@Override
		Terms terms(ResourceKey<?> key) {
			try {
				Revision<?> present = parts().store().get(key);
				return (present != null) ? terms().demanding(present.provenance().observedAt() + 1) : terms();
			}
			catch (RuntimeException | Error ex) {
				// The cache of the application threw; the flight's landing will tell.
				return terms();
			}
		}

		@Override
		boolean isAnsweredBy(Revision<?> found) {
			return found.provenance().fetchedAt() >= terms().voyage().requestedAt();
		}

		// What was read since the refresh was asked for will do, also where it is no
		// younger than what the shared tier has to be.
		@Override
		boolean land(Flight flight, Revision<?> found) {
			parts().registry().land(flight, new FlightOutcome.Landed(found));
			return true;
		}

		private void abandon() {
			watch().ended(Watch.End.of("refused", null));
			this.reasons.keySet().forEach((key) -> {
				left(key);
				parts().signals().count(Metric.RESOURCE_REFRESH, "cancelled", key.namespace(), key.name());
			});
		}

		@Override
		void allLanded() {
			endWatch();
			for (int i = 0; i < this.keys.size(); i++) {
				ResourceKey<?> key = this.keys.get(i);
				switch (outcome(i)) {
					case FlightOutcome.Landed landed -> succeeded(key, landed.revision().provenance().source());
					case FlightOutcome.FellBack fellBack -> failed(key, fellBack.failure());
					case FlightOutcome.Failed failed -> failed(key, failed.failure());
					case null -> left(key);
				}
			}
		}

		private void endWatch() {
			int failed = 0;
			for (int i = 0; i < this.keys.size(); i++) {
				failed += (outcome(i) instanceof FlightOutcome.Landed) ? 0 : 1;
			}
			watch().ended(new Watch.End((failed == 0) ? "success" : "failure", null, Map.of("failed", failed)));
		}

		private void succeeded(ResourceKey<?> key, String source) {
			RefreshScheduler.this.pauses.invalidate(key);
			left(key);
			parts().signals().count(Metric.RESOURCE_REFRESH, "success", key.namespace(), key.name());
			parts().signals()
				.emit(EventType.RESOURCE_REFRESH_COMPLETED, "resource", key.toString(), "source", source, "reason",
						this.reasons.getOrDefault(key, ""));
		}

		private void failed(ResourceKey<?> key, ResourceFailure failure) {
			boolean closed = failure.kind() == ResourceFailure.Kind.CLOSED;
			if (!closed) {
				pause(key);
			}
			left(key);
			parts().signals()
				.count(Metric.RESOURCE_REFRESH, closed ? "cancelled" : "failure", key.namespace(), key.name());
			parts().signals()
				.emit(EventType.RESOURCE_REFRESH_FAILED, "resource", key.toString(), "reason",
						this.reasons.getOrDefault(key, ""), "error_type", failure.kind().name(), "error",
						failure.message());
		}

		private void pause(ResourceKey<?> key) {
			Pause before = RefreshScheduler.this.pauses.getIfPresent(key);
			int failures = (before != null) ? before.failures() + 1 : 1;
			long span = Math.min(LONGEST_PAUSE, FIRST_PAUSE << Math.min(20, failures - 1));
			RefreshScheduler.this.pauses.put(key, new Pause(failures, parts().time().monotonicNanos() + span));
		}

	}

}
