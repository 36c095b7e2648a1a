package io.coalestra.spring.boot.metrics;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import io.coalestra.signal.Metric;
import io.coalestra.signal.MetricSink;
import io.coalestra.spring.boot.builder.PerBuilder;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.jspecify.annotations.Nullable;

/**
 * Records the engine's metrics in a {@link MeterRegistry}, under the names that
 * {@link MeterName} gives them.
 *
 * <p>
 * A meter is registered with its first record, so that making a snapshot builder needs no
 * registry yet. As a {@link MeterBinder} it registers the meters of builds beforehand:
 * they are there, at zero, before the first build. Each meter tells its builder, whose
 * tag is there also where the application has only one, since a registry may want the
 * same tags on all meters of a name. Safe for concurrent use.
 */
public final class MicrometerMetricSink implements MetricSink, MeterBinder, PerBuilder<MetricSink> {

	private static final List<String> BUILD_STATUSES = List.of("success", "error");

	private final Supplier<MeterRegistry> registry;

	private final Tag builder;

	private final WarmBuilds warmBuilds;

	/**
	 * Makes the sink of the builder that has no name.
	 * @param registry finds the registry, when it is first needed
	 */
	public MicrometerMetricSink(Supplier<MeterRegistry> registry) {
		this(registry, DEFAULT);
	}

	private MicrometerMetricSink(Supplier<MeterRegistry> registry, String builder) {
		this.registry = Objects.requireNonNull(registry, "registry");
		this.builder = Tag.of("builder", builder);
		this.warmBuilds = new WarmBuilds(this.registry, this.builder);
	}

	@Override
	public MicrometerMetricSink forBuilder(String name) {
		return new MicrometerMetricSink(this.registry, name);
	}

	@Override
	public Meter meter(Metric metric, List<String> labels) {
		return switch (metric) {
			// The timer of the same name counts the others.
			case SNAPSHOT_BUILD -> labels.contains("warm") ? this.warmBuilds::count : Meter.NONE;
			case SNAPSHOT_WARM_BUILD_TIME -> this.warmBuilds::took;
			default -> deferred(MeterName.of(metric), tags(metric, labels));
		};
	}

	private Meter deferred(MeterName name, List<Tag> tags) {
		return (name.kind() == MeterName.Kind.COUNTER)
				? new DeferredCounter(() -> counter(name, tags, this.registry.get()))
				: new DeferredMeter(() -> register(name, tags, this.registry.get()));
	}

	@Override
	public boolean isNonBlocking() {
		return true;
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		for (String status : BUILD_STATUSES) {
			Metric metric = Metric.SNAPSHOT_BUILD_DURATION;
			register(MeterName.of(metric), tags(metric, List.of(status)), registry);
		}
		this.warmBuilds.register(registry);
	}

	private List<Tag> tags(Metric metric, List<String> labels) {
		List<String> names = metric.labelNames();
		List<Tag> tags = new ArrayList<>(names.size() + 1);
		tags.add(this.builder);
		for (int i = 0; i < names.size(); i++) {
			tags.add(Tag.of(names.get(i).replace('_', '.'), labels.get(i)));
		}
		return tags;
	}

	private static Counter counter(MeterName meter, List<Tag> tags, MeterRegistry registry) {
		return Counter.builder(meter.id()).description(meter.description()).tags(tags).register(registry);
	}

	private static Meter register(MeterName meter, List<Tag> tags, MeterRegistry registry) {
		return switch (meter.kind()) {
			case COUNTER -> counter(meter, tags, registry)::increment;
			case SUMMARY -> DistributionSummary.builder(meter.id())
				.description(meter.description())
				.tags(tags)
				.register(registry)::record;
			case TIMER -> {
				Timer timer = Timer.builder(meter.id()).description(meter.description()).tags(tags).register(registry);
				yield (millis) -> timer.record(Math.round(millis * 1_000_000), TimeUnit.NANOSECONDS);
			}
		};
	}

	// A class of its own, for warm builds count by it: what it calls is always a counter.
	private static final class DeferredCounter implements Meter {

		private final Supplier<Counter> registration;

		private volatile @Nullable Counter registered;

		DeferredCounter(Supplier<Counter> registration) {
			this.registration = registration;
		}

		@Override
		public void record(double value) {
			Counter counter = this.registered;
			if (counter == null) {
				counter = this.registration.get();
				this.registered = counter;
			}
			counter.increment(value);
		}

	}

	// Several threads may register at once: a registry answers all with the same meter.
	private static final class DeferredMeter implements Meter {

		private final Supplier<Meter> registration;

		private volatile @Nullable Meter registered;

		DeferredMeter(Supplier<Meter> registration) {
			this.registration = registration;
		}

		@Override
		public void record(double value) {
			Meter meter = this.registered;
			if (meter == null) {
				meter = this.registration.get();
				this.registered = meter;
			}
			meter.record(value);
		}

	}

}
