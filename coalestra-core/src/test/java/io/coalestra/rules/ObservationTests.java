package io.coalestra.rules;

import java.time.Duration;

import io.coalestra.failure.FailureReason;
import io.coalestra.failure.SourceFailure;
import io.coalestra.fixtures.EngineFixture;
import io.coalestra.fixtures.Script;
import io.coalestra.policy.ObservationPolicy;
import io.coalestra.signal.EventType;
import io.coalestra.signal.Metric;
import io.coalestra.snapshot.Snapshot;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.snapshot.SnapshotValue;
import io.coalestra.source.Payload;
import io.coalestra.source.Source;
import org.junit.jupiter.api.Test;

import static io.coalestra.fixtures.Types.BTC;
import static io.coalestra.fixtures.Types.ETH;
import static io.coalestra.fixtures.Types.PRICE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Values that say they were observed in the future.
 */
class ObservationTests extends EngineFixture {

	private Source ahead(Duration by) {
		return Source
			.single("ahead", PRICE,
					new Script<Integer>().then((key, context) -> Payload.of(1).observedAt(this.time.now().plus(by))))
			.nonBlocking()
			.priority(2)
			.build();
	}

	private static Source next() {
		return Source.single("next", PRICE, new Script<Integer>().answer(2)).nonBlocking().priority(1).build();
	}

	@Test
	void exactlyAtTheToleranceAValueIsAcceptedAndItsSkewRecorded() {
		SnapshotValue<Integer> value = build(start(ahead(seconds(1)), next()), BTC).value(BTC);
		assertThat(value.source()).isEqualTo("ahead");
		assertThat(value.metadata()).containsEntry("clock_skew_seconds", 1.0);
		assertThat(value.age()).isZero();
	}

	@Test
	void beyondTheToleranceAValueIsRefusedAndTheNextSourceAsked() {
		SnapshotBuilder builder = start(ahead(seconds(1).plusNanos(1)), next());
		Snapshot snapshot = build(builder, BTC);
		assertThat(snapshot.value(BTC).source()).isEqualTo("next");
		assertThat(snapshot.diagnostics().futureRejections()).isEqualTo(1);
		assertThat(this.metrics.sum(Metric.SOURCE_FETCH, "invalid_timestamp", "ahead")).isEqualTo(1);
		assertThat(this.events.only(EventType.SOURCE_PAYLOAD_REJECTED).fields()).containsEntry("source", "ahead");
	}

	@Test
	void ofABatchOnlyTheOffendingKeysAreRefused() {
		Script<Integer> mixed = new Script<Integer>().then((key, context) -> key.equals(BTC)
				? Payload.of(1).observedAt(this.time.now().plusSeconds(5)) : Payload.of(2));
		Snapshot snapshot = attempt(start(Source.batch("rest", PRICE, mixed).nonBlocking().build()), BTC, ETH);
		assertThat(snapshot.get(ETH)).isEqualTo(2);
		assertThat(snapshot.errorFor(BTC).orElseThrow().sources()).extracting(SourceFailure::reason)
			.containsExactly(FailureReason.FUTURE_OBSERVATION);
	}

	@Test
	void theToleranceCanBeSetAndRefusalTurnedOff() {
		SnapshotBuilder strict = start(
				steps().source(ahead(millis(1))).observation(new ObservationPolicy(Duration.ZERO, true)));
		failed(strict.buildAsync(BTC));
		SnapshotBuilder lenient = start(
				steps().source(ahead(Duration.ofDays(1))).observation(new ObservationPolicy(Duration.ZERO, false)));
		assertThat(build(lenient, BTC).value(BTC).metadata()).containsEntry("clock_skew_seconds", 86_400.0);
		assertThatIllegalArgumentException().isThrownBy(() -> new ObservationPolicy(millis(-1), true))
			.withMessageContaining("futureTolerance");
	}

}
