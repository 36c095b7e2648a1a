package io.coalestra.spring.boot.metrics;

import io.coalestra.health.BuilderHealth;
import io.coalestra.health.HealthPolicy;
import io.coalestra.signal.BufferStatistics;
import io.coalestra.spring.boot.SampleHealth;
import io.coalestra.spring.boot.StubSnapshotBuilder;
import io.coalestra.spring.boot.health.HealthJudgement;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The gauges of a builder's state.
 */
class SnapshotBuilderMetricsTests {

	private final MeterRegistry registry = new SimpleMeterRegistry();

	private final StubSnapshotBuilder builder = new StubSnapshotBuilder();

	@BeforeEach
	void bind() {
		new SnapshotBuilderMetrics(this.builder).bindTo(this.registry);
	}

	@Test
	void gaugesShowThePresentState() {
		assertThat(gauge("coalestra.flights")).isEqualTo(5);
		assertThat(gauge("coalestra.refreshes")).isEqualTo(1);
		assertThat(gauge("coalestra.cache.entries")).isEqualTo(10);
		assertThat(gauge("coalestra.cache.entries.max")).isEqualTo(10_000);
		assertThat(gauge("coalestra.health.severity")).isZero();
	}

	@Test
	void gaugesFollowTheState() {
		this.builder.health = new SampleHealth().circuit("rest", "open", 3)
			.circuit("memory", "open", 1)
			.circuit("rest", "half_open", 2)
			.runaway("rest", 4)
			.build();
		assertThat(gauge("coalestra.circuits", "state", "open")).isEqualTo(4);
		assertThat(gauge("coalestra.circuits", "state", "half_open")).isEqualTo(2);
		assertThat(gauge("coalestra.calls.runaway")).isEqualTo(4);
		assertThat(gauge("coalestra.health.severity")).isEqualTo(1);
	}

	@Test
	void theSeverityIsJudgedAsTheHealthIs() {
		BuilderHealth before = this.builder.health;
		new SnapshotBuilderMetrics(this.builder, "judged", new HealthJudgement(HealthPolicy.DEFAULT, () -> before))
			.bindTo(this.registry);
		this.builder.health = new SampleHealth().sourceTimeouts(before.sourceTimeouts() + 100).build();
		assertThat(gauge("coalestra.health.severity", "builder", "judged")).isEqualTo(2);
	}

	@Test
	void permitsAreShownByLimiter() {
		this.builder.health = new SampleHealth().capacity("rest", 4, 4, 2).build();
		assertThat(gauge("coalestra.capacity.limit", "limiter", "rest")).isEqualTo(4);
		assertThat(gauge("coalestra.capacity.used", "limiter", "rest")).isEqualTo(4);
		assertThat(gauge("coalestra.capacity.waiting", "limiter", "rest")).isEqualTo(2);
		assertThat(gauge("coalestra.capacity.limit", "limiter", "__global__")).isEqualTo(16);
	}

	@Test
	void whatHangsAndWhatWasGivenUpIsShown() {
		this.builder.health = new SampleHealth().sourceTimeouts(11)
			.buffer("events", new BufferStatistics(17, 2, 3, 5, 7, false, 100, 50, true, 0))
			.build();
		assertThat(gauge("coalestra.flights.oldest")).isEqualTo(1.5);
		assertThat(gauge("coalestra.calls.running")).isEqualTo(3);
		assertThat(count("coalestra.source.timeouts")).isEqualTo(11);
		assertThat(count("coalestra.deadlines.exceeded")).isEqualTo(9);
		assertThat(gauge("coalestra.sinks.pending")).isEqualTo(7);
		assertThat(count("coalestra.sinks.dropped")).isEqualTo(3);
		assertThat(count("coalestra.sinks.failed")).isEqualTo(5);
		assertThat(count("coalestra.submissions.failed")).isEqualTo(1);
	}

	@Test
	void removalsAreCountedByCause() {
		assertThat(this.registry.get("coalestra.cache.removals").tag("cause", "expiration").functionCounter().count())
			.isEqualTo(4);
	}

	private double count(String name) {
		return this.registry.get(name).functionCounter().count();
	}

	private double gauge(String name, String... tags) {
		return this.registry.get(name).tags(tags).gauge().value();
	}

}
