package io.coalestra.policy;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Every bound of the policies: what is just inside, and what is just outside.
 */
class PolicyBoundsTests {

	private static final Duration NANO = Duration.ofNanos(1);

	@ParameterizedTest
	@ValueSource(doubles = { 0, -0.0, Double.MIN_VALUE, 0.5, 1 })
	void ratiosFromZeroToOneAreLegal(double ratio) {
		assertThat(Spread.jitter(ratio).jitter()).isEqualTo(ratio);
		assertThat(new RetryPolicy(1, Duration.ZERO, Duration.ZERO, ratio).jitterRatio()).isEqualTo(ratio);
	}

	@ParameterizedTest
	@ValueSource(doubles = { -Double.MIN_VALUE, 1.0000000000000002, Double.NaN, Double.POSITIVE_INFINITY,
			Double.NEGATIVE_INFINITY })
	void ratiosOutsideAreRefused(double ratio) {
		assertThatIllegalArgumentException().isThrownBy(() -> Spread.jitter(ratio))
			.withMessage("jitter: " + ratio + " (expected: from 0 to 1)");
		assertThatIllegalArgumentException().isThrownBy(() -> new RetryPolicy(1, Duration.ZERO, Duration.ZERO, ratio))
			.withMessage("jitterRatio: " + ratio + " (expected: from 0 to 1)");
	}

	@ParameterizedTest
	@ValueSource(doubles = { -1, 1000.0000000000001, Double.NaN, Double.POSITIVE_INFINITY })
	void earlinessOutsideIsRefused(double earliness) {
		assertThat(Spread.earlyRefresh(0)).isEqualTo(Spread.NONE);
		assertThat(Spread.earlyRefresh(1_000).earliness()).isEqualTo(1_000);
		assertThatIllegalArgumentException().isThrownBy(() -> Spread.earlyRefresh(earliness))
			.withMessageContaining("earliness: " + earliness);
	}

	@Test
	void retryNeedsAtLeastOneAttempt() {
		assertThat(RetryPolicy.DEFAULT.maxAttempts(1).maxAttempts()).isEqualTo(1);
		for (int attempts : new int[] { 0, -1, Integer.MIN_VALUE }) {
			assertThatIllegalArgumentException().isThrownBy(() -> RetryPolicy.DEFAULT.maxAttempts(attempts))
				.withMessage("maxAttempts: " + attempts + " (expected: 1 or more)");
		}
	}

	@Test
	void longestDelayIsAtLeastTheFirst() {
		Duration base = Duration.ofMillis(50);
		assertThat(new RetryPolicy(2, base, base, 0).maxDelay()).isEqualTo(base);
		assertThatIllegalArgumentException().isThrownBy(() -> new RetryPolicy(2, base, base.minus(NANO), 0))
			.withMessageContaining("maxDelay")
			.withMessageContaining("at least baseDelay PT0.05S");
		assertThatIllegalArgumentException().isThrownBy(() -> new RetryPolicy(2, NANO.negated(), base, 0))
			.withMessageContaining("baseDelay");
	}

	@Test
	void circuitNeedsANumberOfFailuresThatItCanCountAndATimeThatIsNotNegative() {
		assertThat(new CircuitPolicy(true, CircuitScope.SOURCE, 1, Duration.ZERO).failureThreshold()).isEqualTo(1);
		assertThat(new CircuitPolicy(true, CircuitScope.SOURCE, 1_000, Duration.ZERO).failureThreshold())
			.isEqualTo(1_000);
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new CircuitPolicy(true, CircuitScope.SOURCE, 1_001, Duration.ZERO))
			.withMessage("failureThreshold: 1001 (expected: 1 to 1000)");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new CircuitPolicy(true, CircuitScope.SOURCE, 0, Duration.ZERO))
			.withMessageContaining("failureThreshold: 0");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new CircuitPolicy(true, CircuitScope.SOURCE, 1, NANO.negated()))
			.withMessageContaining("recoveryTimeout");
		assertThatExceptionOfType(NullPointerException.class).isThrownBy(() -> CircuitPolicy.DEFAULT.scope(null))
			.withMessage("scope");
		assertThat(CircuitPolicy.DEFAULT.scope(CircuitScope.RESOURCE))
			.isEqualTo(new CircuitPolicy(true, CircuitScope.RESOURCE, 3, Duration.ofSeconds(10)));
	}

	@Test
	void resilienceReplacesOneHalfAtATime() {
		assertThat(Resilience.DEFAULT.retry(RetryPolicy.NONE))
			.isEqualTo(new Resilience(RetryPolicy.NONE, CircuitPolicy.DEFAULT));
		assertThat(Resilience.DEFAULT.circuit(CircuitPolicy.NONE))
			.isEqualTo(new Resilience(RetryPolicy.DEFAULT, CircuitPolicy.NONE));
		assertThatExceptionOfType(NullPointerException.class).isThrownBy(() -> Resilience.DEFAULT.retry(null))
			.withMessage("retry");
		assertThatExceptionOfType(NullPointerException.class).isThrownBy(() -> Resilience.DEFAULT.circuit(null))
			.withMessage("circuit");
	}

	@Test
	void toleranceForFutureObservationsIsNotNegative() {
		assertThat(new ObservationPolicy(Duration.ZERO, true).futureTolerance()).isZero();
		assertThat(ObservationPolicy.DEFAULT).isEqualTo(new ObservationPolicy(Duration.ofSeconds(1), true));
		assertThatIllegalArgumentException().isThrownBy(() -> new ObservationPolicy(NANO.negated(), false))
			.withMessageContaining("futureTolerance");
	}

	@Test
	void sourceThatIsNotRankedHasTheDefaultRank() {
		SourceAuthority authority = new SourceAuthority(Map.of("stream", 300), 5).rank("rest", -1);
		assertThat(authority.rankOf("stream")).isEqualTo(300);
		assertThat(authority.rankOf("rest")).isEqualTo(-1);
		assertThat(authority.rankOf("other")).isEqualTo(5);
		assertThat(SourceAuthority.EQUAL.rankOf("any")).isZero();
	}

	@Test
	void namesOfRankedSourcesAreTrimmedFilledAndUnique() {
		assertThat(new SourceAuthority(Map.of(" rest ", 1), 0).rankOf("rest")).isEqualTo(1);
		assertThat(SourceAuthority.EQUAL.rank("rest", 1).rank(" rest ", 2).rankOf("rest")).isEqualTo(2);
		assertThatIllegalArgumentException().isThrownBy(() -> new SourceAuthority(Map.of(" ", 1), 0))
			.withMessageContaining("ranks");
		assertThatIllegalArgumentException().isThrownBy(() -> SourceAuthority.EQUAL.rank(" ", 1));
		assertThatIllegalArgumentException().isThrownBy(() -> new SourceAuthority(Map.of("rest", 1, "rest ", 2), 0))
			.withMessageContaining("\"rest\" given twice");
	}

	@Test
	void ranksCannotBeChangedFromOutside() {
		Map<String, Integer> ranks = new LinkedHashMap<>(Map.of("rest", 1));
		SourceAuthority authority = new SourceAuthority(ranks, 0);
		ranks.put("rest", 9);
		assertThat(authority.rankOf("rest")).isEqualTo(1);
		assertThatExceptionOfType(UnsupportedOperationException.class)
			.isThrownBy(() -> authority.ranks().put("rest", 9));
	}

}
