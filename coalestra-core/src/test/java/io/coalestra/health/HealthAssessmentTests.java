package io.coalestra.health;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

import io.coalestra.cache.CacheStatistics;
import io.coalestra.health.BuilderHealth.Capacity;
import io.coalestra.health.BuilderHealth.CircuitCount;
import io.coalestra.publish.SubmissionStatistics;
import io.coalestra.signal.BufferStatistics;
import io.coalestra.source.TimeoutGuarantee;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.tuple;

/**
 * What a state comes to.
 */
class HealthAssessmentTests {

	private static final BufferStatistics QUIET = new BufferStatistics(0, 0, 0, 0, 0, false, 100, 0, true, 0);

	private final State quiet = new State();

	@Test
	void aQuietBuilderIsHealthy() {
		HealthAssessment assessment = this.quiet.make().assess();
		assertThat(assessment.severity()).isEqualTo(Severity.HEALTHY);
		assertThat(assessment.findings()).isEmpty();
		assertThat(assessment.baselineUsed()).isFalse();
	}

	@Test
	void findingsComeInAFixedOrderAndTheGravestDecides() {
		State state = new State();
		state.closed = true;
		state.guarantees = Map.of("a", guarantee("a", TimeoutGuarantee.Status.UNDECLARED), "b",
				guarantee("b", TimeoutGuarantee.Status.UNSAFE_TIMEOUT_MISSING));
		state.capacity = Map.of("__global__", new Capacity(4, 4, 1));
		state.buffers = Map.of("events", new BufferStatistics(9, 0, 0, 0, 50, false, 100, 50, false, 0), "metrics",
				new BufferStatistics(9, 0, 0, 0, 0, true, 100, 50, true, 1));
		state.circuits = List.of(new CircuitCount("a", "subject", "open", 2),
				new CircuitCount("a", "subject", "half_open", 1));
		state.runaways = Map.of("b", 3L);
		state.oldestFlight = Duration.ofMinutes(2);
		state.components = Map.of("tier", component(1, new Finding(Severity.DEGRADED, "tier_unreachable", "redis",
				"reachable", false, true, "it does not answer")));
		HealthAssessment assessment = state.make().assess();
		assertThat(assessment.severity()).isEqualTo(Severity.CRITICAL);
		assertThat(assessment.reasons()).containsExactly("builder_closed", "undeclared_source_timeout",
				"unsafe_blocking_source", "source_capacity_waiting", "observability_backlog_high",
				"observability_worker_stopped", "circuit_open", "circuit_half_open", "runaway_calls", "flight_old",
				"observability_shutdown_incomplete", "tier_unreachable");
		assertThat(assessment.findings().getLast().component()).isEqualTo("tier/redis");
	}

	@ParameterizedTest
	@CsvSource({ "0,4,", "1,4,DEGRADED", "3,4,DEGRADED", "4,4,CRITICAL", "9,4,CRITICAL" })
	void waitingCallsAreJudgedAgainstThePermits(int waiting, int limit, @Nullable Severity expected) {
		State state = new State();
		state.capacity = Map.of("rest", new Capacity(limit, limit, waiting));
		List<Finding> findings = state.make().assess().findings();
		if (expected == null) {
			assertThat(findings).isEmpty();
		}
		else {
			assertThat(findings).extracting(Finding::reason, Finding::severity, Finding::component)
				.containsExactly(tuple("source_capacity_waiting", expected, "rest"));
		}
	}

	@ParameterizedTest
	@CsvSource({ "49,", "50,DEGRADED", "89,DEGRADED", "90,CRITICAL", "101,CRITICAL" })
	void buffersAreJudgedByHowFullTheyAre(int pending, @Nullable Severity expected) {
		State state = new State();
		state.buffers = Map.of("events", new BufferStatistics(0, 0, 0, 0, pending, false, 100, 0, true, 0));
		assertThat(state.make().assess().findings()).extracting(Finding::severity)
			.isEqualTo((expected != null) ? List.of(expected) : List.of());
	}

	@Test
	void countersAreJudgedByTheirGrowthAlone() {
		State before = new State();
		before.timeouts = 1_000_000;
		State after = new State();
		after.timeouts = 1_000_003;
		after.buffers = Map.of("events", new BufferStatistics(9, 0, 7, 0, 0, false, 100, 0, true, 0));
		assertThat(after.make().assess().findings()).as("without a baseline").isEmpty();
		HealthAssessment assessment = after.make().assess(HealthPolicy.DEFAULT, before.make());
		assertThat(assessment.baselineUsed()).isTrue();
		assertThat(assessment.findings())
			.extracting(Finding::reason, Finding::severity, Finding::metric, Finding::observed, Finding::threshold)
			.containsExactly(
					tuple("source_timeouts_increased", Severity.DEGRADED, "delta_source_timeout_count", 3L, 1L),
					tuple("observability_drops_increased", Severity.CRITICAL, "delta_observability_dropped_count", 7L,
							5L));
		assertThat(before.make().assess(HealthPolicy.DEFAULT, after.make()).findings()).as("after a restart").isEmpty();
	}

	@Test
	void faultsOfComponentsAreJudgedByTheirGrowthTooAndAreNeverCritical() {
		State before = new State();
		before.components = Map.of("tier", component(10));
		State after = new State();
		after.components = Map.of("tier", component(12), "batcher", component(5000));
		assertThat(after.make().assess(HealthPolicy.DEFAULT, before.make()).findings())
			.extracting(Finding::component, Finding::severity, Finding::metric)
			.containsExactly(tuple("batcher", Severity.DEGRADED, "delta_errors"),
					tuple("tier", Severity.DEGRADED, "delta_errors"));
	}

