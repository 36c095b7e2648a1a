package io.coalestra.spring.boot.health;

import java.util.List;
import java.util.Map;

import io.coalestra.health.BuilderHealth;
import io.coalestra.health.HealthPolicy;
import io.coalestra.spring.boot.SampleHealth;
import io.coalestra.spring.boot.StubSnapshotBuilder;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the health contributor makes of a builder's state.
 */
class CoalestraHealthIndicatorTests {

	private final StubSnapshotBuilder builder = new StubSnapshotBuilder();

	@Test
	void healthyIsUpWithoutFindings() {
		Health health = health();
		assertThat(health.getStatus()).isEqualTo(Status.UP);
		assertThat(health.getDetails()).containsEntry("sources", 2)
			.containsEntry("cacheEntries", 10L)
			.doesNotContainKey("findings");
	}

	@Test
	void degradedHasAStatusOfItsOwnAndNamesTheComponent() {
		this.builder.health = new SampleHealth().circuit("rest", "open", 3).build();
		Health health = health();
		assertThat(health.getStatus()).isEqualTo(CoalestraHealthIndicator.DEGRADED);
		assertThat(health.getDetails()).containsEntry("findings", List.of(Map.of("severity", "degraded", "reason",
				"circuit_open", "component", "rest", "message", "3 circuits are open")));
	}

	@Test
	void criticalIsDown() {
		this.builder.health = new SampleHealth().capacity("rest", 4, 4, 4).build();
		assertThat(health().getStatus()).isEqualTo(Status.DOWN);
	}

	@Test
	void aClosedBuilderIsDownAndStillAnswers() {
		this.builder.health = new SampleHealth().closed().build();
		Health health = health();
		assertThat(health.getStatus()).isEqualTo(Status.DOWN);
		assertThat(health.getDetails()).extractingByKey("findings")
			.asInstanceOf(InstanceOfAssertFactories.LIST)
			.containsExactly(
					Map.of("severity", "critical", "reason", "builder_closed", "message", "the builder was closed"));
	}

	@Test
	void faultsSinceTheBaselineAreFindings() {
		BuilderHealth before = this.builder.health;
		this.builder.health = new SampleHealth().sourceTimeouts(10).build();
		Health health = new CoalestraHealthIndicator(this.builder,
				new HealthJudgement(HealthPolicy.DEFAULT, () -> before))
			.health();
		assertThat(health.getStatus()).isEqualTo(CoalestraHealthIndicator.DEGRADED);
		assertThat(health.getDetails()).extractingByKey("findings")
			.asInstanceOf(InstanceOfAssertFactories.LIST)
			.containsExactly(Map.of("severity", "degraded", "reason", "source_timeouts_increased", "message",
					"source_timeout_count grew by 2"));
	}

	private Health health() {
		Health health = new CoalestraHealthIndicator(this.builder).health();
		assertThat(health).isNotNull();
		return health;
	}

}
