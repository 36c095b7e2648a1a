package io.coalestra.rules;

import java.util.Map;

import io.coalestra.Coalestra;
import io.coalestra.Coalestra.TimeoutDeclarations;
import io.coalestra.failure.FailureReason;
import io.coalestra.failure.SourceFailure;
import io.coalestra.fixtures.EngineFixture;
import io.coalestra.fixtures.Script;
import io.coalestra.health.Finding;
import io.coalestra.health.Severity;
import io.coalestra.signal.EventType;
import io.coalestra.signal.Metric;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.snapshot.SnapshotRequest;
import io.coalestra.source.SingleSource;
import io.coalestra.source.Source;
import io.coalestra.source.TimeoutGuarantee;
import org.junit.jupiter.api.Test;

import static io.coalestra.fixtures.Types.BTC;
import static io.coalestra.fixtures.Types.PRICE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * What a source declares about blocking, and what comes of it.
 */
class TimeoutDeclarationTests extends EngineFixture {

	private final Script<Integer> prices = new Script<Integer>().answer(1);

	private SingleSource.Builder<Integer> rest() {
		return Source.single("rest", PRICE, this.prices);
	}

	private static TimeoutGuarantee.Status statusOf(Source source) {
		return TimeoutGuarantee.of(source.name(), source.settings()).status();
	}

	@Test
	void declarationsComeToAStatus() {
		assertThat(statusOf(rest().build())).isEqualTo(TimeoutGuarantee.Status.UNDECLARED);
		assertThat(statusOf(rest().nonBlocking().build())).isEqualTo(TimeoutGuarantee.Status.NON_BLOCKING);
		assertThat(statusOf(rest().inline().build())).isEqualTo(TimeoutGuarantee.Status.NON_BLOCKING);
		assertThat(statusOf(rest().transportTimeout(seconds(2)).build())).isEqualTo(TimeoutGuarantee.Status.PROTECTED);
		assertThat(statusOf(rest().transportTimeout(seconds(1)).timeout(seconds(2)).build()))
			.isEqualTo(TimeoutGuarantee.Status.PROTECTED);
		assertThat(statusOf(rest().transportTimeout(seconds(2)).timeout(seconds(2)).build()))
			.isEqualTo(TimeoutGuarantee.Status.UNSAFE_TIMEOUT_NOT_WITHIN_SOURCE);
	}

	@Test
	void aSourceThatDeclaresNothingIsRefusedWithBothRemedies() {
		Coalestra configuration = steps().source(rest().build());
		assertThatIllegalArgumentException().isThrownBy(configuration::build)
			.withMessageContainingAll("source \"rest\"", "undeclared", "transportTimeout", "nonBlocking()");
	}

	@Test
	void aSourceThatBlocksWithoutALimitIsRefusedWithTheOneRemedy() {
		Coalestra configuration = steps().source(rest().blocking().build())
			.timeoutDeclarations(TimeoutDeclarations.REPORTED);
		assertThatIllegalArgumentException().isThrownBy(configuration::build)
			.withMessageContainingAll("source \"rest\"", "unsafe_timeout_missing", "transportTimeout(…)")
			.withMessageNotContaining("nonBlocking()");
	}

	@Test
	void itMayBeLetInAndIsThenAFindingOfTheHealth() {
		SnapshotBuilder builder = start(
				steps().source(rest().build()).timeoutDeclarations(TimeoutDeclarations.REPORTED));
		assertThat(build(builder, BTC).get(BTC)).isEqualTo(1);
		assertThat(builder.health().assess().findings()).extracting(Finding::reason)
			.containsExactly("undeclared_source_timeout");
		assertThat(builder.health().assess().severity()).isEqualTo(Severity.DEGRADED);
	}

	@Test
	void anUnsafeSourceIsRefusedUnlessAllowedAndThenCritical() {
		Source unsafe = rest().transportTimeout(seconds(3)).timeout(seconds(2)).build();
		Coalestra reported = steps().source(unsafe).timeoutDeclarations(TimeoutDeclarations.REPORTED);
		assertThatIllegalArgumentException().isThrownBy(reported::build)
			.withMessageContaining("unsafe_timeout_not_within_source");
		SnapshotBuilder builder = start(steps().source(unsafe).timeoutDeclarations(TimeoutDeclarations.UNSAFE_ALLOWED));
		assertThat(builder.health().assess().severity()).isEqualTo(Severity.CRITICAL);
	}

