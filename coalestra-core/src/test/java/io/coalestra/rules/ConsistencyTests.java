package io.coalestra.rules;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import io.coalestra.fixtures.EngineFixture;
import io.coalestra.fixtures.Script;
import io.coalestra.policy.ConsistencyPolicy;
import io.coalestra.policy.Freshness;
import io.coalestra.policy.PolicyViolation;
import io.coalestra.publish.ResourceUpdate;
import io.coalestra.signal.EventType;
import io.coalestra.signal.Metric;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.snapshot.SnapshotConsistencyException;
import io.coalestra.snapshot.SnapshotRequest;
import io.coalestra.source.Payload;
import io.coalestra.source.Source;
import org.junit.jupiter.api.Test;

import static io.coalestra.fixtures.Types.ALICE;
import static io.coalestra.fixtures.Types.BTC;
import static io.coalestra.fixtures.Types.ETH;
import static io.coalestra.fixtures.Types.PRICE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * How far apart the values of a snapshot may have been observed.
 */
class ConsistencyTests extends EngineFixture {

	private final Script<Integer> prices = new Script<Integer>().answer(7);

	private SnapshotBuilder builder() {
		return start(Freshness.ttl(seconds(600)), Source.single("rest", PRICE, this.prices).nonBlocking().build());
	}

	private void publish(SnapshotBuilder builder, Duration after) {
		builder.publisher()
			.publishAll(List.of(ResourceUpdate.of(BTC, 1, "feed").observedAt(this.time.now()),
					ResourceUpdate.of(ETH, 2, "feed").observedAt(this.time.now().plus(after))));
	}

	@Test
	void valuesThatAreAsFarApartAsAllowedAgree() {
		SnapshotBuilder builder = builder();
		publish(builder, millis(500));
		SnapshotRequest request = SnapshotRequest.require(BTC, ETH).maxSkew(millis(500));
		assertThat(build(builder, request).values()).hasSize(2);
		assertThat(this.metrics.values(Metric.SNAPSHOT_CONSISTENCY, "error", "observation_skew")).isEmpty();
	}

	@Test
	void valuesThatAreFurtherApartAreRejectedWithEverythingThatIsKnownAboutIt() {
		SnapshotBuilder builder = builder();
		publish(builder, millis(500));
		SnapshotRequest request = SnapshotRequest.require(ETH, BTC).maxSkew(millis(499));
		SnapshotConsistencyException thrown = (SnapshotConsistencyException) failed(builder.buildAsync(request));
		PolicyViolation.Skewed violation = thrown.violation();
		assertThat(violation.keys()).containsExactly(ETH, BTC);
		assertThat(violation.oldest()).isEqualTo(BTC);
		assertThat(violation.oldestObservedAt()).isEqualTo(this.time.now());
		assertThat(violation.newest()).isEqualTo(ETH);
		assertThat(violation.newestObservedAt()).isEqualTo(this.time.now().plusMillis(500));
		assertThat(violation.skew()).isEqualTo(millis(500));
		assertThat(violation.maxSkew()).isEqualTo(millis(499));
		assertThat(thrown.failures()).isEmpty();
		assertThat(thrown.snapshot().values()).hasSize(2);
		assertThat(thrown).hasMessageContaining("market:price:BTC").hasMessageContaining("PT0.499S");
		assertThat(this.metrics.sum(Metric.SNAPSHOT_CONSISTENCY, "error", "observation_skew")).isEqualTo(1);
		assertThat(this.metrics.sum(Metric.SNAPSHOT_BUILD, "error", "cold")).isEqualTo(1);
		assertThat(this.events.only(EventType.SNAPSHOT_CONSISTENCY_FAILED).fields())
			.containsEntry("resources", List.of("market:price:ETH", "market:price:BTC"))
			.containsEntry("oldest_resource", "market:price:BTC")
			.containsEntry("newest_resource", "market:price:ETH")
			.containsEntry("observation_skew_ms", 500.0)
			.containsEntry("max_observation_skew_ms", 499.0);
	}

