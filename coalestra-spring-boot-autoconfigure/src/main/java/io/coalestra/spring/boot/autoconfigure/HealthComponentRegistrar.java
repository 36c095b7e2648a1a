package io.coalestra.spring.boot.autoconfigure;

import java.util.List;

import io.coalestra.health.HealthComponent;
import io.coalestra.snapshot.SnapshotBuilder;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;

/**
 * Lets the beans that work beside the builder report with it. When all singletons are
 * there, because such a bean may itself need the builder.
 */
public final class HealthComponentRegistrar implements SmartInitializingSingleton {

	private final ObjectProvider<SnapshotBuilder> builder;

	private final ObjectProvider<HealthComponent> components;

	/**
	 * Makes a registrar.
	 * @param builder whose health takes the components; not asked for without any
	 * @param components the components, asked for when all beans are there
	 */
	public HealthComponentRegistrar(ObjectProvider<SnapshotBuilder> builder,
			ObjectProvider<HealthComponent> components) {
		this.builder = builder;
		this.components = components;
	}

	@Override
	public void afterSingletonsInstantiated() {
		List<HealthComponent> all = this.components.orderedStream().toList();
		if (!all.isEmpty()) {
			all.forEach(this.builder.getObject()::addHealthComponent);
		}
	}

}
