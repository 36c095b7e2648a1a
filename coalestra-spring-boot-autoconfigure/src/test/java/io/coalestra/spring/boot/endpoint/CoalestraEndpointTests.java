package io.coalestra.spring.boot.endpoint;

import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

import io.coalestra.spring.boot.health.HealthJudgement;
import io.coalestra.health.HealthPolicy;
import io.coalestra.health.BuilderHealth;
import io.coalestra.spring.boot.SampleHealth;
import io.coalestra.spring.boot.SampleSources;
import io.coalestra.spring.boot.StubSnapshotBuilder;
import io.coalestra.spring.boot.endpoint.CoalestraEndpoint.Action;
import io.coalestra.spring.boot.endpoint.CoalestraEndpoint.ManagedBuilder;
import io.coalestra.spring.boot.endpoint.CoalestraEndpoint.SourceDescriptor;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What the endpoint shows and does.
 */
class CoalestraEndpointTests {

	private final StubSnapshotBuilder builder = new StubSnapshotBuilder();

	private final CoalestraEndpoint endpoint = new CoalestraEndpoint(this.builder);

	@BeforeEach
	void describeSources() {
		this.builder.sources = List.of(SampleSources.describe(SampleSources.rest().maxBatchSize(50).build()),
				SampleSources.describe(SampleSources.memory().priority(5).build()));
	}

	@Test
	void theStateIsJudgedAsTheHealthIs() {
		BuilderHealth before = this.builder.health;
		CoalestraEndpoint judging = new CoalestraEndpoint(
				new ManagedBuilder(this.builder, null, new HealthJudgement(HealthPolicy.DEFAULT, () -> before)),
				Map.of());
		this.builder.health = new SampleHealth().sourceTimeouts(before.sourceTimeouts() + 100).build();
		assertThat(judging.coalestra().health().toString()).contains("source_timeouts_increased");
		assertThat(this.endpoint.coalestra().health().toString()).doesNotContain("source_timeouts_increased");
	}

	@Test
	void healthIsShownInItsVersionedForm() {
		Map<String, Object> health = this.endpoint.coalestra().health();
		assertThat(health).containsEntry("schema", "coalestra.builder-health")
			.containsEntry("schema_version", 1)
			.containsEntry("closed", false)
			.containsEntry("oldest_flight_seconds", 1.5)
			.containsEntry("source_timeout_count", 8L);
		assertThat(health).extractingByKey("assessment")
			.isEqualTo(Map.of("schema", "coalestra.builder-health-assessment", "schema_version", 1, "severity",
					"healthy", "baseline_used", false, "reasons", List.of(), "findings", List.of()));
		assertThat(health).extractingByKey("capacity")
			.isEqualTo(Map.of("__global__", Map.of("limit", 16, "in_use", 3, "waiting", 0), "rest",
					Map.of("limit", 4, "in_use", 2, "waiting", 0)));
	}

	@Test
	void sourcesAreShownInTheOrderOfAsking() {
		List<SourceDescriptor> sources = this.endpoint.coalestra().sources();
		assertThat(sources).extracting(SourceDescriptor::name).containsExactly("rest", "memory");
		assertThat(sources).extracting(SourceDescriptor::kind).containsExactly("batch", "single");
		assertThat(sources).extracting(SourceDescriptor::priority).containsExactly(100, 5);
		assertThat(sources).extracting((source) -> source.guarantee().status())
			.containsExactly("protected", "non_blocking");
	}

	@Test
	void oneSourceIsShownWithItsPermitsAndCircuits() {
		this.builder.health = new SampleHealth().circuit("rest", "open", 3).runaway("rest", 1).build();
		SourceDescriptor source = this.endpoint.source("rest", null);
		assertThat(source).isNotNull();
		assertThat(source.maxBatchSize()).isEqualTo(50);
		assertThat(source.capacity().limit()).isEqualTo(4);
		assertThat(source.circuits()).singleElement().satisfies((circuit) -> {
			assertThat(circuit.state()).isEqualTo("open");
			assertThat(circuit.count()).isEqualTo(3);
		});
		assertThat(source.runawayCalls()).isOne();
	}

