package io.coalestra.spring.boot.autoconfigure;

import java.util.LinkedHashMap;
import java.util.Map;

import io.coalestra.publish.ResourcePublisher;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.spring.boot.autoconfigure.fault.Faults;
import io.coalestra.spring.boot.autoconfigure.lifecycle.SnapshotBuilderLifecycle;
import io.coalestra.spring.boot.builder.NamedSnapshotBuilders;

import org.springframework.context.ApplicationContext;

/**
 * Makes the beans of named builders, for the definitions that
 * {@link NamedBuildersRegistrar} registers.
 */
final class NamedBuilderFactory {

	static final String BEAN = "coalestraNamedBuilderFactory";

	private final BuilderAssembly assembly;

	private final CoalestraProperties shared;

	private final ApplicationContext context;

	NamedBuilderFactory(BuilderAssembly assembly, CoalestraProperties shared, ApplicationContext context) {
		this.assembly = assembly;
		this.shared = shared;
		this.context = context;
	}

	DiscoveredSources sources(String name) {
		return this.assembly.discover(name, properties(name));
	}

	SnapshotBuilder builder(String name) {
		return this.assembly.build(name, properties(name), made(name, DiscoveredSources.class));
	}

	ResourcePublisher publisher(String name) {
		return made(name, SnapshotBuilder.class).publisher();
	}

	CoalestraSettings settings(String name) {
		return CoalestraSettings.of(name, made(name, SnapshotBuilder.class), this.assembly,
				made(name, DiscoveredSources.class), this.context.getEnvironment());
	}

	SnapshotBuilderLifecycle lifecycle(String name) {
		return new SnapshotBuilderLifecycle(made(name, SnapshotBuilder.class),
				properties(name).mapper(new Faults()).closeOptions(), this.context);
	}

	/**
	 * Returns the builders that have a name.
	 * @return the builders
	 */
	NamedSnapshotBuilders all() {
		Map<String, SnapshotBuilder> builders = new LinkedHashMap<>();
		// An application that was processed ahead of time has the builders of then.
		BuilderNames.of(this.context.getEnvironment())
			.stream()
			.filter((name) -> this.context.containsBean(BuilderNames.beanOf(name, SnapshotBuilder.class)))
			.forEach((name) -> builders.put(name, made(name, SnapshotBuilder.class)));
		return new NamedSnapshotBuilders(builders);
	}

	private BuilderProperties properties(String name) {
		return BuilderProperties.bind(name, this.shared, this.context.getEnvironment());
	}

	private <T> T made(String name, Class<T> type) {
		return this.context.getBean(BuilderNames.beanOf(name, type), type);
	}

}
