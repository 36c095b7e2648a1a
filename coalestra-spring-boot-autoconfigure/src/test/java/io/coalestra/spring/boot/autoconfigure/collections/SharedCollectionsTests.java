package io.coalestra.spring.boot.autoconfigure.collections;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import io.coalestra.Coalestra;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.spring.boot.autoconfigure.collections.CoalestraCollectionsAutoConfigurationTests.Wallet;
import io.coalestra.spring.boot.autoconfigure.fault.StartUpReport;
import io.coalestra.spring.boot.autoconfigure.tier.CoalestraSharedTierAutoConfiguration;
import io.coalestra.spring.boot.health.CoalestraHealthIndicator;
import io.coalestra.spring.boot.health.CollectionsHealthIndicator;
import io.coalestra.spring.boot.metrics.CollectionMetrics;
import io.coalestra.tier.FaultyTier;
import io.coalestra.tier.InMemoryTier;
import io.coalestra.tier.ServerProcess;
import io.coalestra.tier.SharedTier;
import io.coalestra.tier.TierKey;
import io.coalestra.tier.TierLookup;
import io.coalestra.tier.coherence.TierGate;
import io.coalestra.time.TimeSource;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static io.coalestra.spring.boot.autoconfigure.collections.CoalestraCollectionsAutoConfigurationTests.database;
import static io.coalestra.spring.boot.autoconfigure.collections.CoalestraCollectionsAutoConfigurationTests.server;
import static io.coalestra.spring.boot.autoconfigure.collections.CoalestraCollectionsAutoConfigurationTests.wallets;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Collections that nodes share through a tier, on a real database.
 */
class SharedCollectionsTests {

	private static final TierKey WALLET = new TierKey("collection.wallet", "1");

	private final InMemoryTier tier = new InMemoryTier(TimeSource.system());

	private final ApplicationContextRunner contextRunner = CoalestraCollectionsAutoConfigurationTests.onDatabase();

	@BeforeEach
	void begin() {
		CoalestraCollectionsAutoConfigurationTests.empty();
	}

	private ApplicationContextRunner sharing(Supplier<SharedTier> tier) {
		return this.contextRunner.withConfiguration(AutoConfigurations.of(CoalestraSharedTierAutoConfiguration.class))
			.withBean("tier", SharedTier.class, tier, (definition) -> definition.setDestroyMethodName(""));
	}

	private boolean isShared() {
		return this.tier.read(List.of(WALLET)).join().getFirst() instanceof TierLookup.Found;
	}

	@Test
	void aSharedTierIsUsedWithoutMoreWords() {
		sharing(() -> this.tier).run((one) -> sharing(() -> this.tier).run((other) -> {
			assertThat(one).hasNotFailed().hasSingleBean(TierGate.class);
			wallets(one).insert(new Wallet(1, "ann", 10, 0));
			assertThat(isShared()).isTrue();
			assertThat(wallets(other).find(1L)).isPresent();
			assertThat(wallets(other).statistics().sharedHits()).isOne();
			wallets(one).update(1L, (wallet) -> wallet.plus(5));
			assertThat(
					ServerProcess.within(() -> wallets(other).peek(1L).filter((old) -> old.points() == 10).isEmpty()))
				.as("hears of the write")
				.isTrue();
			assertThat(wallets(other).find(1L).map(Wallet::points)).contains(15);
			server.execute(database, "TRUNCATE wallet");
			wallets(one).invalidate(1L);
			assertThat(isShared()).isFalse();
		}));
	}