	@Test
	void anUnknownSourceIsNothing() {
		assertThat(this.endpoint.source("nobody", null)).isNull();
	}

	@Test
	void invalidatingTakesAPatternAndCounts() {
		this.builder.publisher.cached = List.of(SampleSources.PRICE.key("BTC"), SampleSources.PRICE.key("ETH"),
				SampleSources.NEWS.key());
		assertThat(this.endpoint.act(Action.INVALIDATE, "market:*", null, null).affected()).isEqualTo(2);
	}

	@Test
	void refreshingTakesAPatternAndCounts() {
		this.builder.publisher.cached = List.of(SampleSources.PRICE.key("BTC"), SampleSources.NEWS.key());
		assertThat(this.endpoint.act(Action.REFRESH, "market:price", null, null).affected()).isOne();
	}

	@Test
	void propertiesThatAreRefusedOnReloadAreToldWithTheReason() {
		CoalestraEndpoint reloading = new CoalestraEndpoint(new ManagedBuilder(this.builder, () -> {
			throw new IllegalStateException("coalestra.max-concurrency is 0");
		}), Map.of());
		assertThatExceptionOfType(InvalidEndpointRequestException.class)
			.isThrownBy(() -> reloading.act(Action.RELOAD, null, null, null))
			.satisfies((refused) -> assertThat(refused.getReason()).contains("coalestra.max-concurrency is 0"));
	}

	@Test
	void aPatternThatIsNoneIsRefusedWithTheReason() {
		assertThatExceptionOfType(InvalidEndpointRequestException.class)
			.isThrownBy(() -> this.endpoint.act(Action.INVALIDATE, "market", null, null))
			.satisfies((refused) -> assertThat(refused.getReason()).contains("expected: namespace:name"));
	}

	@Test
	void aMissingParameterIsNamed() {
		assertThatExceptionOfType(InvalidEndpointRequestException.class)
			.isThrownBy(() -> this.endpoint.act(Action.RESET_CIRCUITS, null, null, null))
			.satisfies((refused) -> assertThat(refused.getReason()).contains("'source'"));
	}

	@Test
	void circuitsAreResetBySource() {
		assertThat(this.endpoint.act(Action.RESET_CIRCUITS, null, "rest", null).affected()).isEqualTo(2);
	}

	@Test
	void resettingAnUnknownSourceIsRefused() {
		assertThatExceptionOfType(InvalidEndpointRequestException.class)
			.isThrownBy(() -> this.endpoint.act(Action.RESET_CIRCUITS, null, "nobody", null));
	}

	@Test
	void pruningCounts() {
		assertThat(this.endpoint.act(Action.PRUNE, null, null, null).affected()).isEqualTo(7);
	}

	@Test
	void namedBuildersAreShownBesideAndActedOnByTheirName() {
		StubSnapshotBuilder reports = new StubSnapshotBuilder();
		AtomicInteger reloads = new AtomicInteger();
		CoalestraEndpoint both = new CoalestraEndpoint(new ManagedBuilder(this.builder, null),
				Map.of("reports", new ManagedBuilder(reports, reloads::incrementAndGet)));
		assertThat(this.endpoint.coalestra().builders()).isNull();
		assertThat(both.coalestra().builders()).containsOnlyKeys("reports");
		reports.sources = this.builder.sources;
		assertThat(both.source("rest", "reports")).isNotNull();
		both.act(Action.RELOAD, null, null, "reports");
		assertThat(reloads).hasValue(1);
		assertThatExceptionOfType(InvalidEndpointRequestException.class)
			.isThrownBy(() -> both.act(Action.RELOAD, null, null, "default"))
			.withMessageContaining("Nothing to reload");
		assertThatExceptionOfType(InvalidEndpointRequestException.class)
			.isThrownBy(() -> both.act(Action.PRUNE, null, null, "nobody"))
			.withMessageContaining("There is no builder 'nobody'");
	}

}
