package io.coalestra.internal.engine;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

import io.coalestra.health.ComponentHealth;
import io.coalestra.health.HealthComponent;

/**
 * What works beside the builder and reports with it. Added to by anyone at any time; a
 * reader sees each component that was added before it looked.
 */
final class HealthComponents {

	private final ConcurrentMap<String, HealthComponent> components = new ConcurrentHashMap<>();

	void add(HealthComponent component) {
		String name = component.healthName();
		HealthComponent present = this.components.putIfAbsent(name, component);
		if (present != null && !present.equals(component)) {
			throw new IllegalArgumentException(
					"health component \"" + name + "\": the name is taken (expected: a name of its own for each)");
		}
	}

	Map<String, ComponentHealth> report() {
		Map<String, ComponentHealth> states = new HashMap<>();
		this.components.forEach((name, component) -> states.put(name, ask(component)));
		return states;
	}

	private static ComponentHealth ask(HealthComponent component) {
		try {
			return component.componentHealth();
		}
		catch (Throwable thrown) {
			return ComponentHealth.failed(thrown);
		}
	}

}