	@Test
	void aSharedTierIsNotUsedWhereItIsNotToBe() {
		sharing(() -> this.tier).withPropertyValues("coalestra.collections.defaults.shared=false").run((context) -> {
			wallets(context).insert(new Wallet(1, "ann", 10, 0));
			assertThat(isShared()).isFalse();
			wallets(context).delete(1L);
		});
		sharing(() -> this.tier).withPropertyValues("coalestra.shared-tier.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(TierGate.class));
	}

	@Test
	void severalTiersAreAQuestionAlsoWhereTheBuilderIsTheApplicationsOwn() {
		ApplicationContextRunner several = sharing(() -> this.tier)
			.withBean("far", SharedTier.class, () -> new InMemoryTier(TimeSource.system()))
			.withBean(SnapshotBuilder.class, () -> Coalestra.builder().build());
		several.run((context) -> {
			assertThat(context).hasFailed();
			FailureAnalysis analysis = StartUpReport.of(context.getStartupFailure());
			assertThat(analysis.getDescription())
				.contains("SharedTier is the type of several beans, and none of them is"
						+ " primary, so that collections would use none: tier, far");
			assertThat(analysis.getAction()).contains("Mark the one that collections are to use as @Primary")
				.contains("coalestra.collections.defaults.shared: false");
		});
		several.withBean("gate", TierGate.class, () -> TierGate.to(this.tier).build()).run((context) -> {
			assertThat(context).hasNotFailed();
			wallets(context).insert(new Wallet(1, "ann", 10, 0));
			assertThat(isShared()).isTrue();
			wallets(context).delete(1L);
		});
		several
			.withBean("main", SharedTier.class, () -> new InMemoryTier(TimeSource.system()),
					(definition) -> definition.setPrimary(true))
			.run((context) -> assertThat(context).hasNotFailed());
		several.withPropertyValues("coalestra.collections.defaults.shared=false")
			.run((context) -> assertThat(context).hasNotFailed());
		several.withPropertyValues("coalestra.shared-tier.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void severalGatesAreAQuestion() {
		this.contextRunner.withBean("one", TierGate.class, () -> TierGate.to(this.tier).build())
			.withBean("other", TierGate.class, () -> TierGate.to(this.tier).build())
			.run((context) -> assertThat(StartUpReport.of(context.getStartupFailure()).getDescription())
				.contains("TierGate is the type of several beans, and none of them is primary"));
	}

	@Test
	void theGateIsAsThePropertiesOrTheApplicationHaveIt() {
		sharing(() -> this.tier).withPropertyValues("coalestra.shared-tier.budget=7ms")
			.run((context) -> assertThat(context.getBean(TierGate.class).budget()).isEqualTo(Duration.ofMillis(7)));
		sharing(() -> this.tier)
			.withBean("own", TierGate.class, () -> TierGate.to(this.tier).budget(Duration.ofMillis(3)).build())
			.run((context) -> assertThat(context.getBean(TierGate.class).budget()).isEqualTo(Duration.ofMillis(3)));
		sharing(() -> this.tier).withPropertyValues("coalestra.shared-tier.budget=0ms")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageContaining("coalestra.shared-tier.budget"));
	}

	@Test
	void aTierThatFailsDegradesTheHealthAndIsMetered() {
		FaultyTier faulty = new FaultyTier(this.tier);
		sharing(() -> faulty).withBean(SimpleMeterRegistry.class).run((context) -> {
			MeterRegistry meters = context.getBean(MeterRegistry.class);
			context.getBean(CollectionMetrics.class).bindTo(meters);
			CollectionsHealthIndicator indicator = context.getBean(CollectionsHealthIndicator.class);
			assertThat(indicator.health().getStatus()).isEqualTo(Status.UP);
			faulty.fail();
			for (int i = 0; i < 3; i++) {
				wallets(context).put(new Wallet(1, "ann", i, 0));
			}
			Health health = indicator.health();
			assertThat(health.getStatus()).isEqualTo(CoalestraHealthIndicator.DEGRADED);
			assertThat((Map<?, ?>) health.getDetails().get("shared_tier")).extracting("circuit", "reason")
				.containsExactly("open", "shared tier memory: scripted");
			assertThat(meters.get("coalestra.collections.shared.requests")
				.tag("outcome", "failed")
				.functionCounter()
				.count()).isGreaterThanOrEqualTo(3);
		});
	}

}
