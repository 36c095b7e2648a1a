package io.coalestra.spring.boot.autoconfigure;

import java.util.List;
import java.util.Objects;

import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.source.Source;
import io.coalestra.spring.boot.autoconfigure.fault.Faults;

import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;

/**
 * Applies {@code coalestra.*} anew to the auto-configured builder while it is at work:
 * freshness, ranks, the limit over all sources, and of each source its limits, time
 * limits, retry and circuit. What else the properties say takes effect at the next start.
 *
 * <p>
 * Nothing applies the properties by itself. Where something changes the environment, such
 * as a listener of a configuration server's events, it calls {@link #reload()}. Safe for
 * concurrent use.
 */
public final class CoalestraSettings {

	private final SnapshotBuilder builder;

	private final List<Source> sources;

	private final Environment environment;

	CoalestraSettings(SnapshotBuilder builder, List<Source> sources, Environment environment) {
		this.builder = builder;
		this.sources = List.copyOf(sources);
		this.environment = environment;
	}

	/**
	 * Binds the properties anew from the environment, and applies them.
	 * @throws InvalidConfigurationException if a property is not valid, with every fault
	 */
	public void reload() {
		apply(Binder.get(this.environment).bindOrCreate("coalestra", Bindable.of(CoalestraProperties.class)));
	}

	/**
	 * Applies properties.
	 * @param properties the properties
	 * @throws InvalidConfigurationException if a property is not valid, with every fault
	 */
	public synchronized void apply(CoalestraProperties properties) {
		Objects.requireNonNull(properties, "properties");
		new PropertiesMapper(properties, new Faults()).reapply(this.builder, this.sources);
	}

}
