package io.coalestra.rules;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

import io.coalestra.failure.ResourceFailure;
import io.coalestra.fixtures.EngineFixture;
import io.coalestra.fixtures.Script;
import io.coalestra.policy.AcceptancePolicy;
import io.coalestra.policy.AcceptanceRule;
import io.coalestra.policy.Action;
import io.coalestra.policy.DegradationPolicy;
import io.coalestra.policy.DegradationPolicy.Lack;
import io.coalestra.policy.DegradationPolicy.Response;
import io.coalestra.policy.Freshness;
import io.coalestra.signal.EventType;
import io.coalestra.signal.Metric;
import io.coalestra.snapshot.SnapshotAcceptanceException;
import io.coalestra.snapshot.SnapshotBuildException;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.snapshot.SnapshotConsistencyException;
import io.coalestra.snapshot.SnapshotRequest;
import io.coalestra.snapshot.SnapshotResult;
import io.coalestra.snapshot.SnapshotResult.Reason;
import io.coalestra.source.Source;
import org.junit.jupiter.api.Test;

import static io.coalestra.fixtures.Types.ALICE;
import static io.coalestra.fixtures.Types.BTC;
import static io.coalestra.fixtures.Types.ETH;
import static io.coalestra.fixtures.Types.PRICE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * What a request comes to where no exception is to be thrown.
 */
class TryBuildTests extends EngineFixture {

	private static final AcceptancePolicy YOUNG = AcceptancePolicy.of(AcceptanceRule.ANY.maxAge(seconds(2)));

	private SnapshotBuilder builder() {
		return start(Freshness.ttl(seconds(600)),
				Source.single("rest", PRICE, new Script<Integer>().answer(7)).nonBlocking().build());
	}

	private SnapshotResult attempt(SnapshotBuilder builder, SnapshotRequest request) {
		CompletableFuture<SnapshotResult> build = builder.tryBuildAsync(request);
		this.executor.runAll();
		return build.join();
	}

	@Test
	void aRequestThatIsMetIsAcceptedWarmOrCold() {
		SnapshotBuilder builder = builder();
		SnapshotRequest request = SnapshotRequest.require(BTC);
		for (int i = 0; i < 2; i++) {
			SnapshotResult result = attempt(builder, request);
			assertThat(result).isInstanceOf(SnapshotResult.Accepted.class);
			assertThat(result.requireAccepted().get(BTC)).isEqualTo(7);
			assertThat(result.reasons()).isEmpty();
			assertThat(result.allowedActions()).containsExactly(Action.READ, Action.EVALUATE, Action.ACT);
		}
		assertThat(builder.tryBuild(request).orElseThrow().get(BTC)).isEqualTo(7);
		assertThat(this.metrics.sum(Metric.SNAPSHOT_TRY_REQUEST, "accepted")).isEqualTo(3);
		assertThat(this.events.of(EventType.SNAPSHOT_TRY_REQUEST_RESOLVED)).hasSize(3);
	}

	@Test
	void aMissingOptionalKeyDegradesOnlyWhereThePolicySaysSo() {
		SnapshotBuilder builder = builder();
		SnapshotRequest request = SnapshotRequest.require(BTC).optional(ALICE);
		assertThat(attempt(builder, request)).isInstanceOf(SnapshotResult.Accepted.class);
		SnapshotResult degraded = attempt(builder,
				request.degradation(DegradationPolicy.DEFAULT.on(Lack.OPTIONAL_KEY, Response.DEGRADE)));
		assertThat(degraded).isInstanceOf(SnapshotResult.Degraded.class);
		assertThat(degraded.reasons()).singleElement()
			.isInstanceOfSatisfying(Reason.OptionalErrors.class,
					(reason) -> assertThat(reason.failures()).extracting(ResourceFailure::key).containsExactly(ALICE));
		assertThat(degraded.allows(Action.EVALUATE)).isTrue();
		assertThat(degraded.allows(Action.ACT)).isFalse();
		assertThat(degraded.orElseThrow().get(BTC)).isEqualTo(7);
		assertThatExceptionOfType(SnapshotBuildException.class).isThrownBy(degraded::requireAccepted);
		assertThat(attempt(builder, request.degradation(DegradationPolicy.FAIL_CLOSED)))
			.isInstanceOf(SnapshotResult.Rejected.class);
	}

	@Test
	void everythingThatIsLackingIsTold() {
		SnapshotBuilder builder = builder();
		builder.publisher().publish(BTC, 1, "feed");
		this.time.advance(seconds(3));
		SnapshotResult result = attempt(builder,
				SnapshotRequest.require(BTC, ETH, ALICE).maxSkew(seconds(1)).acceptance(YOUNG));
		assertThat(result).isInstanceOf(SnapshotResult.Degraded.class);
		assertThat(result.reasons()).extracting(Reason::wireName)
			.containsExactly("required_errors", "consistency_violation", "acceptance_violation");
		assertThat(this.events.only(EventType.SNAPSHOT_TRY_REQUEST_RESOLVED).fields()).containsEntry("status",
				"degraded");
	}

