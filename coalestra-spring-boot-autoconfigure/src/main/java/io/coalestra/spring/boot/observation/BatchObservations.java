package io.coalestra.spring.boot.observation;

import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Supplier;

import io.coalestra.batch.BatcherBuilder;
import io.coalestra.batch.BulkAround;
import io.coalestra.batch.BulkCall;
import io.coalestra.spring.boot.batch.BatcherCustomizer;
import io.micrometer.common.KeyValue;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;

/**
 * Observes each bulk call as {@code coalestra.batcher.bulk}. It is the child of its
 * caller's observation when it has one caller; otherwise it is nobody's child, and its
 * span links to those of all. Safe for concurrent use.
 */
public final class BatchObservations implements BatcherCustomizer, BulkAround {

	private final Supplier<ObservationRegistry> registry;

	/**
	 * Makes the observations.
	 * @param registry the registry, asked for at each call
	 */
	public BatchObservations(Supplier<ObservationRegistry> registry) {
		this.registry = Objects.requireNonNull(registry, "registry");
	}

	@Override
	public void customize(String batcher, BatcherBuilder<?, ?> builder) {
		builder.capture(() -> this.registry.get().getCurrentObservation()).around(this);
	}

	@Override
	public <R> R around(BulkCall call, Callable<R> body) throws Exception {
		BatchObservationContext context = new BatchObservationContext(call);
		Observation observation = Observation
			.createNotStarted("coalestra.batcher.bulk", () -> context, this.registry.get())
			.contextualName("batch " + call.batcher())
			.lowCardinalityKeyValue("batcher", call.batcher())
			.lowCardinalityKeyValue("trigger", call.trigger().name().toLowerCase(Locale.ROOT))
			.highCardinalityKeyValue(KeyValue.of("callers", Integer.toString(call.callers())));
		if (call.callers() == 1 && context.callers().size() == 1
				&& context.callers().getFirst() instanceof Observation only) {
			observation.parentObservation(only);
		}
		return observation.observeChecked(body::call);
	}

}
