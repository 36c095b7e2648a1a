package io.coalestra.spring.boot.autoconfigure;

import io.coalestra.health.HealthComponent;
import io.coalestra.snapshot.SnapshotBuilder;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;

/**
 * Lets the beans that work beside the builder report with it. When all singletons are
 * there, because such a bean may itself need the builder.
 */
public final class HealthComponentRegistrar implements SmartInitializingSingleton {

	private final SnapshotBuilder builder;

	private final ObjectProvider<HealthComponent> components;

	/**
	 * Makes a registrar.
	 * @param builder whose health takes the components
	 * @param components the components, asked for when all beans are there
	 */
	public HealthComponentRegistrar(SnapshotBuilder builder, ObjectProvider<HealthComponent> components) {
		this.builder = builder;
		this.components = components;
	}

	@Override
	public void afterSingletonsInstantiated() {
		this.components.orderedStream().forEach(this.builder::addHealthComponent);
	}

}
