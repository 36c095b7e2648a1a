package io.coalestra.spring.boot.metrics;

import java.util.Locale;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

import io.coalestra.batch.BatchListener;
import io.coalestra.batch.BatchReport;
import io.coalestra.batch.Batcher;
import io.coalestra.batch.BatcherBuilder;
import io.coalestra.batch.BatcherStatistics;
import io.coalestra.spring.boot.batch.BatcherCustomizer;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.MeterBinder;

import org.springframework.beans.factory.ObjectProvider;

/**
 * What batchers do, as meters tagged by the batcher's name. No tag names an item. Safe
 * for concurrent use.
 */
public final class BatcherMetrics implements BatcherCustomizer, MeterBinder {

	private final Supplier<MeterRegistry> registry;

	private final ObjectProvider<Batcher<?, ?>> batchers;

	/**
	 * Makes the meters.
	 * @param registry where batches are counted, asked for at the first batch
	 * @param batchers whose state is measured
	 */
	public BatcherMetrics(Supplier<MeterRegistry> registry, ObjectProvider<Batcher<?, ?>> batchers) {
		this.registry = Objects.requireNonNull(registry, "registry");
		this.batchers = Objects.requireNonNull(batchers, "batchers");
	}

	@Override
	public void customize(String batcher, BatcherBuilder<?, ?> builder) {
		builder.listener(new Listener(batcher, this.registry));
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		this.batchers.stream().forEach((batcher) -> {
			gauge(registry, batcher, "coalestra.batcher.pending", "Items that were taken and not answered",
					BatcherStatistics::pending);
			gauge(registry, batcher, "coalestra.batcher.queued", "Batches that wait for a bulk call to end",
					BatcherStatistics::queued);
			gauge(registry, batcher, "coalestra.batcher.running", "Bulk calls that run", BatcherStatistics::running);
			count(registry, batcher, "coalestra.batcher.withdrawn", "Callers who gave up before their answer",
					BatcherStatistics::withdrawn);
			count(registry, batcher, "coalestra.batcher.refused", "Calls that were refused at once",
					BatcherStatistics::refused);
		});
	}

	private static void gauge(MeterRegistry registry, Batcher<?, ?> batcher, String name, String description,
			ToDoubleFunction<BatcherStatistics> value) {
		Gauge.builder(name, batcher, (asked) -> value.applyAsDouble(asked.statistics()))
			.description(description)
			.tag("batcher", batcher.name())
			.register(registry);
	}

	private static void count(MeterRegistry registry, Batcher<?, ?> batcher, String name, String description,
			ToDoubleFunction<BatcherStatistics> value) {
		FunctionCounter.builder(name, batcher, (asked) -> value.applyAsDouble(asked.statistics()))
			.description(description)
			.tag("batcher", batcher.name())
			.register(registry);
	}

	/**
	 * Counts the batches of one batcher. The registry keeps the meters, and finds them by
	 * their names: a batch costs some look-ups, an item none.
	 */
	private record Listener(String batcher, Supplier<MeterRegistry> registry) implements BatchListener {

		@Override
		public void onBatch(BatchReport report) {
			MeterRegistry meters = this.registry.get();
			DistributionSummary.builder("coalestra.batcher.size")
				.description("Callers of one batch")
				.tag("batcher", this.batcher)
				.register(meters)
				.record(report.callers());
			Timer.builder("coalestra.batcher.wait")
				.description("How long the first caller of a batch waited until its bulk call began")
				.tag("batcher", this.batcher)
				.register(meters)
				.record(report.waited());
			Timer.builder("coalestra.batcher.call")
				.description("Bulk calls, and how long they took")
				.tag("batcher", this.batcher)
				.tag("trigger", report.trigger().name().toLowerCase(Locale.ROOT))
				.tag("status", (report.failure() != null) ? "failure" : "success")
				.register(meters)
				.record(report.duration());
			count(meters, "absent", report.absent());
			count(meters, "failed", report.failed());
		}

		private void count(MeterRegistry meters, String status, int callers) {
			Counter.builder("coalestra.batcher.callers")
				.description("Callers who got no value: their item does not exist, or its answer failed")
				.tag("batcher", this.batcher)
				.tag("status", status)
				.register(meters)
				.increment(callers);
		}

	}

}
