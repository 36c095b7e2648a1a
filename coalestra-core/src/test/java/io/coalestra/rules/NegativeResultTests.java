package io.coalestra.rules;

import java.util.List;

import io.coalestra.failure.ResourceFailure;
import io.coalestra.fixtures.EngineFixture;
import io.coalestra.fixtures.Script;
import io.coalestra.policy.Freshness;
import io.coalestra.snapshot.ResourceUnavailableException;
import io.coalestra.snapshot.Snapshot;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.snapshot.SnapshotRequest;
import io.coalestra.source.Payload;
import io.coalestra.source.Source;
import org.junit.jupiter.api.Test;

import static io.coalestra.fixtures.Types.BTC;
import static io.coalestra.fixtures.Types.PRICE;
import static io.coalestra.fixtures.Types.TOTAL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * That something does not exist is an answer, and different from a failure.
 */
class NegativeResultTests extends EngineFixture {

	private final Script<Integer> prices = new Script<Integer>().answer(Payload.absent()).answer(1);

	private final Script<Integer> fallback = new Script<Integer>().answer(9);

	private SnapshotBuilder builder() {
		return start(Freshness.ttl(seconds(60)).absentTtl(seconds(5)),
				Source.single("rest", PRICE, this.prices).nonBlocking().priority(2).build(),
				Source.single("fallback", PRICE, this.fallback).nonBlocking().build());
	}

	@Test
	void absenceEndsTheChain() {
		SnapshotBuilder builder = builder();
		Snapshot snapshot = attempt(builder, BTC);
		assertThat(snapshot.isAbsent(BTC)).isTrue();
		assertThat(snapshot.find(BTC)).isEmpty();
		assertThat(snapshot.errorFor(BTC)).isEmpty();
		assertThat(snapshot.isComplete()).isTrue();
		assertThat(this.fallback.calls()).isZero();
		assertThatExceptionOfType(ResourceUnavailableException.class).isThrownBy(() -> snapshot.get(BTC))
			.withMessageContaining("does not exist");
	}

	@Test
	void aRequiredResourceThatDoesNotExistFailsTheBuildWithThatReason() {
		SnapshotBuilder builder = builder();
		assertThat(failed(builder.buildAsync(BTC)).failures()).extracting(ResourceFailure::kind)
			.containsExactly(ResourceFailure.Kind.ABSENT);
	}

	@Test
	void absenceIsCachedForItsOwnTime() {
		SnapshotBuilder builder = builder();
		attempt(builder, BTC);
		pass(seconds(5));
		assertThat(attempt(builder, BTC).isAbsent(BTC)).isTrue();
		assertThat(this.prices.calls()).isEqualTo(1);
		pass(millis(1));
		assertThat(attempt(builder, BTC).get(BTC)).isEqualTo(1);
	}

	@Test
	void absenceMayBringItsOwnTimeToLive() {
		Script<Integer> script = new Script<Integer>().answer(Payload.<Integer>absent().freshFor(seconds(30)))
			.answer(1);
		SnapshotBuilder builder = start(Freshness.ttl(seconds(60)).absentTtl(seconds(5)),
				Source.single("rest", PRICE, script).nonBlocking().build());
		attempt(builder, BTC);
		pass(seconds(30));
		assertThat(attempt(builder, BTC).isAbsent(BTC)).isTrue();
		pass(millis(1));
		assertThat(attempt(builder, BTC).isAbsent(BTC)).isFalse();
	}

	@Test
	void absenceReplacesAValueAndAValueReplacesAbsence() {
		Script<Integer> script = new Script<Integer>().answer(1).answer(Payload.absent()).answer(2);
		SnapshotBuilder builder = start(Freshness.ttl(seconds(1)).maxStale(seconds(60)),
				Source.single("rest", PRICE, script).nonBlocking().build());
		build(builder, BTC);
		pass(seconds(2));
		assertThat(attempt(builder, BTC).isAbsent(BTC)).isTrue();
		pass(seconds(2));
		assertThat(attempt(builder, BTC).get(BTC)).isEqualTo(2);
	}

	@Test
	void aDerivationCanTellAbsenceFromFailure() {
		Source total = Source
			.derived("total", TOTAL, (key) -> List.of(BTC), (key, values) -> values.find(BTC).orElse(-1))
			.build();
		SnapshotBuilder builder = start(Source.single("rest", PRICE, this.prices).nonBlocking().build(), total);
		assertThat(build(builder, TOTAL.key("t")).get(TOTAL.key("t"))).isEqualTo(-1);
	}

	@Test
	void absenceIsNoFailureOfTheSource() {
		SnapshotBuilder builder = builder();
		attempt(builder, BTC);
		assertThat(this.events.of(io.coalestra.signal.EventType.SOURCE_FAILED)).isEmpty();
	}

	@Test
	void absenceIsNotAskedAboutAgainUnlessTheCallerWantsToKnow() {
		SnapshotBuilder builder = builder();
		attempt(builder, BTC);
		assertThat(build(builder, SnapshotRequest.prefer(BTC).bypassCache()).get(BTC)).isEqualTo(1);
	}

}
