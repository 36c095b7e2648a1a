package io.coalestra.batch;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * Items that share one bulk call.
 *
 * <p>
 * Its mutable fields belong to {@link Gathering} and are under its lock, but for the list
 * of items once it has started: from then on nobody writes it, and its bulk call reads it
 * freely.
 *
 * @param <K> the keys' type
 * @param <V> the values' type
 */
final class Batch<K, V> {

	final Lane<K, V> lane;

	final long openedAt;

	List<Call<K, V>> items = new ArrayList<>();

	/** Lets others interrupt the bulk call, and nothing after it. */
	final InterruptGate gate = new InterruptGate();

	private @Nullable Set<K> distinct;

	State state = State.GATHERING;

	BatchTrigger trigger = BatchTrigger.WINDOW;

	/** Once started, how many callers still wait. */
	int waiting;

	/** The next one to launch, in the step that launches both. */
	@Nullable Batch<K, V> nextLaunch;

	Batch(Lane<K, V> lane, long openedAt, Limits limits) {
		this.lane = lane;
		this.openedAt = openedAt;
		this.distinct = limits.capsDistinctKeys() ? new HashSet<>() : null;
	}

	void add(Call<K, V> call) {
		this.items.add(call);
		if (this.distinct != null) {
			count(this.distinct, call.key);
		}
	}

	private static <K> void count(Set<K> distinct, K key) {
		try {
			distinct.add(key);
		}
		catch (RuntimeException brokenEquality) {
			// Gathering must go on for the others; the bulk call will fail over this key.
			return;
		}
	}

	boolean isFull(Limits limits) {
		return this.items.size() >= limits.maxBatchSize()
				|| (this.distinct != null && this.distinct.size() >= limits.maxDistinctKeys());
	}

	/** Lets go of the items, so that a future that somebody keeps does not keep them. */
	void release() {
		this.items = List.of();
		this.distinct = null;
	}

	boolean isGathering() {
		return this.state == State.GATHERING;
	}

	/**
	 * How far it is. It may be sealed, by being full, in any of the first three.
	 */
	enum State {

		/** It waits for a trigger. */
		GATHERING,

		/** A trigger has come, and it waits for a permit. */
		QUEUED,

		/** It has a permit, and its thread has not begun. */
		LAUNCHED,

		/** Its bulk call runs. */
		STARTED,

		/** It is over, or was given up. */
		ENDED

	}

}
