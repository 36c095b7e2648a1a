package io.coalestra.rules;

import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.coalestra.fixtures.EngineFixture;
import io.coalestra.fixtures.Script;
import io.coalestra.policy.ConsistencyPolicy;
import io.coalestra.policy.DegradationPolicy;
import io.coalestra.policy.DegradationPolicy.Lack;
import io.coalestra.policy.DegradationPolicy.Response;
import io.coalestra.policy.Freshness;
import io.coalestra.publish.ResourceUpdate;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.snapshot.SnapshotConsistencyException;
import io.coalestra.snapshot.SnapshotRequest;
import io.coalestra.snapshot.SnapshotResult;
import io.coalestra.snapshot.SnapshotSession;
import io.coalestra.source.Source;
import org.junit.jupiter.api.Test;

import static io.coalestra.fixtures.Types.ALICE;
import static io.coalestra.fixtures.Types.BTC;
import static io.coalestra.fixtures.Types.ETH;
import static io.coalestra.fixtures.Types.PRICE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What a builder says applies to requests that say nothing themselves, through every
 * door.
 */
class RequestDefaultsTests extends EngineFixture {

	private static final SnapshotRequest PRICES = SnapshotRequest.require(BTC, ETH);

	private final Script<Integer> prices = new Script<Integer>().answer(7);

	private SnapshotBuilder builder() {
		SnapshotBuilder builder = start(steps().defaultFreshness(Freshness.ttl(seconds(600)))
			.defaultConsistency(ConsistencyPolicy.maxSkew(millis(100)))
			.defaultDegradation(DegradationPolicy.DEFAULT.on(Lack.OPTIONAL_KEY, Response.REJECT))
			.source(Source.single("rest", PRICE, this.prices).nonBlocking().build()));
		builder.publisher()
			.publishAll(List.of(ResourceUpdate.of(BTC, 1, "feed").observedAt(this.time.now()),
					ResourceUpdate.of(ETH, 2, "feed").observedAt(this.time.now().plusMillis(500))));
		return builder;
	}

	@Test
	void theConsistencyOfTheBuilderHoldsForRequestsThatStateNone() {
		SnapshotBuilder builder = builder();
		assertThatExceptionOfType(SnapshotConsistencyException.class).isThrownBy(() -> builder.build(PRICES));
		assertThat(failed(builder.buildAsync(PRICES))).isInstanceOf(SnapshotConsistencyException.class);
		assertThat(builder.tryBuild(PRICES)).isInstanceOf(SnapshotResult.Degraded.class);
		assertThat(attempt(builder, PRICES)).isInstanceOf(SnapshotResult.Degraded.class);
	}

	private SnapshotResult attempt(SnapshotBuilder builder, SnapshotRequest request) {
		CompletableFuture<SnapshotResult> build = builder.tryBuildAsync(request);
		this.executor.runAll();
		return build.join();
	}

	@Test
	void itHoldsForStagesOfSessions() {
		try (SnapshotSession session = builder().openSession()) {
			assertThatExceptionOfType(SnapshotConsistencyException.class).isThrownBy(() -> session.resolve(PRICES));
		}
	}

	@Test
	void aRequestThatStatesOneHasItsOwn() {
		assertThat(builder().build(PRICES.maxSkew(millis(500))).values()).hasSize(2);
	}

	@Test
	void theDegradationOfTheBuilderHoldsForRequestsThatStateNone() {
		SnapshotBuilder builder = builder();
		SnapshotRequest request = SnapshotRequest.require(BTC).optional(ALICE);
		assertThat(attempt(builder, request)).isInstanceOf(SnapshotResult.Rejected.class);
		assertThat(attempt(builder, request.degradation(DegradationPolicy.DEFAULT)))
			.isInstanceOf(SnapshotResult.Accepted.class);
	}

	@Test
	void aRequestToWhichNothingIsToBeAddedStaysTheSame() {
		SnapshotRequest own = PRICES.maxSkew(millis(1)).degradation(DegradationPolicy.FAIL_CLOSED);
		assertThat(own.withDefaults(ConsistencyPolicy.maxSkew(millis(9)), DegradationPolicy.DEFAULT)).isSameAs(own);
		assertThat(PRICES.withDefaults(null, null)).isSameAs(PRICES);
	}

}
