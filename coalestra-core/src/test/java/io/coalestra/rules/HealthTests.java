package io.coalestra.rules;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

import io.coalestra.fixtures.EngineFixture;
import io.coalestra.fixtures.Script;
import io.coalestra.health.BuilderHealth;
import io.coalestra.health.ComponentHealth;
import io.coalestra.health.Finding;
import io.coalestra.health.HealthComponent;
import io.coalestra.health.Severity;
import io.coalestra.policy.Freshness;
import io.coalestra.policy.Resilience;
import io.coalestra.snapshot.Snapshot;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.source.Source;
import io.coalestra.source.SourceDescription;
import io.coalestra.source.TimeoutGuarantee;
import org.junit.jupiter.api.Test;

import static io.coalestra.fixtures.Types.BTC;
import static io.coalestra.fixtures.Types.ETH;
import static io.coalestra.fixtures.Types.PRICE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * The state of a builder, without asking any source.
 */
class HealthTests extends EngineFixture {

	private final Script<Integer> prices = new Script<Integer>().answer(1);

	@Test
	void aQuietBuilderIsHealthy() {
		SnapshotBuilder builder = start(Source.single("rest", PRICE, this.prices).nonBlocking().build());
		build(builder, BTC);
		BuilderHealth health = builder.health();
		assertThat(health.assess().severity()).isEqualTo(Severity.HEALTHY);
		assertThat(health.assess().findings()).isEmpty();
		assertThat(health.takenAt()).isEqualTo(this.time.now());
		assertThat(health.oldestFlight()).isNull();
		assertThat(this.prices.calls()).isEqualTo(1);
	}

	@Test
	void readsInProgressAreCountedWithTheAgeOfTheOldest() {
		SnapshotBuilder builder = start(Source.single("rest", PRICE, this.prices).nonBlocking().build());
		CompletableFuture<Snapshot> first = builder.buildAsync(BTC);
		this.time.advance(millis(300));
		CompletableFuture<Snapshot> second = builder.buildAsync(ETH);
		assertThat(builder.health().flights()).isEqualTo(2);
		assertThat(builder.health().oldestFlight()).isEqualTo(millis(300));
		arrived(first);
		arrived(second);
	}

	@Test
	void callsThatWaitForPermitsAreAFinding() {
		SnapshotBuilder builder = start(
				Source.single("rest", PRICE, this.prices).nonBlocking().maxConcurrency(2).build());
		CompletableFuture<Snapshot> build = builder.buildAsync(BTC, ETH, PRICE.key("DOGE"));
		Finding finding = builder.health().assess().findings().getFirst();
		assertThat(finding.reason()).isEqualTo("source_capacity_waiting");
		assertThat(finding.component()).isEqualTo("rest");
		assertThat(finding.severity()).isEqualTo(Severity.DEGRADED);
		arrived(build);
	}

	@Test
	void theCacheTellsWhatItHasDone() {
		SnapshotBuilder builder = start(Freshness.ttl(seconds(1)).maxStale(seconds(10)),
				Source.single("rest", PRICE, this.prices).nonBlocking().build());
		build(builder, BTC, ETH);
		build(builder, BTC, ETH);
		pass(seconds(11));
		build(builder, BTC);
		builder.publisher().invalidate(BTC);
		var cache = builder.health().cache();
		assertThat(cache.misses()).isEqualTo(3);
		assertThat(cache.freshHits()).isEqualTo(2);
		assertThat(cache.writes()).isEqualTo(3);
		assertThat(cache.expirations()).isEqualTo(1);
		assertThat(cache.invalidations()).isEqualTo(1);
		assertThat(cache.maxEntries()).isEqualTo(10_000);
	}

	@Test
	void theCacheIsBoundedAndCountsWhatItEvicts() {
		SnapshotBuilder builder = start(steps().source(Source.batch("rest", PRICE, this.prices).nonBlocking().build())
			.cache(io.coalestra.cache.SnapshotCache.bounded(10)));
		for (int i = 0; i < 100; i++) {
			build(builder, PRICE.key(i));
		}
		assertThat(builder.health().cache().size()).isLessThanOrEqualTo(10);
		assertThat(builder.health().cache().evictions()).isGreaterThanOrEqualTo(90);
	}

	@Test
	void componentsReportWithTheBuilder() {
		SnapshotBuilder builder = start();
		HealthComponent tier = component("tier",
				() -> new ComponentHealth("test.tier", 2, Map.of("connected", true), Map.of("errors", 3L), List.of()));
		builder.addHealthComponent(tier);
		builder.addHealthComponent(tier);
		assertThat(builder.health().components()).containsOnlyKeys("tier");
		assertThat(builder.health().components().get("tier").fields()).containsEntry("connected", true);
		assertThatIllegalArgumentException().isThrownBy(() -> builder.addHealthComponent(component("tier", () -> {
			throw new IllegalStateException();
		}))).withMessage("health component \"tier\": the name is taken (expected: a name of its own for each)");
		builder.close();
		assertThat(builder.health().components()).as("after closing").containsOnlyKeys("tier");
	}

	@Test
	void aComponentThatFailsIsAFindingAndBreaksNothing() {
		SnapshotBuilder builder = start();
		builder.addHealthComponent(component("tier", () -> {
			throw new IllegalStateException("password=secret");
		}));
		Finding finding = builder.health().assess().findings().getFirst();
		assertThat(finding.reason()).isEqualTo("component_failed");
		assertThat(finding.component()).isEqualTo("tier");
		assertThat(builder.health().toMap().toString()).doesNotContain("secret");
	}

	private static HealthComponent component(String name, Supplier<ComponentHealth> state) {
		return new HealthComponent() {

			@Override
			public String healthName() {
				return name;
			}

			@Override
			public ComponentHealth componentHealth() {
				return state.get();
			}

		};
	}

	@Test
	void sourcesAreDescribedAsTheyAreAskedWithWhatAppliesToThem() {
		Resilience patient = Resilience.DEFAULT;
		SnapshotBuilder builder = start(
				steps().source(Source.batch("second", PRICE, this.prices).nonBlocking().maxBatchSize(10).build())
					.source(Source.single("first", PRICE, this.prices)
						.transportTimeout(millis(500))
						.timeout(seconds(1))
						.priority(1)
						.build())
					.sourceSettings("second", (settings) -> settings.maxBatchSize(20))
					.resilience("first", patient));
		List<SourceDescription> sources = builder.sources();
		assertThat(sources).extracting(SourceDescription::name).containsExactly("first", "second");
		assertThat(sources).extracting(SourceDescription::kind)
			.containsExactly(SourceDescription.Kind.SINGLE, SourceDescription.Kind.BATCH);
		assertThat(sources.getFirst().resilience()).isSameAs(patient);
		assertThat(sources.getFirst().guarantee().status()).isEqualTo(TimeoutGuarantee.Status.PROTECTED);
		assertThat(sources.getLast().settings().maxBatchSize()).isEqualTo(20);
		assertThat(sources.getLast().resilience()).isSameAs(Resilience.NONE);
	}

}
