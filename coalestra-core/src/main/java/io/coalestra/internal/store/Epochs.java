package io.coalestra.internal.store;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Invalidation in constant time: instead of visiting entries, an epoch is noted, and what
 * was read before it counts for nothing.
 *
 * <p>
 * The counter is written by invalidations only. A read notes it before it asks its
 * source, so that what is on its way when the tag is invalidated, or everything cleared,
 * is caught as well. Entries without tags never look a tag up.
 */
final class Epochs {

	private static final int MAX_TAGS = 100_000;

	private final AtomicInteger counter = new AtomicInteger();

	private final Map<String, Integer> tags = new ConcurrentHashMap<>();

	// Written by one invalidation at a time, or a clearing would undo one that came
	// after it.
	private volatile int cleared;

	int current() {
		return this.counter.get();
	}

	synchronized void clear() {
		this.cleared = this.counter.incrementAndGet();
		this.tags.clear();
	}

	synchronized void invalidate(String tag) {
		// What is forgotten must not come back to life: beyond the bound everything is
		// cleared.
		if (this.tags.size() >= MAX_TAGS && !this.tags.containsKey(tag)) {
			clear();
			return;
		}
		this.tags.merge(tag, this.counter.incrementAndGet(), Math::max);
	}

	boolean isCurrent(int epoch, Set<String> carried) {
		if (epoch < this.cleared) {
			return false;
		}
		for (String tag : carried) {
			if (epoch < this.tags.getOrDefault(tag, 0)) {
				return false;
			}
		}
		return true;
	}

}
