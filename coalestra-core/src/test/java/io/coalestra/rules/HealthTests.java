package io.coalestra.rules;

import java.util.concurrent.CompletableFuture;

import io.coalestra.fixtures.EngineFixture;
import io.coalestra.fixtures.Script;
import io.coalestra.health.BuilderHealth;
import io.coalestra.policy.Freshness;
import io.coalestra.snapshot.Snapshot;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.source.Source;
import org.junit.jupiter.api.Test;

import static io.coalestra.fixtures.Types.BTC;
import static io.coalestra.fixtures.Types.ETH;
import static io.coalestra.fixtures.Types.PRICE;
import static org.assertj.core.api.Assertions.assertThat;

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
		assertThat(health.severity()).isEqualTo(BuilderHealth.Severity.HEALTHY);
		assertThat(health.findings()).isEmpty();
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
		BuilderHealth.Finding finding = builder.health().findings().getFirst();
		assertThat(finding.reason()).isEqualTo("source_capacity_waiting");
		assertThat(finding.component()).isEqualTo("rest");
		assertThat(finding.severity()).isEqualTo(BuilderHealth.Severity.DEGRADED);
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

}