	@Test
	void aRejectedResultThrowsWhatTheThrowingTwinWould() {
		SnapshotBuilder builder = builder();
		builder.publisher().publish(BTC, 1, "feed");
		this.time.advance(seconds(3));
		SnapshotRequest request = SnapshotRequest.require(BTC).degradation(DegradationPolicy.FAIL_CLOSED);
		assertThatExceptionOfType(SnapshotAcceptanceException.class)
			.isThrownBy(() -> attempt(builder, request.acceptance(YOUNG)).orElseThrow());
		assertThatExceptionOfType(SnapshotConsistencyException.class).isThrownBy(() -> attempt(builder,
				SnapshotRequest.require(BTC, ETH).maxSkew(seconds(1)).degradation(DegradationPolicy.FAIL_CLOSED))
			.orElseThrow());
	}

	@Test
	void aRequestOfWhichTooLittleIsResolvedIsRejected() {
		SnapshotBuilder builder = builder();
		assertThat(attempt(builder, SnapshotRequest.prefer(ALICE))).as("nothing at all")
			.isInstanceOf(SnapshotResult.Rejected.class);
		SnapshotRequest request = SnapshotRequest.require(BTC, ALICE);
		assertThat(attempt(builder, request)).isInstanceOf(SnapshotResult.Degraded.class);
		assertThat(attempt(builder, request.degradation(DegradationPolicy.DEFAULT.minimumResolved(2))))
			.isInstanceOf(SnapshotResult.Rejected.class);
		assertThat(attempt(builder, request.degradation(DegradationPolicy.DEFAULT.minimumResolvedRequired(2))))
			.isInstanceOf(SnapshotResult.Rejected.class);
	}

	@Test
	void theActionsAreThoseOfThePreset() {
		SnapshotBuilder builder = builder();
		SnapshotRequest request = SnapshotRequest.require(BTC, ALICE);
		assertThat(attempt(builder, request.degradation(DegradationPolicy.READ_ONLY)).allowedActions())
			.containsExactly(Action.READ);
		assertThat(attempt(builder, request.degradation(DegradationPolicy.RISK_REDUCTION)).allowedActions())
			.containsExactly(Action.READ, Action.EVALUATE, Action.CANCEL, Action.REDUCE);
		assertThat(attempt(builder, request.degradation(DegradationPolicy.FAIL_CLOSED)).allowedActions()).isEmpty();
	}

	@Test
	void manyRequestsAreAnsweredInTheirOrderAndWhatTheyShareIsReadOnce() {
		Script<Integer> prices = new Script<Integer>().answer(7);
		SnapshotBuilder builder = start(onThreads().source(Source.single("rest", PRICE, prices).nonBlocking().build()));
		List<SnapshotResult> results = builder.tryBuildAll(List.of(SnapshotRequest.require(BTC, ETH),
				SnapshotRequest.require(ALICE).degradation(DegradationPolicy.FAIL_CLOSED),
				SnapshotRequest.require(ETH)));
		assertThat(results.get(0).requireAccepted().get(ETH)).isEqualTo(7);
		assertThat(results.get(1)).isInstanceOf(SnapshotResult.Rejected.class);
		assertThat(results.get(2).requireAccepted().keys()).containsExactly(ETH);
		assertThat(prices.calls()).isEqualTo(2);
		assertThat(builder.tryBuildAll(List.of())).isEmpty();
	}

	@Test
	void aBuildThatCannotBeCarriedOutIsRejectedWithWhatWasThrown() {
		AtomicBoolean broken = new AtomicBoolean();
		SnapshotBuilder builder = start(steps().freshness((policies) -> policies.with((key) -> {
			if (broken.get()) {
				throw new IllegalStateException("no policy");
			}
			return null;
		})).source(Source.single("rest", PRICE, new Script<Integer>().answer(7)).nonBlocking().build()));
		build(builder, BTC);
		broken.set(true);
		this.time.advance(seconds(2));
		SnapshotResult result = attempt(builder, SnapshotRequest.require(BTC));
		assertThat(result).isInstanceOf(SnapshotResult.Rejected.class);
		assertThat(result.snapshot()).isEmpty();
		assertThat(result.reasons()).extracting(Reason::wireName).containsExactly("IllegalStateException");
		assertThatIllegalStateException().isThrownBy(result::orElseThrow).withMessage("no policy");
		assertThatIllegalStateException()
			.isThrownBy(() -> builder.tryBuild(SnapshotRequest.require(BTC)).requireAccepted());
	}

	@Test
	void aClosedBuilderIsAMistakeOfTheCallersOwn() {
		SnapshotBuilder builder = builder();
		builder.close();
		assertThatIllegalStateException().isThrownBy(() -> builder.tryBuild(SnapshotRequest.require(BTC)));
	}

}
