package io.coalestra.policy;

import java.time.Duration;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Bounds of freshness, and that each method changes what it names and nothing else.
 */
class FreshnessTests {

	private static final Duration SECOND = Duration.ofSeconds(1);

	private static final Duration NANO = Duration.ofNanos(1);

	@Test
	void timeToLiveAloneIsALegalPolicy() {
		Freshness policy = Freshness.ttl(SECOND);
		assertThat(policy.maxStale()).isEqualTo(SECOND);
		assertThat(policy.staleOnError()).isTrue();
		assertThat(policy.refreshMode()).isEqualTo(RefreshMode.BLOCKING);
		assertThat(policy.refreshAhead()).isZero();
		assertThat(policy.spread()).isEqualTo(Spread.NONE);
	}

	@Test
	void absenceIsBelievedForTheTimeToLiveButAtMostASecondUnlessStated() {
		assertThat(Freshness.ttl(Duration.ofMillis(10)).absentTtl()).isEqualTo(Duration.ofMillis(10));
		assertThat(Freshness.ttl(Duration.ofMinutes(1)).absentTtl()).isEqualTo(SECOND);
		assertThat(Freshness.ttl(SECOND).absentTtl(Duration.ZERO).absentTtl()).isZero();
	}

	@Test
	void defaultIsFreshForASecondAndUsableForTen() {
		assertThat(Freshness.DEFAULT).isEqualTo(Freshness.ttl(SECOND).maxStale(Duration.ofSeconds(10)));
	}

	@Test
	void zeroIsALegalTimeToLiveAndLessIsNot() {
		assertThat(Freshness.ttl(Duration.ZERO).ttlNanos()).isZero();
		assertThatIllegalArgumentException().isThrownBy(() -> Freshness.ttl(NANO.negated()))
			.withMessage("ttl: PT-0.000000001S (expected: not negative)");
		assertThatIllegalArgumentException().isThrownBy(() -> Freshness.ttl(SECOND).absentTtl(NANO.negated()))
			.withMessageContaining("absentTtl");
	}

	@Test
	void maxStaleMayEqualTheTimeToLiveAndNotBeLess() {
		assertThat(Freshness.ttl(SECOND).maxStale(SECOND).maxStale()).isEqualTo(SECOND);
		assertThatIllegalArgumentException().isThrownBy(() -> Freshness.ttl(SECOND).maxStale(SECOND.minus(NANO)))
			.withMessageContaining("maxStale: PT0.999999999S")
			.withMessageContaining("at least ttl PT1S");
	}

	@Test
	void refreshAheadMayBeTheWholeTimeToLiveAndNotMore() {
		assertThat(Freshness.ttl(SECOND).refreshAhead(SECOND).refreshMode()).isEqualTo(RefreshMode.REFRESH_AHEAD);
		assertThat(Freshness.ttl(SECOND).refreshAhead(Duration.ZERO).refreshAhead()).isZero();
		assertThatIllegalArgumentException().isThrownBy(() -> Freshness.ttl(SECOND).refreshAhead(SECOND.plus(NANO)))
			.withMessageContaining("refreshAhead")
			.withMessageContaining("at most ttl PT1S");
		assertThatIllegalArgumentException().isThrownBy(() -> Freshness.ttl(SECOND).refreshAhead(NANO.negated()))
			.withMessageContaining("refreshAhead");
	}

	@Test
	void refreshAheadBelongsToItsModeOnly() {
		for (RefreshMode mode : new RefreshMode[] { RefreshMode.BLOCKING, RefreshMode.STALE_WHILE_REVALIDATE }) {
			assertThatIllegalArgumentException()
				.isThrownBy(() -> new Freshness(SECOND, SECOND, true, mode, NANO, Spread.NONE, SECOND))
				.withMessageContaining("refreshAhead")
				.withMessageContaining("REFRESH_AHEAD");
		}
		assertThat(Freshness.ttl(SECOND).refreshAhead(NANO).staleWhileRevalidate().refreshAhead()).isZero();
	}

	@Test
	void endlessPolicyIsLegalAndSaturates() {
		Freshness policy = Freshness.forever();
		assertThat(policy.ttlNanos()).isEqualTo(Long.MAX_VALUE);
		assertThat(policy.maxStaleNanos()).isEqualTo(Long.MAX_VALUE);
		assertThat(Freshness.ttl(SECOND).maxStale(Freshness.FOREVER).maxStaleNanos()).isEqualTo(Long.MAX_VALUE);
		assertThat(policy.refreshAhead(SECOND).ttl()).isEqualTo(Freshness.FOREVER);
	}

	@Test
	void eachMethodChangesWhatItNamesAndNothingElse() {
		Freshness policy = new Freshness(SECOND, Duration.ofSeconds(2), true, RefreshMode.REFRESH_AHEAD, NANO,
				Spread.jitter(0.5), Duration.ofSeconds(3));
		assertThat(policy.maxStale(Duration.ofSeconds(9))).isEqualTo(new Freshness(SECOND, Duration.ofSeconds(9), true,
				RefreshMode.REFRESH_AHEAD, NANO, Spread.jitter(0.5), Duration.ofSeconds(3)));
		assertThat(policy.neverStaleOnError()).isEqualTo(new Freshness(SECOND, Duration.ofSeconds(2), false,
				RefreshMode.REFRESH_AHEAD, NANO, Spread.jitter(0.5), Duration.ofSeconds(3)));
		assertThat(policy.spread(Spread.NONE)).isEqualTo(new Freshness(SECOND, Duration.ofSeconds(2), true,
				RefreshMode.REFRESH_AHEAD, NANO, Spread.NONE, Duration.ofSeconds(3)));
		assertThat(policy.absentTtl(NANO)).isEqualTo(new Freshness(SECOND, Duration.ofSeconds(2), true,
				RefreshMode.REFRESH_AHEAD, NANO, Spread.jitter(0.5), NANO));
		assertThat(policy.staleWhileRevalidate()).isEqualTo(new Freshness(SECOND, Duration.ofSeconds(2), true,
				RefreshMode.STALE_WHILE_REVALIDATE, Duration.ZERO, Spread.jitter(0.5), Duration.ofSeconds(3)));
	}

	@Test
	void partsMayNotBeNull() {
		assertThatExceptionOfType(NullPointerException.class)
			.isThrownBy(() -> new Freshness(SECOND, SECOND, true, null, SECOND, Spread.NONE, SECOND))
			.withMessage("refreshMode");
		assertThatExceptionOfType(NullPointerException.class).isThrownBy(() -> Freshness.ttl(SECOND).spread(null))
			.withMessage("spread");
	}

}
