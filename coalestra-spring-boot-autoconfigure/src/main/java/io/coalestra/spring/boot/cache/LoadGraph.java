package io.coalestra.spring.boot.cache;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

import io.coalestra.key.ResourceKey;
import org.jspecify.annotations.Nullable;

/**
 * Finds circles among loads that ask caches themselves: of one thread, whose method asks
 * for the very value that it makes, or of several that wait for each other.
 *
 * <p>
 * Who leads a key is written by the leading thread around its load, and read by all; for
 * what a chain waits is written and followed under one lock, which only nested look-ups
 * take. A chain is in {@code leading} before anything that it calls can wait.
 */
final class LoadGraph {

	private static final ThreadLocal<@Nullable Chain> CURRENT = new ThreadLocal<>();

	private final Map<ResourceKey<?>, Chain> leading = new ConcurrentHashMap<>();

	private final ReentrantLock lock = new ReentrantLock();

	/**
	 * Returns the chain of loads that the calling thread is in.
	 * @return the chain, or null outside of loads
	 */
	static @Nullable Chain current() {
		return CURRENT.get();
	}

	/**
	 * Lets the calling thread lead keys.
	 * @param keys the keys
	 * @return ends it
	 */
	AutoCloseable lead(Collection<? extends ResourceKey<?>> keys) {
		Chain outer = CURRENT.get();
		Chain chain = (outer != null) ? outer : new Chain();
		keys.forEach((key) -> this.leading.put(key, chain));
		CURRENT.set(chain);
		return () -> {
			keys.forEach((key) -> this.leading.remove(key, chain));
			if (outer == null) {
				CURRENT.remove();
			}
		};
	}

	/**
	 * Lets a chain wait for keys, unless that would close a circle.
	 * @param chain the chain
	 * @param keys the keys
	 * @return ends the waiting; null if it may not wait
	 */
	@Nullable Runnable await(Chain chain, Collection<? extends ResourceKey<?>> keys) {
		this.lock.lock();
		try {
			if (reaches(keys, chain, new HashSet<>())) {
				return null;
			}
			Collection<? extends ResourceKey<?>> before = chain.waitsFor;
			chain.waitsFor = List.copyOf(keys);
			return () -> endWaiting(chain, before);
		}
		finally {
			this.lock.unlock();
		}
	}

	private void endWaiting(Chain chain, Collection<? extends ResourceKey<?>> before) {
		this.lock.lock();
		try {
			chain.waitsFor = before;
		}
		finally {
			this.lock.unlock();
		}
	}

	private boolean reaches(Collection<? extends ResourceKey<?>> keys, Chain wanted, Set<Chain> seen) {
		for (ResourceKey<?> key : keys) {
			Chain leader = this.leading.get(key);
			if (leader == wanted || (leader != null && seen.add(leader) && reaches(leader.waitsFor, wanted, seen))) {
				return true;
			}
		}
		return false;
	}

	/**
	 * The loads of one thread, one inside the other. Compared by identity.
	 */
	static final class Chain {

		// Guarded by the graph's lock.
		private Collection<? extends ResourceKey<?>> waitsFor = List.of();

	}

}
