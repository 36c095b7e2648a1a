package io.coalestra.spring.boot.autoconfigure.tier;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;
import org.springframework.util.ClassUtils;

/**
 * Which engines' modules are on the class path.
 */
enum TierModules {

	REDIS(SharedTierProperties.Engine.REDIS, "coalestra-redis", "io.coalestra.redis.RedisTier"),

	NATS(SharedTierProperties.Engine.NATS, "coalestra-nats", "io.coalestra.nats.NatsTier");

	private final SharedTierProperties.Engine engine;

	private final String module;

	private final String marker;

	TierModules(SharedTierProperties.Engine engine, String module, String marker) {
		this.engine = engine;
		this.module = module;
		this.marker = marker;
	}

	static TierModules of(SharedTierProperties.Engine engine) {
		return (engine == SharedTierProperties.Engine.REDIS) ? REDIS : NATS;
	}

	/**
	 * Returns the engine that properties name, without binding all that they say.
	 * @param environment has the properties
	 * @return the engine, or null
	 */
	static SharedTierProperties.@Nullable Engine named(Environment environment) {
		return Binder.get(environment)
			.bind(SharedTierProperties.ENGINE, SharedTierProperties.Engine.class)
			.orElse(null);
	}

	String module() {
		return this.module;
	}

	boolean isPresent(@Nullable ClassLoader loader) {
		return ClassUtils.isPresent(this.marker, loader);
	}

	/**
	 * Returns whether this engine is the one to use: the one that is named, or the only
	 * one that is there.
	 */
	boolean isChosen(SharedTierProperties.@Nullable Engine named, @Nullable ClassLoader loader) {
		if (named != null) {
			return named == this.engine;
		}
		for (TierModules each : values()) {
			if (each.isPresent(loader) != (each == this)) {
				return false;
			}
		}
		return true;
	}

}