	@Test
	void aBacklogOfSubmissionsIsAFinding() {
		State state = new State();
		state.submissions = new SubmissionStatistics(512, 1024, 512, 512, 0, 0, 0, 0);
		assertThat(state.make().assess().findings())
			.extracting(Finding::severity, Finding::reason, Finding::metric, Finding::observed)
			.containsExactly(tuple(Severity.DEGRADED, "submission_backlog_high", "submission_backlog_ratio", 0.5));
		state.submissions = new SubmissionStatistics(1000, 1024, 1000, 1000, 0, 0, 0, 0);
		assertThat(state.make().assess().severity()).isEqualTo(Severity.CRITICAL);
	}

	@Test
	void payloadsThatCouldNotBeCopiedCountByTheirGrowth() {
		State before = new State();
		before.copyFailures = 3;
		State after = new State();
		after.copyFailures = 4;
		assertThat(after.make().assess().findings()).isEmpty();
		assertThat(after.make().assess(HealthPolicy.DEFAULT, before.make()).reasons())
			.containsExactly("payload_copy_failures_increased");
	}

	@Test
	void revalidationsThatFailedCountByTheirGrowth() {
		State after = new State();
		after.failedRevalidations = 1;
		assertThat(after.make().assess(HealthPolicy.DEFAULT, new State().make()).reasons())
			.containsExactly("revalidation_failures_increased");
	}

	@Test
	void aPolicyMovesTheThresholds() {
		State state = new State();
		state.capacity = Map.of("rest", new Capacity(4, 4, 4));
		state.runaways = Map.of("rest", 2L);
		HealthPolicy patient = HealthPolicy.DEFAULT
			.with((policy) -> policy.capacityWaitingDegraded(5).runawayCallsDegraded(3));
		assertThat(state.make().assess(patient).findings()).isEmpty();
		HealthPolicy strict = HealthPolicy.DEFAULT.with((policy) -> policy.capacityWaitingCriticalRatio(0.5)
			.bufferBacklogCriticalRatio(0.8)
			.bufferBacklogDegradedRatio(0.1)
			.flightAgeDegraded(Duration.ofSeconds(1))
			.counterDeltaCritical(7)
			.counterDeltaDegraded(2));
		assertThat(state.make().assess(strict).severity()).isEqualTo(Severity.CRITICAL);
		assertThat(strict.counterDeltaCritical()).isEqualTo(7);
	}

	@Test
	void aPolicyRefusesWhatMakesNoSense() {
		refused((policy) -> policy.capacityWaitingDegraded(0), "capacityWaitingDegraded: 0 (expected: 1 or more)");
		refused((policy) -> policy.capacityWaitingCriticalRatio(Double.NaN),
				"capacityWaitingCriticalRatio: NaN (expected: a finite number above 0)");
		refused((policy) -> policy.bufferBacklogDegradedRatio(1.1),
				"bufferBacklogDegradedRatio: 1.1 (expected: more than 0, at most 1)");
		refused((policy) -> policy.bufferBacklogCriticalRatio(0.4),
				"bufferBacklogCriticalRatio: 0.4 (expected: not below bufferBacklogDegradedRatio 0.5)");
		refused((policy) -> policy.counterDeltaCritical(0),
				"counterDeltaCritical: 0 (expected: not below counterDeltaDegraded 1)");
		refused((policy) -> policy.flightAgeDegraded(Duration.ZERO),
				"flightAgeDegraded: PT0S (expected: more than zero)");
		refused((policy) -> policy.runawayCallsDegraded(0), "runawayCallsDegraded: 0 (expected: 1 or more)");
		refused((policy) -> policy.counterDeltaDegraded(0), "counterDeltaDegraded: 0 (expected: 1 or more)");
	}

	private static void refused(Consumer<HealthPolicy.Builder> change, String message) {
		assertThatIllegalArgumentException().isThrownBy(() -> HealthPolicy.DEFAULT.with(change)).withMessage(message);
	}

	private static TimeoutGuarantee guarantee(String source, TimeoutGuarantee.Status status) {
		return new TimeoutGuarantee(source, status, null, null);
	}

	private static ComponentHealth component(long errors, Finding... findings) {
		return new ComponentHealth("test.component", 1, Map.of(), Map.of("errors", errors), List.of(findings));
	}

	/**
	 * A state with nothing to complain of, of which tests change a part.
	 */
	static final class State {

		boolean closed;

		Map<String, TimeoutGuarantee> guarantees = Map.of("rest", guarantee("rest", TimeoutGuarantee.Status.PROTECTED));

		Map<String, Capacity> capacity = Map.of("__global__", new Capacity(16, 0, 0));

		Map<String, BufferStatistics> buffers = Map.of("events", QUIET);

		List<CircuitCount> circuits = List.of();

		Map<String, Long> runaways = Map.of();

		@Nullable Duration oldestFlight;

		long timeouts;

		long copyFailures;

		long failedRevalidations;

		SubmissionStatistics submissions = new SubmissionStatistics(0, 1024, 0, 0, 0, 0, 0, 0);

		Map<String, ComponentHealth> components = Map.of();

		BuilderHealth make() {
			return new BuilderHealth(Instant.EPOCH, "test", this.closed, 0, 0, this.oldestFlight, 0, this.capacity,
					new CacheStatistics(0, 10, 0, 0, 0, 0, 0, 0, 0), this.circuits, 0, this.runaways, 0, this.timeouts,
					0, Map.of(), this.guarantees, Map.of(), this.buffers, 0,
					new BuilderHealth.Revalidations(this.failedRevalidations, this.failedRevalidations),
					new PayloadCopyHealth(0, 0, 0, this.copyFailures, Duration.ZERO, Duration.ZERO), this.submissions,
					new BuilderHealth.Subscriptions(0, 0, 0, 0, 0), this.components);
		}

	}

}
