package io.coalestra.internal.subscription;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import io.coalestra.cache.DependencyVersion;
import io.coalestra.cache.Revision;
import io.coalestra.internal.store.RevisionStore;
import io.coalestra.key.ResourceKey;
import io.coalestra.source.DerivedSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds what keys are computed from, all the way down: by what derived sources declare,
 * so that a key which has no value yet is known as well, and by what its value was in
 * fact computed from. Holds no state.
 */
final class Dependants {

	private static final Logger logger = LoggerFactory.getLogger(Dependants.class);

	// Declarations that keep naming new keys end here; what is beyond is found when it
	// has been read.
	private static final int MAX_DECLARED = 100_000;

	private final List<DerivedSource> sources;

	private final RevisionStore store;

	Dependants(List<DerivedSource> sources, RevisionStore store) {
		this.sources = List.copyOf(sources);
		this.store = store;
	}

	/**
	 * Returns the keys and everything that sources declare to compute them from.
	 */
	Set<ResourceKey<?>> declared(Iterable<ResourceKey<?>> keys) {
		Set<ResourceKey<?>> found = new HashSet<>();
		Deque<ResourceKey<?>> ahead = new ArrayDeque<>();
		for (ResourceKey<?> key : keys) {
			found.add(key);
			ahead.add(key);
		}
		while (!this.sources.isEmpty() && !ahead.isEmpty()) {
			ResourceKey<?> key = ahead.remove();
			for (DerivedSource source : this.sources) {
				for (ResourceKey<?> dependency : declared(source, key)) {
					if (found.size() < MAX_DECLARED && found.add(dependency)) {
						ahead.add(dependency);
					}
				}
			}
		}
		return found;
	}

	// What a source throws here it throws when it is asked for a value too, and there it
	// is a failure with its reason.
	private static Iterable<? extends ResourceKey<?>> declared(DerivedSource source, ResourceKey<?> key) {
		try {
			return (source.covers(key.type()) && source.supports(key)) ? List.copyOf(source.dependencies(key))
					: List.of();
		}
		catch (Exception ex) {
			if (ex instanceof InterruptedException) {
				Thread.currentThread().interrupt();
			}
			logger.debug("Source {} cannot say what it computes {} from", source.name(), key, ex);
			return List.of();
		}
	}

	/**
	 * Returns everything that the values of a snapshot were computed from.
	 */
	Set<ResourceKey<?>> recorded(TracedSnapshot snapshot) {
		Set<ResourceKey<?>> found = new HashSet<>();
		Deque<DependencyVersion> ahead = new ArrayDeque<>();
		for (int i = 0; i < snapshot.keys().size(); i++) {
			Revision<?> revision = snapshot.revision(i);
			if (revision != null) {
				ahead.addAll(revision.provenance().dependencies());
			}
		}
		while (!ahead.isEmpty()) {
			ResourceKey<?> key = ahead.remove().key();
			Revision<?> revision = found.add(key) ? this.store.get(key) : null;
			if (revision != null) {
				ahead.addAll(revision.provenance().dependencies());
			}
		}
		return found;
	}

	/**
	 * Returns whether the cache by now says something else than a snapshot does, or the
	 * snapshot lacks something.
	 */
	boolean isOutdated(TracedSnapshot snapshot, long now) {
		for (int i = 0; i < snapshot.keys().size(); i++) {
			Revision<?> held = snapshot.revision(i);
			if (held == null || isOutdated(held) || (snapshot.isStale(i) && isFreshBy(held, now))) {
				return true;
			}
		}
		return false;
	}

	private boolean isOutdated(Revision<?> held) {
		Revision<?> current = this.store.current(held.key());
		if (current == null || !current.version().isSameAs(held.version())) {
			return true;
		}
		if (held.provenance().dependencies().isEmpty()) {
			return false;
		}
		Set<ResourceKey<?>> seen = new HashSet<>();
		Deque<DependencyVersion> ahead = new ArrayDeque<>(held.provenance().dependencies());
		while (!ahead.isEmpty()) {
			DependencyVersion dependency = ahead.remove();
			if (seen.add(dependency.key())) {
				Revision<?> used = this.store.current(dependency.key());
				if (used == null || !used.version().isSameAs(dependency.version())) {
					return true;
				}
				ahead.addAll(used.provenance().dependencies());
			}
		}
		return false;
	}

	private boolean isFreshBy(Revision<?> held, long now) {
		@Nullable Revision<?> current = this.store.current(held.key());
		return current != null && !this.store.isStale(current, now);
	}

}
