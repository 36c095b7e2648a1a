package io.coalestra.spring.boot.metrics;

import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.coalestra.signal.Metric;
import io.coalestra.signal.MetricSink.Meter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Statistic;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How the engine's metrics become meters.
 */
class MicrometerMetricSinkTests {

	private final MeterRegistry registry = new SimpleMeterRegistry();

	private final MicrometerMetricSink sink = new MicrometerMetricSink(() -> this.registry);

	@Test
	void countersLoseTheirSuffixAndLabelsBecomeTags() {
		Meter meter = this.sink.meter(Metric.CACHE_ACCESS, List.of("fresh", "market", "price"));
		meter.record(3);
		meter.record(1);
		assertThat(this.registry.get("coalestra.cache.access")
			.tags("status", "fresh", "resource.namespace", "market", "resource.name", "price")
			.counter()
			.count()).isEqualTo(4);
	}

	@Test
	void metersOfSeveralBuildersAreToldApart() {
		this.sink.meter(Metric.SOURCE_FETCH, List.of("success", "rest")).record(1);
		this.sink.forBuilder("reports").meter(Metric.SOURCE_FETCH, List.of("success", "rest")).record(5);
		assertThat(this.registry.get("coalestra.source.fetch").tag("builder", "default").counter().count()).isOne();
		assertThat(this.registry.get("coalestra.source.fetch").tag("builder", "reports").counter().count())
			.isEqualTo(5);
	}

	@Test
	void latenciesBecomeTimers() {
		this.sink.meter(Metric.SOURCE_FETCH_LATENCY, List.of("rest")).record(1.5);
		assertThat(this.registry.get("coalestra.source.fetch.latency")
			.tag("source", "rest")
			.timer()
			.totalTime(TimeUnit.MICROSECONDS)).isEqualTo(1500);
	}

	@Test
	void sizesBecomeSummaries() {
		this.sink.meter(Metric.SOURCE_BATCH_SIZE, List.of("rest")).record(40);
		assertThat(this.registry.get("coalestra.source.batch.size").summary().totalAmount()).isEqualTo(40);
	}

	@Test
	void warmBuildsAreCountedOneByOneAndTimedInAll() {
		Meter builds = this.sink.meter(Metric.SNAPSHOT_BUILD, List.of("success", "warm"));
		builds.record(1);
		builds.record(1);
		this.sink.meter(Metric.SNAPSHOT_WARM_BUILD_TIME, List.of()).record(0.016);
		FunctionTimer timer = this.registry.get("coalestra.snapshot.build.warm")
			.tag("builder", "default")
			.functionTimer();
		assertThat(timer.count()).isEqualTo(2);
		assertThat(timer.totalTime(TimeUnit.NANOSECONDS)).isEqualTo(16_000);
		assertThat(this.registry.getMeters()).hasSize(1);
	}

	@Test
	void buildsAreCountedByTheirTimerAlone() {
		this.sink.meter(Metric.SNAPSHOT_BUILD, List.of("success", "cold")).record(1);
		this.sink.meter(Metric.SNAPSHOT_BUILD_DURATION, List.of("success")).record(2);
		assertThat(this.registry.get("coalestra.snapshot.build").tag("status", "success").timer().count()).isOne();
		assertThat(this.registry.getMeters()).hasSize(1);
	}

	@Test
	void theTimersOfBuildsAreThereBeforeTheFirstBuild() {
		this.sink.bindTo(this.registry);
		assertThat(this.registry.get("coalestra.snapshot.build.warm").functionTimer().count()).isZero();
		assertThat(this.registry.get("coalestra.snapshot.build").timers()).hasSize(2)
			.allSatisfy((timer) -> assertThat(timer.count()).isZero());
	}

	@Test
	void theRegistryIsFirstAskedForWithTheFirstRecordAndThenNeverAgain() {
		AtomicInteger asked = new AtomicInteger();
		MicrometerMetricSink lazy = new MicrometerMetricSink(() -> {
			asked.incrementAndGet();
			return this.registry;
		});
		Meter meter = lazy.meter(Metric.SOURCE_FETCH, List.of("success", "rest"));
		assertThat(asked).hasValue(0);
		meter.record(1);
		meter.record(1);
		assertThat(asked).hasValue(1);
	}

	@ParameterizedTest
	@EnumSource
	void everyMetricHasAnIdiomaticName(Metric metric) {
		this.sink.meter(metric, Collections.nCopies(metric.labelNames().size(), "x")).record(1);
		assertThat(MeterName.of(metric).id()).matches("coalestra(\\.[a-z]+)+")
			.doesNotEndWith("total")
			.doesNotContain("ms");
		assertThat(this.registry.getMeters()).allSatisfy((meter) -> {
			assertThat(meter.getId().getDescription()).isNotBlank();
			assertThat(meter.getId().getTags()).allSatisfy((tag) -> assertThat(tag.getKey()).matches("[a-z.]+"));
			assertThat(meter.measure()).anySatisfy((sample) -> assertThat(sample.getStatistic()).isIn(Statistic.COUNT));
		});
	}

}
