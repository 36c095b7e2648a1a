package io.coalestra.internal.flight;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

import io.coalestra.cache.DependencyVersion;
import io.coalestra.cache.Revision;
import io.coalestra.key.ResourceKey;
import org.jspecify.annotations.Nullable;

/**
 * Values that agree: whatever is derived among them was derived from those among them.
 *
 * <p>
 * All state is guarded by this object's monitor, held for work in memory only. A pin is
 * never replaced, so that several readers of one key come to work with the same value.
 */
public final class Pins {

	private final Map<ResourceKey<?>, Pin> pins;

	/**
	 * Pins what is known already.
	 * @param known the pins by key, which agree
	 */
	public Pins(Map<ResourceKey<?>, Pin> known) {
		this.pins = new LinkedHashMap<>(known);
	}

	/**
	 * Finds a pinned value.
	 * @param key the key
	 * @return the value, or null
	 */
	public synchronized @Nullable Pin get(ResourceKey<?> key) {
		return this.pins.get(key);
	}

	/**
	 * Pins a value, unless its key has one.
	 * @param offered the value
	 * @return what is pinned now
	 */
	public synchronized Pin keep(Pin offered) {
		Pin present = this.pins.putIfAbsent(offered.revision().key(), offered);
		return (present != null) ? present : offered;
	}

	/**
	 * Pins everything that a value was computed from, if that agrees with what is pinned.
	 * @param derived the value; one that depends on nothing always agrees
	 * @param lookup finds a version of a key that is not pinned, where it is still to be
	 * had
	 * @return false if something else is pinned, or an input is not to be had any more:
	 * then nothing was pinned
	 */
	public synchronized boolean adopt(Revision<?> derived, Function<DependencyVersion, @Nullable Pin> lookup) {
		Map<ResourceKey<?>, Pin> found = new LinkedHashMap<>();
		if (!collect(derived, lookup, found)) {
			return false;
		}
		this.pins.putAll(found);
		return true;
	}

	private boolean collect(Revision<?> derived, Function<DependencyVersion, @Nullable Pin> lookup,
			Map<ResourceKey<?>, Pin> found) {
		for (DependencyVersion dependency : derived.provenance().dependencies()) {
			Pin pinned = this.pins.getOrDefault(dependency.key(), found.get(dependency.key()));
			Pin input = (pinned != null) ? pinned : lookup.apply(dependency);
			if (input == null || !input.revision().version().isSameAs(dependency.version())) {
				return false;
			}
			// Entered before its own inputs are looked at, so that a circle ends here.
			if (pinned == null && found.put(dependency.key(), input) == null
					&& !collect(input.revision(), lookup, found)) {
				return false;
			}
		}
		return true;
	}

	/**
	 * Returns what is pinned.
	 * @return a copy
	 */
	public synchronized Map<ResourceKey<?>, Pin> all() {
		return new LinkedHashMap<>(this.pins);
	}

	/**
	 * One pinned value.
	 *
	 * @param revision the value
	 * @param age whether it was past its time to live when it was pinned
	 */
	public record Pin(Revision<?> revision, Age age) {

		/**
		 * Returns whether it was past its time to live when it was pinned.
		 * @return true if it was
		 */
		public boolean isStale() {
			return this.age == Age.STALE;
		}

	}

	/**
	 * Whether a value was past its time to live.
	 */
	public enum Age {

		/** It was not. */
		FRESH,

		/** It was. */
		STALE

	}

}
