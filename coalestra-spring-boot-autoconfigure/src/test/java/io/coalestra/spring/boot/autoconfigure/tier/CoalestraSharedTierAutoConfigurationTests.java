package io.coalestra.spring.boot.autoconfigure.tier;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

import io.coalestra.key.ResourceKey;
import io.coalestra.nats.NatsTier;
import io.coalestra.redis.RedisTier;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.source.Source;
import io.coalestra.spring.boot.SampleSources;
import io.coalestra.spring.boot.autoconfigure.CoalestraAutoConfiguration;
import io.coalestra.spring.boot.autoconfigure.fault.StartUpReport;
import io.coalestra.tier.InMemoryTier;
import io.coalestra.tier.SharedTier;
import io.coalestra.tier.SharedTierOptions;
import io.coalestra.tier.TierException;
import io.coalestra.tier.coherence.TierGate;
import io.coalestra.time.TimeSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Applications that share a tier.
 */
@Timeout(300)
class CoalestraSharedTierAutoConfigurationTests {

	private static final ResourceKey<String> BTC = SampleSources.PRICE.key("BTC");

	private final InMemoryTier tier = new InMemoryTier(TimeSource.system());

	private final AtomicInteger calls = new AtomicInteger();

	private final ApplicationContextRunner alone = new ApplicationContextRunner()
		.withConfiguration(
				AutoConfigurations.of(CoalestraAutoConfiguration.class, CoalestraSharedTierAutoConfiguration.class))
		.withPropertyValues("coalestra.freshness.default.ttl=1h", "coalestra.freshness.default.max-stale=1h")
		.withBean(Source.class, () -> Source
			.single("exchange", SampleSources.PRICE, (key) -> key.subject() + " " + this.calls.incrementAndGet())
			.nonBlocking()
			.build());

	private final ApplicationContextRunner runner = this.alone.withBean("tier", SharedTier.class, () -> this.tier,
			(definition) -> definition.setDestroyMethodName(""));

	@Test
	void whatOneApplicationHasReadIsNotReadByTheNext() {
		this.runner.run((one) -> {
			assertThat(one.getBean(SnapshotBuilder.class).build(BTC).get(BTC)).isEqualTo("BTC 1");
			// The tier is filled behind the build, and each application is a new node.
			await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> this.runner.run((other) -> {
				int before = this.calls.get();
				other.getBean(SnapshotBuilder.class).build(BTC);
				assertThat(this.calls).hasValue(before);
			}));
		});
	}

	@Test
	void typesThatAreNotSharedAreReadByEach() {
		ApplicationContextRunner ledger = this.runner.withPropertyValues("coalestra.shared-tier.types=ledger:*");
		ledger.run((one) -> {
			assertThat(one.getBean(SnapshotBuilder.class).build(BTC).get(BTC)).isEqualTo("BTC 1");
			ledger.run(
					(other) -> assertThat(other.getBean(SnapshotBuilder.class).build(BTC).get(BTC)).isEqualTo("BTC 2"));
		});
	}

	@Test
	void applicationsOfDifferentSpacesShareNothing() {
		ApplicationContextRunner hall = this.runner.withPropertyValues("coalestra.shared-tier.space=hall");
		hall.run((one) -> {
			assertThat(one.getBean(SharedTierOptions.class).space()).isEqualTo("hall");
			assertThat(one.getBean(SnapshotBuilder.class).build(BTC).get(BTC)).isEqualTo("BTC 1");
			await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> hall.run((same) -> {
				int before = this.calls.get();
				same.getBean(SnapshotBuilder.class).build(BTC);
				assertThat(this.calls).hasValue(before);
			}));
			int before = this.calls.get();
			this.runner.run((other) -> {
				assertThat(other.getBean(SharedTierOptions.class).space()).isEmpty();
				other.getBean(SnapshotBuilder.class).build(BTC);
				assertThat(this.calls).hasValue(before + 1);
			});
		});
	}

	@Test
	void optionsOfTheApplicationsOwnHoldForTheBuilderAndForTheGate() {
		SharedTierOptions own = SharedTierOptions.builder()
			.types((type) -> false)
			.budget(Duration.ofMillis(9))
			.failureThreshold(1)
			.build();
		ApplicationContextRunner optioned = this.runner.withBean(SharedTierOptions.class, () -> own)
			.withPropertyValues("coalestra.shared-tier.budget=7ms");
		optioned.run((one) -> {
			assertThat(one.getBean(SharedTierOptions.class)).isSameAs(own);
			assertThat(one.getBean(SnapshotBuilder.class).build(BTC).get(BTC)).isEqualTo("BTC 1");
			TierGate gate = one.getBean(TierGate.class);
			assertThat(gate.budget()).isEqualTo(Duration.ofMillis(9));
			gate.read((tier) -> CompletableFuture.failedFuture(new TierException("memory", "down", null))).join();
			assertThat(gate.isAway()).as("after one failure").isTrue();
			optioned.run(
					(other) -> assertThat(other.getBean(SnapshotBuilder.class).build(BTC).get(BTC)).isEqualTo("BTC 2"));
		});
	}

	@Test
	void readsOfLeasedTypesAreLeased() {
		this.runner
			.withPropertyValues("coalestra.shared-tier.read-leases=all", "coalestra.shared-tier.leased-types=market:*",
					"coalestra.shared-tier.lease-wait=100ms", "coalestra.shared-tier.lease-life=5s")
			.run((context) -> {
				SnapshotBuilder builder = context.getBean(SnapshotBuilder.class);
				builder.build(BTC);
				assertThat(builder.health().toMap().get("components").toString()).contains("leases_granted=1");
			});
	}

	@Test
	void itsHealthIsPartOfTheBuilders() {
		this.runner.run((context) -> {
			Map<?, ?> health = context.getBean(SnapshotBuilder.class).health().toMap();
			assertThat(health.get("components").toString()).contains("shared-tier.");
		});
	}

	@Test
	void withoutATierOrTurnedOffThereIsNone() {
		this.alone.withClassLoader(new FilteredClassLoader(RedisTier.class, NatsTier.class))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean("coalestraSharedTierCustomizer"));
		this.runner.withPropertyValues("coalestra.shared-tier.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean("coalestraSharedTierCustomizer"));
		this.runner.withPropertyValues("coalestra.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean("coalestraSharedTierCustomizer"));
	}

	@Test
	void wrongOptionsAreReportedTogether() {
		this.runner
			.withPropertyValues("coalestra.shared-tier.budget=0s", "coalestra.shared-tier.failure-threshold=0",
					"coalestra.shared-tier.types=market:price:BTC", "coalestra.shared-tier.space=" + "x".repeat(151))
			.run((context) -> {
				assertThat(context).hasFailed();
				FailureAnalysis analysis = StartUpReport.of(context.getStartupFailure());
				assertThat(analysis.getDescription()).contains("coalestra.shared-tier.budget is 0s")
					.contains("coalestra.shared-tier.failure-threshold is 0 (expected: 1 to 1000)")
					.contains("coalestra.shared-tier.space is 151 characters (expected: at most 150)")
					.contains("coalestra.shared-tier.types has \"market:price:BTC\"");
				assertThat(analysis.getAction()).contains("for example to \"market:*, ledger:account\"")
					.contains("Correct coalestra.shared-tier.space, for example to orders.");
			});
	}

}
