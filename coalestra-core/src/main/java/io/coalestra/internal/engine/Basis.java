package io.coalestra.internal.engine;

import java.util.HashMap;
import java.util.Map;

import io.coalestra.failure.ResourceFailure;
import io.coalestra.internal.flight.Pins;
import io.coalestra.internal.flight.Pins.Pin;
import io.coalestra.key.ResourceKey;

/**
 * What a build starts from, where that is not nothing: the values and failures that a
 * session holds already. Immutable.
 *
 * @param held the values by key, inputs of derived ones among them; all agree
 * @param failures what failed earlier and is not to be read again
 */
record Basis(Map<ResourceKey<?>, Entry> held, Map<ResourceKey<?>, ResourceFailure> failures) {

	Pins pins() {
		Map<ResourceKey<?>, Pin> pins = HashMap.newHashMap(this.held.size());
		this.held.forEach((key, entry) -> pins.put(key, entry.pin()));
		return new Pins(pins);
	}

}