	@Test
	void contradictionsAreRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> rest().nonBlocking().transportTimeout(seconds(1)).build())
			.withMessageContaining("transportTimeout: PT1S");
	}

	@Test
	void aCallWhoseClientMayOutlastTheDeadlineIsNotBegun() {
		SnapshotBuilder builder = start(rest().transportTimeout(seconds(1)).timeout(seconds(2)).build());
		SourceFailure failure = build(builder, SnapshotRequest.prefer(BTC).deadline(seconds(1))).errorFor(BTC)
			.orElseThrow()
			.sources()
			.getFirst();
		assertThat(failure.reason()).isEqualTo(FailureReason.DEADLINE_EXCEEDED);
		assertThat(failure.attempts()).isZero();
		assertThat(failure.message()).contains("1.000 s are left");
		assertThat(this.prices.calls()).isZero();
		assertThat(this.metrics.sum(Metric.SOURCE_TRANSPORT_BUDGET_REJECTION, "rest", "snapshot_deadline"))
			.isEqualTo(1);
		assertThat(this.events.only(EventType.SOURCE_TRANSPORT_BUDGET_REJECTED).fields())
			.containsEntry("available_budget_seconds", 1.0);
	}

	@Test
	void aCallWhoseClientFitsIsBegun() {
		SnapshotBuilder builder = start(rest().transportTimeout(seconds(1)).timeout(seconds(2)).build());
		assertThat(build(builder, SnapshotRequest.require(BTC).deadline(seconds(1).plusNanos(1))).get(BTC))
			.isEqualTo(1);
	}

	@Test
	void theGraceLetsThroughWhatTheDeadlineAlmostAllows() {
		SnapshotBuilder builder = start(steps().source(rest().transportTimeout(seconds(1)).timeout(seconds(2)).build())
			.deadlineDispatchGrace(millis(100)));
		assertThat(build(builder, SnapshotRequest.require(BTC).deadline(millis(901))).get(BTC)).isEqualTo(1);
		assertThat(this.events.only(EventType.SOURCE_DISPATCH_UNDER_DEADLINE_PRESSURE).fields())
			.containsEntry("gap_seconds", 0.099);
		failed(builder.buildAsync(SnapshotRequest.require(BTC).bypassCache().deadline(millis(900))));
	}

	@Test
	void aClientThatOutlastsItsDeclarationIsAViolationAndItsValueIsUsed() {
		Script<Integer> slow = new Script<Integer>().answerAfter(this.time, millis(1051), 1)
			.answerAfter(this.time, millis(1050), 2);
		SnapshotBuilder builder = start(
				Source.single("slow", PRICE, slow).transportTimeout(seconds(1)).timeout(seconds(2)).build());
		assertThat(build(builder, BTC).get(BTC)).isEqualTo(1);
		assertThat(builder.health().transportTimeoutViolations()).isEqualTo(Map.of("slow", 1L));
		assertThat(this.events.only(EventType.SOURCE_TRANSPORT_TIMEOUT_VIOLATED).fields())
			.containsEntry("outcome", "completed_late")
			.containsEntry("grace_seconds", 0.05);
		build(builder, SnapshotRequest.require(BTC).bypassCache());
		assertThat(builder.health().transportTimeoutViolations()).as("within the grace").isEqualTo(Map.of("slow", 1L));
	}

	@Test
	void aClientThatFailsLateIsAViolationToo() {
		Script<Integer> slow = new Script<Integer>().then((key, context) -> {
			this.time.advance(millis(1500));
			throw new IllegalStateException("late");
		});
		SnapshotBuilder builder = start(
				Source.single("slow", PRICE, slow).transportTimeout(seconds(1)).timeout(seconds(2)).build());
		attempt(builder, BTC);
		assertThat(this.metrics.sum(Metric.SOURCE_TRANSPORT_TIMEOUT_VIOLATION, "slow", "failed_late")).isEqualTo(1);
	}

	@Test
	void aCallThatTheEngineHadToGiveUpIsAlwaysAViolation() {
		Script<Integer> slow = new Script<Integer>().answerAfter(this.time, seconds(3), 1);
		SnapshotBuilder builder = start(
				Source.single("slow", PRICE, slow).transportTimeout(seconds(1)).timeout(seconds(2)).build());
		attempt(builder, BTC);
		assertThat(this.metrics.sum(Metric.SOURCE_TRANSPORT_TIMEOUT_VIOLATION, "slow", "coalestra_timeout"))
			.isEqualTo(1);
	}

	@Test
	void aSourceThatDeclaresNoClientCannotViolateOne() {
		Script<Integer> slow = new Script<Integer>().answerAfter(this.time, seconds(3), 1);
		SnapshotBuilder builder = start(Source.single("slow", PRICE, slow).nonBlocking().timeout(seconds(2)).build());
		attempt(builder, BTC);
		assertThat(builder.health().transportTimeoutViolations()).isEmpty();
	}

	@Test
	void everyFaultOfAConfigurationIsNamedAtOnce() {
		Coalestra configuration = steps().source(rest().build())
			.source(rest().nonBlocking().build())
			.sourceSettings("unknown", (settings) -> settings.priority(1));
		assertThatIllegalArgumentException().isThrownBy(configuration::build)
			.withMessageContainingAll("3 faults", "undeclared", "the name is taken", "settings of source \"unknown\"");
	}

}
