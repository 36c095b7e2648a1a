package io.coalestra.internal.engine;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

import io.coalestra.key.ResourceKey;
import io.coalestra.source.DerivedSource;
import io.coalestra.source.Source;

/**
 * Knows from their declarations what values are derived from, without reading any.
 */
final class Derivations {

	private static final int MAX_DEPTH = 64;

	private final List<DerivedSource> sources = new ArrayList<>();

	Derivations(List<Source> all) {
		for (Source source : all) {
			if (source instanceof DerivedSource derived) {
				this.sources.add(derived);
			}
		}
	}

	/**
	 * Returns whether a key may be derived.
	 * @param key the key
	 * @return true if a derived source covers its type
	 */
	boolean covers(ResourceKey<?> key) {
		for (DerivedSource source : this.sources) {
			if (source.covers(key.type())) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Returns whether a key may be derived, directly or through others, from one that
	 * meets a condition.
	 * @param key the key
	 * @param condition the condition
	 * @return true if it may
	 */
	boolean anyInput(ResourceKey<?> key, Predicate<ResourceKey<?>> condition) {
		return anyInput(key, condition, new HashSet<>(), 0);
	}

	// Each key is looked at once, however many lead to it, and circles end.
	private boolean anyInput(ResourceKey<?> key, Predicate<ResourceKey<?>> condition, Set<ResourceKey<?>> seen,
			int depth) {
		if (depth >= MAX_DEPTH || !seen.add(key)) {
			return false;
		}
		for (DerivedSource source : this.sources) {
			if (source.covers(key.type())) {
				for (ResourceKey<?> input : inputs(source, key)) {
					if (condition.test(input) || anyInput(input, condition, seen, depth + 1)) {
						return true;
					}
				}
			}
		}
		return false;
	}

	// What the declaration throws is told where the value is read.
	private static Collection<? extends ResourceKey<?>> inputs(DerivedSource source, ResourceKey<?> key) {
		try {
			return (source.isSelective() && !source.supports(key)) ? List.of() : List.copyOf(source.dependencies(key));
		}
		catch (Exception ex) {
			if (ex instanceof InterruptedException) {
				Thread.currentThread().interrupt();
			}
			return List.of();
		}
	}

}
