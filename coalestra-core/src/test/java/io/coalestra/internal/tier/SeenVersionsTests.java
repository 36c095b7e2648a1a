package io.coalestra.internal.tier;

import java.time.Duration;

import io.coalestra.cache.WriteRule;
import io.coalestra.fixtures.Types;
import io.coalestra.tier.TierVersion;
import io.coalestra.time.SteerableTimeSource;
import org.junit.jupiter.api.Test;

import static io.coalestra.fixtures.Types.BTC;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Generations are microseconds, orders nanoseconds: a generation of 25 was raised at the
 * order of 25,000.
 */
class SeenVersionsTests {

	private final SteerableTimeSource time = new SteerableTimeSource();

	private final SeenVersions seen = new SeenVersions(Duration.ofMinutes(2), this.time);

	private static TierVersion version(long generation, long order) {
		return new TierVersion(generation, 0, order);
	}

	@Test
	void whatIsForcedGoesOverWhatWasMetBefore() {
		this.seen.note(BTC, version(0, 20_000));
		assertThat(this.seen.isForcedAfter(BTC, version(25, 10_000))).isTrue();
		assertThat(this.seen.isForcedAfter(Types.ETH, version(25, 10_000))).as("of which nothing is known").isTrue();
	}

	@Test
	void whatIsForcedIsYetToBeTakenThoughItWasHeardOf() {
		this.seen.note(BTC, version(0, 20_000));
		this.seen.note(BTC, version(25, 10_000));
		assertThat(this.seen.isForcedAfter(BTC, version(25, 10_000))).isTrue();
	}

	@Test
	void whatWasForcedBeforeTheNewestIsNotForcedOverItOnceMore() {
		this.seen.noteForced(BTC, version(25, 10_000));
		this.seen.noteOwn(BTC, 0, 20_000, WriteRule.MONOTONIC);
		assertThat(this.seen.isForcedAfter(BTC, version(25, 10_000))).isFalse();
		assertThat(this.seen.isOlder(BTC, 0, 10_000)).isTrue();
	}

	@Test
	void thatHoldsAlsoWhenTheTierHasForgottenTheGeneration() {
		this.seen.noteForced(BTC, version(25, 10_000));
		this.seen.noteOwn(BTC, 0, 20_000, WriteRule.MONOTONIC);
		this.seen.forgetGeneration(BTC, 1_000);
		assertThat(this.seen.isForcedAfter(BTC, version(25, 10_000))).isFalse();
		this.seen.noteOwn(BTC, 0, 21_000, WriteRule.MONOTONIC);
		assertThat(this.seen.isForcedAfter(BTC, version(25, 10_000))).as("after a further one").isFalse();
		assertThat(this.seen.isForcedAfter(BTC, version(26, 10_000))).as("forced again").isTrue();
	}

	@Test
	void whatWasObservedAfterSomethingWasForcedStays() {
		this.seen.note(BTC, version(0, 30_000_000));
		assertThat(this.seen.isForcedAfter(BTC, version(25, 10_000))).isFalse();
	}

	@Test
	void aRemovalKeepsTheNewestValueInMind() {
		this.seen.note(BTC, version(0, 20_000));
		this.seen.note(BTC, new TierVersion(25, TierVersion.LOWEST_RANK, TierVersion.LOWEST_ORDER));
		assertThat(this.seen.isOlder(BTC, 0, 10_000)).isTrue();
		assertThat(this.seen.isBehind(BTC, version(0, 20_000))).isTrue();
		assertThat(this.seen.isBehind(BTC, version(25, 10_000))).isFalse();
	}

	@Test
	void whatIsMetIsForgottenAfterItsTime() {
		this.seen.note(BTC, version(0, 20_000));
		this.time.advance(Duration.ofMinutes(2));
		assertThat(this.seen.of(BTC)).isNull();
	}

}
