package io.coalestra.spring.boot.autoconfigure;

import java.util.Objects;
import java.util.function.Supplier;

import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.spring.boot.autoconfigure.fault.InvalidConfigurationException;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;

/**
 * Applies {@code coalestra.*} anew to an auto-configured builder while it is at work:
 * freshness, ranks, the limit over all sources, and of each source its limits, time
 * limits, retry and circuit. What else the properties say takes effect at the next start.
 *
 * <p>
 * The result is what the next start would give: {@link CoalestraCustomizer} beans run
 * again and have the last word, also about what no property says. What they hand over
 * beside that, such as sinks, is not used again.
 *
 * <p>
 * Nothing applies the properties by itself. Where something changes the environment, such
 * as a listener of a configuration server's events, it calls {@link #reload()}. Each
 * named builder has its own, with the name as qualifier. Safe for concurrent use.
 */
public final class CoalestraSettings {

	private final @Nullable String name;

	private final SnapshotBuilder builder;

	private final BuilderAssembly assembly;

	private final DiscoveredSources sources;

	private final Supplier<BuilderProperties> present;

	private CoalestraSettings(@Nullable String name, SnapshotBuilder builder, BuilderAssembly assembly,
			DiscoveredSources sources, Supplier<BuilderProperties> present) {
		this.name = name;
		this.builder = builder;
		this.assembly = assembly;
		this.sources = sources;
		this.present = present;
	}

	/**
	 * Makes the settings of a builder.
	 * @param name its name, or null for the one that has none
	 * @param builder the builder
	 * @param assembly has put it together
	 * @param sources its sources
	 * @param environment has the properties
	 * @return the settings
	 */
	static CoalestraSettings of(@Nullable String name, SnapshotBuilder builder, BuilderAssembly assembly,
			DiscoveredSources sources, Environment environment) {
		return new CoalestraSettings(name, builder, assembly, sources, () -> {
			CoalestraProperties shared = Binder.get(environment)
				.bindOrCreate(PropertiesMapper.PREFIX, Bindable.of(CoalestraProperties.class));
			return (name != null) ? BuilderProperties.bind(name, shared, environment) : BuilderProperties.of(shared);
		});
	}

	/**
	 * Binds the properties anew from the environment, and applies them.
	 * @throws InvalidConfigurationException if a property is not valid, with every fault
	 */
	public void reload() {
		apply(this.present.get());
	}

	/**
	 * Applies properties.
	 * @param properties the properties
	 * @throws InvalidConfigurationException if a property is not valid, with every fault
	 */
	public void apply(CoalestraProperties properties) {
		Objects.requireNonNull(properties, "properties");
		apply((this.name != null)
				? new BuilderProperties(BuilderNames.propertiesOf(this.name), properties, this.present.get().bases())
				: BuilderProperties.of(properties));
	}

	private synchronized void apply(BuilderProperties properties) {
		this.assembly.reconfigure(this.name, this.builder, properties, this.sources);
	}

}
