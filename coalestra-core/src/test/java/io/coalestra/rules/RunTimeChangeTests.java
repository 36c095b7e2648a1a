package io.coalestra.rules;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.coalestra.Coalestra;
import io.coalestra.fixtures.EngineFixture;
import io.coalestra.fixtures.Script;
import io.coalestra.policy.CircuitPolicy;
import io.coalestra.policy.CircuitScope;
import io.coalestra.policy.Freshness;
import io.coalestra.policy.KeyPattern;
import io.coalestra.policy.Resilience;
import io.coalestra.policy.RetryPolicy;
import io.coalestra.signal.EventType;
import io.coalestra.snapshot.BuildListener.Lacking;
import io.coalestra.snapshot.Snapshot;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.snapshot.SnapshotRequest;
import io.coalestra.snapshot.SnapshotSession;
import io.coalestra.source.Source;
import io.coalestra.source.SourceDescription;
import org.junit.jupiter.api.Test;

import static io.coalestra.fixtures.Types.BTC;
import static io.coalestra.fixtures.Types.ETH;
import static io.coalestra.fixtures.Types.PRICE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * How sources are called can change while the builder is at work.
 */
class RunTimeChangeTests extends EngineFixture {

	private final Script<Integer> prices = new Script<>();

	private SnapshotBuilder builder() {
		return start(Source.single("rest", PRICE, this.prices)
			.timeout(seconds(2))
			.transportTimeout(seconds(1))
			.maxConcurrency(1)
			.build());
	}

	@Test
	void moreCallsRunAsSoonAsTheLimitOfASourceGrows() {
		this.prices.answer(1);
		SnapshotBuilder builder = builder();
		CompletableFuture<Snapshot> build = builder.buildAsync(BTC, ETH);
		assertThat(builder.health().capacity().get("rest").waiting()).isEqualTo(1);
		builder.adjustSource("rest", (settings) -> settings.maxConcurrency(2));
		assertThat(builder.health().capacity().get("rest").waiting()).isZero();
		assertThat(builder.health().capacity().get("rest").limit()).isEqualTo(2);
		arrived(build);
	}

	@Test
	void theLimitOverAllSourcesCanChange() {
		this.prices.answer(1);
		SnapshotBuilder builder = builder();
		builder.replaceMaxConcurrency(3);
		assertThat(builder.health().capacity().get("__global__").limit()).isEqualTo(3);
		assertThatIllegalArgumentException().isThrownBy(() -> builder.replaceMaxConcurrency(0))
			.withMessage("maxConcurrency: 0 (expected: 1 or more)");
	}

	@Test
	void aNewTimeLimitHoldsFromTheNextCallOn() {
		this.prices.answer(1);
		SnapshotBuilder builder = builder();
		builder.adjustSource("rest", (settings) -> settings.timeout(seconds(5)).transportTimeout(seconds(4)));
		assertThat(builder.sources().getFirst().settings().timeout()).isEqualTo(seconds(5));
		CompletableFuture<Snapshot> build = builder.buildAsync(SnapshotRequest.prefer(BTC).deadline(seconds(3)));
		assertThat(failure(build)).contains("not called");
	}

	private String failure(CompletableFuture<Snapshot> build) {
		return arrived(build).errors().toString();
	}

	@Test
	void aCircuitWhosePolicyChangesIsANewOne() {
		this.prices.fail(new IllegalStateException("down"));
		SnapshotBuilder builder = builder();
		CircuitPolicy sensitive = new CircuitPolicy(true, CircuitScope.SOURCE, 1, seconds(10));
		builder.adjustSource("rest", (settings) -> settings.resilience(Resilience.NONE.circuit(sensitive)));
		attempt(builder, BTC);
		assertThat(builder.health().circuits()).extracting((circuit) -> circuit.state()).containsExactly("open");
		builder.adjustSource("rest", (settings) -> settings
			.resilience(Resilience.NONE.circuit(new CircuitPolicy(true, CircuitScope.SOURCE, 5, seconds(10)))));
		assertThat(builder.health().circuits()).isEmpty();
		assertThat(builder.sources().getFirst().resilience().circuit().failureThreshold()).isEqualTo(5);
	}

	@Test
	void theCircuitStaysWhereOnlyOtherThingsChange() {
		this.prices.fail(new IllegalStateException("down"));
		SnapshotBuilder builder = builder();
		builder.adjustSource("rest", (settings) -> settings
			.resilience(Resilience.NONE.circuit(new CircuitPolicy(true, CircuitScope.SOURCE, 1, seconds(10)))));
		attempt(builder, BTC);
		builder.adjustSource("rest", (settings) -> settings.maxConcurrency(7));
		assertThat(builder.health().circuits()).hasSize(1);
	}

