package io.coalestra.internal.store;

import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.coalestra.cache.DependencyVersion;
import io.coalestra.cache.Revision;
import io.coalestra.cache.SnapshotCache;
import org.jspecify.annotations.Nullable;

/**
 * Follows derived revisions down to what they were computed from: whether that is still
 * what it was, and until when it is fresh. Nothing is remembered; the cache is asked each
 * time.
 */
final class Lineage {

	private static final int MAX_DEPTH = 256;

	private final SnapshotCache cache;

	private final Epochs epochs;

	Lineage(SnapshotCache cache, Epochs epochs) {
		this.cache = cache;
		this.epochs = epochs;
	}

	/**
	 * Returns whether everything that a revision was computed from is still what it was,
	 * all the way down. What is only past its time to live still counts.
	 * @param revision the revision
	 * @param now the time
	 * @return true if so; always for what is not derived
	 */
	boolean isCurrent(Revision<?> revision, long now) {
		return isCurrent(revision, now, 0, new IdentityHashMap<>(0));
	}

	// Each revision is visited once, however many share it; one that is met while it is
	// being visited depends on itself.
	private boolean isCurrent(Revision<?> revision, long now, int depth, Map<Revision<?>, Boolean> visited) {
		List<DependencyVersion> dependencies = revision.provenance().dependencies();
		if (dependencies.isEmpty()) {
			return true;
		}
		Boolean known = visited.putIfAbsent(revision, false);
		if (known != null || depth > MAX_DEPTH) {
			return known != null && known;
		}
		for (DependencyVersion dependency : dependencies) {
			Revision<?> current = this.cache.get(dependency.key());
			if (current == null || !current.version().isSameAs(dependency.version())
					|| now > current.lifetime().usableUntil()
					|| !this.epochs.isCurrent(current.lifetime().epoch(), current.provenance().tags())
					|| !isCurrent(current, now, depth + 1, visited)) {
				return false;
			}
		}
		visited.put(revision, true);
		return true;
	}

	/**
	 * Returns until when a revision is fresh: a derived one is no fresher than what it
	 * was computed from.
	 * @param revision the revision
	 * @return the bound, inclusive: nanoseconds since the epoch
	 */
	long freshUntil(Revision<?> revision) {
		if (revision.provenance().dependencies().isEmpty()) {
			return revision.lifetime().freshUntil();
		}
		long until = Long.MAX_VALUE;
		Set<Revision<?>> seen = Collections.newSetFromMap(new IdentityHashMap<>());
		Deque<Revision<?>> ahead = new ArrayDeque<>(List.of(revision));
		while (!ahead.isEmpty()) {
			Revision<?> next = ahead.remove();
			if (seen.add(next)) {
				until = Math.min(until, next.lifetime().freshUntil());
				for (DependencyVersion dependency : next.provenance().dependencies()) {
					@Nullable Revision<?> current = this.cache.get(dependency.key());
					if (current == null) {
						return Long.MIN_VALUE;
					}
					ahead.add(current);
				}
			}
		}
		return until;
	}

}
