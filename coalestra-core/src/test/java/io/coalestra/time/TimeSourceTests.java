package io.coalestra.time;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Conversions, which saturate, and the time source of the machine.
 */
class TimeSourceTests {

	@ParameterizedTest
	@ValueSource(strings = { "1970-01-01T00:00:00Z", "1969-12-31T23:59:59.999999999Z", "2026-01-01T00:00:00.000000001Z",
			"1700-01-01T00:00:00.5Z", "2262-01-01T00:00:00Z" })
	void instantsAndNanosecondsConvertBothWays(String text) {
		Instant instant = Instant.parse(text);
		assertThat(TimeSource.toInstant(TimeSource.toEpochNanos(instant))).isEqualTo(instant);
	}

	@Test
	void instantsBeyondTheRangeSaturate() {
		assertThat(TimeSource.toEpochNanos(Instant.MAX)).isEqualTo(Long.MAX_VALUE);
		assertThat(TimeSource.toEpochNanos(Instant.MIN)).isEqualTo(Long.MIN_VALUE);
		assertThat(TimeSource.toEpochNanos(Instant.parse("2262-04-11T23:47:16.854775807Z"))).isEqualTo(Long.MAX_VALUE);
		assertThat(TimeSource.toEpochNanos(Instant.parse("2262-04-11T23:47:16.854775808Z"))).isEqualTo(Long.MAX_VALUE);
	}

	@Test
	void durationsBeyondTheRangeSaturate() {
		assertThat(TimeSource.toNanos(Duration.ofNanos(7))).isEqualTo(7);
		assertThat(TimeSource.toNanos(Duration.ofSeconds(Long.MAX_VALUE))).isEqualTo(Long.MAX_VALUE);
		assertThat(TimeSource.toNanos(Duration.ofSeconds(Long.MIN_VALUE))).isEqualTo(Long.MIN_VALUE);
	}

	@ParameterizedTest
	@CsvSource({ "1,2,3", "-1,1,0", "9223372036854775807,1,9223372036854775807",
			"9223372036854775807,9223372036854775807,9223372036854775807",
			"-9223372036854775808,-1,-9223372036854775808", "9223372036854775807,-9223372036854775808,-1" })
	void sumsSaturate(long one, long other, long sum) {
		assertThat(TimeSource.plus(one, other)).isEqualTo(sum);
		assertThat(TimeSource.plus(other, one)).isEqualTo(sum);
	}

	@ParameterizedTest
	@CsvSource({ "3,1,2", "-1,1,-2", "1,-9223372036854775808,9223372036854775807",
			"-9223372036854775808,1,-9223372036854775808", "9223372036854775807,-1,9223372036854775807",
			"-9223372036854775808,-9223372036854775808,0" })
	void differencesSaturate(long one, long other, long difference) {
		assertThat(TimeSource.minus(one, other)).isEqualTo(difference);
	}

	@Test
	void timeOfTheMachineIsThatOfItsClocks() {
		TimeSource system = TimeSource.system();
		Instant before = Instant.now();
		Instant now = system.now();
		assertThat(now).isBetween(before, Instant.now());
		long monotonic = system.monotonicNanos();
		assertThat(system.monotonicNanos()).isGreaterThanOrEqualTo(monotonic);
	}

	@Test
	void timersOfTheMachineRunOnADaemonThread() throws InterruptedException {
		CountDownLatch ran = new CountDownLatch(1);
		boolean[] daemon = new boolean[1];
		TimeSource.system().schedule(() -> {
			daemon[0] = Thread.currentThread().isDaemon();
			ran.countDown();
		}, -1);
		assertThat(ran.await(1, TimeUnit.MINUTES)).isTrue();
		assertThat(daemon[0]).isTrue();
	}

	@Test
	void cancelledTimerOfTheMachineDoesNotRun() throws InterruptedException {
		CountDownLatch ran = new CountDownLatch(1);
		CountDownLatch later = new CountDownLatch(1);
		TimeSource.Timer timer = TimeSource.system().schedule(ran::countDown, TimeUnit.HOURS.toNanos(1));
		timer.cancel();
		timer.cancel();
		TimeSource.system().schedule(later::countDown, 0);
		assertThat(later.await(1, TimeUnit.MINUTES)).isTrue();
		assertThat(ran.getCount()).isEqualTo(1);
	}

}
