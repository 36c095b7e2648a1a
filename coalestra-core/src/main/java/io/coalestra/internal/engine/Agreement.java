package io.coalestra.internal.engine;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

import io.coalestra.cache.DependencyVersion;
import io.coalestra.cache.Revision;
import io.coalestra.internal.flight.Pins;
import io.coalestra.internal.flight.Pins.Age;
import io.coalestra.internal.flight.Pins.Pin;
import io.coalestra.internal.store.Judgement;
import io.coalestra.internal.store.RevisionStore;
import io.coalestra.key.ResourceKey;
import io.coalestra.key.ResourceKeys;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what a stage reads in agreement with what its session holds: a derived value
 * counts only if it was derived from the very values that the session holds or now takes
 * over.
 *
 * <p>
 * Belongs to one build and is used by one thread at a time; the pins that it hands to a
 * leg are filled by the threads that derive.
 */
final class Agreement {

	private final Basis basis;

	private final RevisionStore store;

	private Pins pins;

	Agreement(Basis basis, RevisionStore store) {
		this.basis = basis;
		this.store = store;
		this.pins = basis.pins();
	}

	/**
	 * Returns what the session holds and the stage has taken over by now.
	 * @return the pins
	 */
	Pins pins() {
		return this.pins;
	}

	boolean holds(ResourceKey<?> key) {
		return this.basis.held().containsKey(key);
	}

	/**
	 * Returns whether a key is held with another value than a read would use now.
	 * @param key the key
	 * @param now the time
	 * @return true if so
	 */
	boolean differs(ResourceKey<?> key, long now) {
		Entry held = this.basis.held().get(key);
		if (held == null) {
			return false;
		}
		Judgement judgement = this.store.judge(key, now, null);
		boolean served = judgement.worth() == Judgement.Worth.FRESH
				|| judgement.worth() == Judgement.Worth.STALE_SERVED;
		Revision<?> current = judgement.revision();
		return !served || current == null || !current.version().isSameAs(held.revision().version());
	}

	/**
	 * Returns whether a value was derived from what is held, as far as that is told by
	 * its own inputs.
	 * @param derived the value
	 * @return true if it agrees
	 */
	boolean admits(Revision<?> derived) {
		for (DependencyVersion dependency : derived.provenance().dependencies()) {
			Entry entry = this.basis.held().get(dependency.key());
			if (entry != null && !entry.revision().version().isSameAs(dependency.version())) {
				return false;
			}
		}
		return true;
	}

	/**
	 * Takes over what the stage has read, inputs of derived values included, and finds
	 * what does not agree.
	 * @param keys the keys of the build
	 * @param read what the build itself has read of them, by position
	 * @param barred keys that do not serve as inputs
	 * @return the positions of derived values that were derived from something else
	 */
	List<Integer> takeOver(ResourceKeys keys, Taken read, Set<ResourceKey<?>> barred) {
		Pins before = this.pins;
		Function<DependencyVersion, @Nullable Pin> lookup = (dependency) -> barred.contains(dependency.key()) ? null
				: inputOf(dependency, before);
		Pins agreed = this.basis.pins();
		List<Integer> derived = new ArrayList<>();
		for (int i = 0; i < keys.size(); i++) {
			Pin pin = read.pin(i);
			if (pin != null && pin.revision().provenance().dependencies().isEmpty()) {
				agreed.keep(pin);
			}
			else if (pin != null) {
				derived.add(i);
			}
		}
		List<Integer> apart = new ArrayList<>();
		for (int position : derived) {
			Pin pin = read.pin(position);
			Pin pinned = agreed.get(keys.get(position));
			if (pinned != null) {
				// Taken over as the input of another already.
				read.replace(position, pinned);
			}
			else if (pin != null && agreed.adopt(pin.revision(), lookup)) {
				agreed.keep(isFromStale(pin.revision(), agreed) ? new Pin(pin.revision(), Age.STALE) : pin);
			}
			else {
				apart.add(position);
			}
		}
		this.pins = agreed;
		return apart;
	}

	// Each input is looked at once, however many lead to it.
	private static boolean isFromStale(Revision<?> derived, Pins agreed) {
		Set<ResourceKey<?>> seen = new HashSet<>();
		Deque<DependencyVersion> ahead = new ArrayDeque<>(derived.provenance().dependencies());
		while (!ahead.isEmpty()) {
			DependencyVersion dependency = ahead.remove();
			Pin input = seen.add(dependency.key()) ? agreed.get(dependency.key()) : null;
			if (input != null && input.isStale()) {
				return true;
			}
			if (input != null) {
				ahead.addAll(input.revision().provenance().dependencies());
			}
		}
		return false;
	}

	private @Nullable Pin inputOf(DependencyVersion dependency, Pins before) {
		Pin known = before.get(dependency.key());
		if (known != null && known.revision().version().isSameAs(dependency.version())) {
			return known;
		}
		Revision<?> current = this.store.get(dependency.key());
		return (current != null && current.version().isSameAs(dependency.version())) ? new Pin(current, Age.FRESH)
				: null;
	}

	/**
	 * Returns what was taken over as inputs of derived values only.
	 * @param keys the keys of the build
	 * @return the pins by key
	 */
	Map<ResourceKey<?>, Pin> inputs(ResourceKeys keys) {
		Map<ResourceKey<?>, Pin> inputs = this.pins.all();
		inputs.keySet().removeAll(this.basis.held().keySet());
		keys.forEach(inputs::remove);
		return inputs;
	}

	/**
	 * What a build itself has read.
	 */
	interface Taken {

		/**
		 * Returns a value.
		 * @param position the key's position
		 * @return the value, or null where there is none, or it was held before
		 */
		@Nullable Pin pin(int position);

		/**
		 * Puts another value in its place.
		 * @param position the key's position
		 * @param pin the value
		 */
		void replace(int position, Pin pin);

	}

}
