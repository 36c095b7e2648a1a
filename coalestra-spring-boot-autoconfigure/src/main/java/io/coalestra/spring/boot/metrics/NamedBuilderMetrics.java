package io.coalestra.spring.boot.metrics;

import java.util.Objects;

import io.coalestra.spring.boot.builder.NamedSnapshotBuilders;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;

/**
 * The state of each named builder as {@link SnapshotBuilderMetrics}. Immutable.
 */
public final class NamedBuilderMetrics implements MeterBinder {

	private final NamedSnapshotBuilders builders;

	/**
	 * Makes a binder.
	 * @param builders whose state is measured
	 */
	public NamedBuilderMetrics(NamedSnapshotBuilders builders) {
		this.builders = Objects.requireNonNull(builders, "builders");
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		this.builders.asMap().forEach((name, builder) -> new SnapshotBuilderMetrics(builder, name).bindTo(registry));
	}

}
