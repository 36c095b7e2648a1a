package io.coalestra.spring.boot.metrics;

import java.util.Objects;
import java.util.function.Function;

import io.coalestra.spring.boot.builder.NamedSnapshotBuilders;
import io.coalestra.spring.boot.health.HealthJudgement;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;

/**
 * The state of each named builder as {@link SnapshotBuilderMetrics}. Immutable.
 */
public final class NamedBuilderMetrics implements MeterBinder {

	private final NamedSnapshotBuilders builders;

	private final Function<String, HealthJudgement> judgements;

	/**
	 * Makes a binder.
	 * @param builders whose state is measured
	 * @param judgements how the state is judged of the builder of a name
	 */
	public NamedBuilderMetrics(NamedSnapshotBuilders builders, Function<String, HealthJudgement> judgements) {
		this.builders = Objects.requireNonNull(builders, "builders");
		this.judgements = Objects.requireNonNull(judgements, "judgements");
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		this.builders.asMap()
			.forEach((name, builder) -> new SnapshotBuilderMetrics(builder, name, this.judgements.apply(name))
				.bindTo(registry));
	}

}
