package io.coalestra.spring.boot.autoconfigure;

import java.util.List;

import io.coalestra.cache.PayloadCopier;
import io.coalestra.cache.SnapshotCache;
import io.coalestra.key.ResourceGroup;
import io.coalestra.signal.MetricSink;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.time.TimeSource;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;

/**
 * Makes the builder when the application starts, so that what is wrong with it is told
 * then. Where it has no source and nothing is said of it, there is nothing to be wrong,
 * and it is left to whoever injects it first.
 */
final class BuilderStart implements SmartInitializingSingleton {

	// Those with which something can be wrong.
	private static final List<Class<?>> PARTS = List.of(ResourceGroup.class, CoalestraCustomizer.class,
			SnapshotCache.class, MetricSink.class, PayloadCopier.class, TimeSource.class);

	private final CoalestraProperties properties;

	private final DiscoveredSources sources;

	private final ListableBeanFactory beans;

	private final String builder;

	BuilderStart(CoalestraProperties properties, DiscoveredSources sources, ListableBeanFactory beans, String builder) {
		this.properties = properties;
		this.sources = sources;
		this.beans = beans;
		this.builder = builder;
	}

	@Override
	public void afterSingletonsInstantiated() {
		if (!this.sources.asList().isEmpty() || !this.properties.areUnset() || isAnyPart()) {
			this.beans.getBean(this.builder, SnapshotBuilder.class);
		}
	}

	// In one pass over all beans, which is quicker than one for each type.
	private boolean isAnyPart() {
		for (String name : this.beans.getBeanNamesForType(Object.class, true, false)) {
			Class<?> type = this.beans.getType(name, false);
			if (type != null && PARTS.stream().anyMatch((part) -> part.isAssignableFrom(type))) {
				return true;
			}
		}
		return false;
	}

}