	@Test
	void whatCannotChangeIsRefusedAndNothingChanges() {
		SnapshotBuilder builder = builder();
		assertThatIllegalArgumentException()
			.isThrownBy(() -> builder.adjustSource("rest", (settings) -> settings.maxConcurrency(9).priority(4)))
			.withMessage("source \"rest\": priority: 4 (expected: 0, which cannot change at run time)");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> builder.adjustSource("rest", (settings) -> settings.timeout(millis(500))))
			.withMessage("source \"rest\": transportTimeout: PT1S (expected: below timeout PT0.5S)");
		assertThatIllegalArgumentException().isThrownBy(() -> builder.adjustSource("rset", (settings) -> {
		})).withMessage("source: \"rset\" (expected: one of [rest])");
		assertThat(builder.sources().getFirst().settings().maxConcurrency()).isEqualTo(1);
	}

	@Test
	void anotherConfigurationIsAppliedAsFarAsItCanChange() {
		this.prices.answer(1);
		SnapshotBuilder builder = builder();
		configuration().sourceSettings("rest", (settings) -> settings.timeout(seconds(5)).maxConcurrency(4))
			.resilience("rest", new Resilience(RetryPolicy.NONE, CircuitPolicy.NONE))
			.maxConcurrency(3)
			.defaultFreshness(Freshness.ttl(seconds(60)))
			.reconfigure(builder);
		SourceDescription rest = builder.sources().getFirst();
		assertThat(rest.settings().timeout()).isEqualTo(seconds(5));
		assertThat(rest.resilience()).isEqualTo(new Resilience(RetryPolicy.NONE, CircuitPolicy.NONE));
		assertThat(builder.health().capacity().get("rest").limit()).isEqualTo(4);
		assertThat(builder.health().capacity().get("__global__").limit()).isEqualTo(3);
		build(builder, BTC);
		this.time.advance(seconds(50));
		assertThat(builder.build(BTC).value(BTC).fromCache()).isTrue();
	}

	@Test
	void whatIsTakenBackAppliesAsAtTheBeginning() {
		SnapshotBuilder builder = builder();
		Resilience before = builder.sources().getFirst().resilience();
		configuration().resilience("rest", new Resilience(RetryPolicy.DEFAULT, CircuitPolicy.NONE))
			.reconfigure(builder);
		assertThat(builder.sources().getFirst().resilience()).isNotEqualTo(before);
		configuration().defaultResilience(before).reconfigure(builder);
		assertThat(builder.sources().getFirst().resilience()).isEqualTo(before);
		assertThat(builder.sources().getFirst().settings().timeout()).isEqualTo(seconds(2));
	}

	@Test
	void aConfigurationThatCannotBeAppliedChangesNothingAndNamesEveryFault() {
		SnapshotBuilder builder = builder();
		Coalestra other = configuration().maxConcurrency(3)
			.sourceSettings("rest", (settings) -> settings.priority(7).timeout(seconds(9)))
			.source(Source.single("new", PRICE, this.prices).nonBlocking().build());
		assertThatIllegalArgumentException().isThrownBy(() -> other.reconfigure(builder))
			.withMessageContaining("source \"rest\": priority: 7 (expected: 0 as before")
			.withMessageContaining("source \"new\": not of the builder (expected: one of [rest])");
		assertThat(builder.sources().getFirst().settings().timeout()).isEqualTo(seconds(2));
		assertThat(builder.health().capacity().get("__global__").limit()).isEqualTo(16);
	}

	private Coalestra configuration() {
		return Coalestra.builder()
			.source(Source.single("rest", PRICE, this.prices)
				.timeout(seconds(2))
				.transportTimeout(seconds(1))
				.maxConcurrency(1)
				.build());
	}

	@Test
	void cachedKeysOfAPatternAreReadAgainWhenAsked() {
		this.prices.answer(1).answer(2);
		SnapshotBuilder builder = builder();
		build(builder, BTC);
		pass(millis(1));
		assertThat(builder.refresh(KeyPattern.parse("ledger:*"))).isZero();
		assertThat(builder.refresh(KeyPattern.parse("market:*"))).isEqualTo(1);
		assertThat(builder.build(BTC).get(BTC)).as("until it has come").isEqualTo(1);
		this.executor.runAll();
		assertThat(builder.build(BTC).get(BTC)).isEqualTo(2);
		assertThat(this.events.only(EventType.RESOURCE_REFRESH_COMPLETED).fields()).containsEntry("reason",
				"requested");
	}

	@Test
	void listenersAreToldWhatBuildsCameTo() {
		List<String> told = new ArrayList<>();
		this.prices.answer(1).fail(new IllegalStateException("down"));
		SnapshotBuilder builder = start(steps().buildListener((snapshot, lacking) -> {
			told.add(snapshot.explain().getFirst().key() + " " + lacking);
			throw new IllegalStateException("contained");
		}).source(Source.single("rest", PRICE, this.prices).nonBlocking().build()));
		build(builder, BTC);
		build(builder, BTC);
		failed(builder.buildAsync(ETH));
		try (SnapshotSession session = builder.openSession()) {
			arrived(session.resolveAsync(SnapshotRequest.require(BTC)));
		}
		assertThat(told).containsExactly("market:price:BTC " + Lacking.NOTHING, "market:price:ETH " + Lacking.SOMETHING,
				"market:price:BTC " + Lacking.NOTHING);
	}

}