	@Test
	void aValueFromTheBeginningOfTimeIsFurtherApartThanAnyLimit() {
		SnapshotBuilder builder = start(Freshness.forever());
		builder.publisher()
			.publishAll(List.of(ResourceUpdate.of(BTC, 1, "feed").observedAt(Instant.MIN),
					ResourceUpdate.of(ETH, 2, "feed").observedAt(this.time.now())));
		assertThat(failed(builder.buildAsync(SnapshotRequest.require(ETH, BTC).maxSkew(seconds(1)))))
			.isInstanceOf(SnapshotConsistencyException.class);
	}

	@Test
	void optionalKeysTakePartOnlyWhereThePolicyIncludesThem() {
		SnapshotBuilder builder = builder();
		publish(builder, millis(500));
		SnapshotRequest request = SnapshotRequest.require(BTC).optional(ETH);
		assertThat(build(builder, request.maxSkew(Duration.ZERO)).values()).hasSize(2);
		failed(builder.buildAsync(request.consistency(ConsistencyPolicy.maxSkew(Duration.ZERO).includingOptional())));
	}

	@Test
	void fewerThanTwoValuesAlwaysAgree() {
		SnapshotBuilder builder = builder();
		SnapshotRequest request = SnapshotRequest.require(BTC)
			.optional(ALICE)
			.consistency(ConsistencyPolicy.maxSkew(Duration.ZERO).includingOptional());
		assertThat(build(builder, request).values()).hasSize(1);
		assertThat(build(builder, SnapshotRequest.prefer(BTC, ETH).maxSkew(Duration.ZERO)).values()).hasSize(2);
	}

	@Test
	void aMissingRequiredKeyHidesThatTheOthersAreTooFarApart() {
		SnapshotBuilder builder = builder();
		publish(builder, millis(500));
		assertThat(failed(builder.buildAsync(SnapshotRequest.require(BTC, ETH, ALICE).maxSkew(Duration.ZERO))))
			.isNotInstanceOf(SnapshotConsistencyException.class);
	}

	@Test
	void whatLagsBehindIsReadAgainWhereThePolicyRepairs() {
		SnapshotBuilder builder = builder();
		builder.publisher().publish(BTC, 1, "feed");
		this.time.advance(seconds(5));
		builder.publisher().publish(ETH, 2, "feed");
		SnapshotRequest request = SnapshotRequest.require(BTC, ETH)
			.consistency(ConsistencyPolicy.maxSkew(seconds(2)).repairing());
		assertThat(build(builder, request).get(BTC)).isEqualTo(7);
		assertThat(this.prices.calls()).isEqualTo(1);
		assertThat(this.metrics.sum(Metric.SNAPSHOT_REPAIR, "success")).isEqualTo(1);
		assertThat(this.events.only(EventType.SNAPSHOT_REPAIRED).fields()).containsEntry("resources", 1)
			.containsEntry("succeeded", true);
	}

	@Test
	void whatIsLeftBehindByARepairIsReadAgainAsWell() {
		SnapshotBuilder builder = builder();
		builder.publisher().publish(BTC, 1, "feed");
		this.time.advance(seconds(5));
		builder.publisher().publish(ETH, 2, "feed");
		this.time.advance(seconds(5));
		SnapshotRequest request = SnapshotRequest.require(BTC, ETH)
			.consistency(ConsistencyPolicy.maxSkew(seconds(2)).repairing());
		assertThat(build(builder, request).get(ETH)).isEqualTo(7);
		assertThat(this.prices.calls()).isEqualTo(2);
	}

	@Test
	void aKeyIsReadAgainOnceAndThenRejected() {
		this.prices.answer(Payload.of(8).observedAt(this.time.now()));
		SnapshotBuilder builder = builder();
		build(builder, BTC);
		this.time.advance(seconds(5));
		builder.publisher().publish(ETH, 2, "feed");
		SnapshotRequest request = SnapshotRequest.require(BTC, ETH)
			.consistency(ConsistencyPolicy.maxSkew(seconds(2)).repairing());
		failed(builder.buildAsync(request));
		assertThat(this.prices.calls()).isEqualTo(2);
		assertThat(this.metrics.sum(Metric.SNAPSHOT_REPAIR, "failure")).isEqualTo(1);
	}

	@Test
	void theLimitIsNotNegative() {
		SnapshotRequest request = SnapshotRequest.require(BTC);
		assertThatIllegalArgumentException().isThrownBy(() -> request.maxSkew(millis(-1)))
			.withMessage("maxSkew: PT-0.001S (expected: not negative)");
	}

}
