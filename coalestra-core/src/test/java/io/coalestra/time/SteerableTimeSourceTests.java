package io.coalestra.time;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * The clock that tests steer.
 */
class SteerableTimeSourceTests {

	private final SteerableTimeSource time = new SteerableTimeSource();

	private final List<String> ran = new ArrayList<>();

	@Test
	void timeStandsStillUntilItIsMoved() {
		Instant start = this.time.now();
		assertThat(start).isEqualTo(Instant.parse("2026-01-01T00:00:00Z"));
		assertThat(this.time.now()).isEqualTo(start);
		long monotonic = this.time.monotonicNanos();
		this.time.advance(Duration.ofMillis(5));
		assertThat(this.time.now()).isEqualTo(start.plusMillis(5));
		assertThat(this.time.monotonicNanos() - monotonic).isEqualTo(5_000_000);
	}

	@Test
	void timersRunInTheOrderOfTheirTimeThenOfTheirScheduling() {
		schedule("c", 3);
		schedule("a1", 1);
		schedule("b", 2);
		schedule("a2", 1);
		this.time.advance(Duration.ofNanos(3));
		assertThat(this.ran).containsExactly("a1", "a2", "b", "c");
	}

	@Test
	void timerRunsAtItsVeryTimeAndNotBefore() {
		schedule("a", 10);
		this.time.advance(Duration.ofNanos(9));
		assertThat(this.ran).isEmpty();
		assertThat(this.time.pendingTimers()).isEqualTo(1);
		this.time.advance(Duration.ofNanos(1));
		assertThat(this.ran).containsExactly("a");
		assertThat(this.time.pendingTimers()).isZero();
	}

	@Test
	void clocksShowATimersOwnTimeWhileItRuns() {
		Instant start = this.time.now();
		List<Instant> seen = new ArrayList<>();
		this.time.schedule(() -> seen.add(this.time.now()), 5);
		this.time.schedule(() -> seen.add(this.time.now()), 7);
		this.time.advance(Duration.ofNanos(100));
		assertThat(seen).containsExactly(start.plusNanos(5), start.plusNanos(7));
		assertThat(this.time.now()).isEqualTo(start.plusNanos(100));
	}

	@Test
	void timerWithoutDelayWaitsForTheNextAdvance() {
		schedule("zero", 0);
		schedule("negative", -5);
		assertThat(this.ran).isEmpty();
		this.time.advance(Duration.ZERO);
		assertThat(this.ran).containsExactly("zero", "negative");
	}

	@Test
	void whatATimerSchedulesRunsInTheSameAdvanceIfItFallsDue() {
		this.time.schedule(() -> {
			this.ran.add("outer");
			schedule("inner", 5);
			schedule("later", 6);
		}, 5);
		schedule("between", 7);
		this.time.advance(Duration.ofNanos(10));
		assertThat(this.ran).containsExactly("outer", "between", "inner");
		this.time.advance(Duration.ofNanos(1));
		assertThat(this.ran).containsExactly("outer", "between", "inner", "later");
	}

	@Test
	void timerThatAdvancesTheTimeItselfNeverMakesItGoBack() {
		Instant start = this.time.now();
		this.time.schedule(() -> this.time.advance(Duration.ofNanos(100)), 5);
		schedule("b", 50);
		this.time.advance(Duration.ofNanos(10));
		assertThat(this.ran).containsExactly("b");
		assertThat(this.time.monotonicNanos()).isEqualTo(105);
		assertThat(this.time.now()).isEqualTo(start.plusNanos(105));
	}

	@Test
	void cancelledTimerDoesNotRunHoweverOftenItIsCancelled() {
		TimeSource.Timer timer = schedule("a", 1);
		schedule("b", 1);
		timer.cancel();
		timer.cancel();
		assertThat(this.time.pendingTimers()).isEqualTo(1);
		this.time.advance(Duration.ofNanos(1));
		timer.cancel();
		assertThat(this.ran).containsExactly("b");
	}

	@Test
	void timerMayCancelAnotherThatIsDueAtTheSameTime() {
		TimeSource.Timer[] second = new TimeSource.Timer[1];
		this.time.schedule(() -> second[0].cancel(), 1);
		second[0] = schedule("a", 1);
		this.time.advance(Duration.ofNanos(1));
		assertThat(this.ran).isEmpty();
	}

	@Test
	void cancellingOneOfTwoEqualTimersLeavesTheOther() {
		Runnable task = () -> this.ran.add("a");
		this.time.schedule(task, 1).cancel();
		this.time.schedule(task, 1);
		this.time.advance(Duration.ofNanos(1));
		assertThat(this.ran).containsExactly("a");
	}

	@Test
	void wallClockMayGoBackWhileMonotonicTimeAndTimersGoOn() {
		Instant start = this.time.now();
		schedule("a", 10);
		this.time.advance(Duration.ofNanos(4));
		this.time.setWallClock(start.minusSeconds(3600));
		assertThat(this.time.monotonicNanos()).isEqualTo(4);
		this.time.advance(Duration.ofNanos(6));
		assertThat(this.ran).containsExactly("a");
		assertThat(this.time.now()).isEqualTo(start.minusSeconds(3600).plusNanos(6));
	}

	@Test
	void timerThatThrowsEndsTheAdvanceAtItsTimeAndTheRestRunsWithTheNext() {
		this.time.schedule(() -> {
			throw new IllegalStateException("broken");
		}, 1);
		schedule("a", 2);
		assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> this.time.advance(Duration.ofNanos(5)));
		assertThat(this.time.monotonicNanos()).isEqualTo(1);
		this.time.advance(Duration.ofNanos(1));
		assertThat(this.ran).containsExactly("a");
	}

	@Test
	void goingBackByAdvancingIsRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.time.advance(Duration.ofNanos(-1)))
			.withMessageContaining("step: PT-0.000000001S");
	}

	@Test
	void advancingBeyondTheEndOfTimeStaysThere() {
		schedule("a", Long.MAX_VALUE);
		this.time.advance(Duration.ofSeconds(Long.MAX_VALUE));
		assertThat(this.ran).containsExactly("a");
		this.time.advance(Duration.ofDays(1));
		assertThat(this.time.monotonicNanos()).isEqualTo(Long.MAX_VALUE);
		assertThat(this.time.epochNanos()).isEqualTo(Long.MAX_VALUE);
	}

	@ParameterizedTest
	@ValueSource(longs = { 1, 2, 3 })
	void anyStepsRunTheSameTimersInTheSameOrder(long seed) {
		Random random = new Random(seed);
		List<long[]> expected = new ArrayList<>();
		List<Long> actual = new ArrayList<>();
		for (int i = 0; i < 200; i++) {
			long delay = random.nextInt(100);
			long number = i;
			expected.add(new long[] { delay, number });
			this.time.schedule(() -> actual.add(number), delay);
		}
		while (this.time.monotonicNanos() < 100) {
			this.time.advance(Duration.ofNanos(random.nextInt(20)));
		}
		expected.sort(Comparator.comparingLong((long[] timer) -> timer[0]).thenComparingLong((timer) -> timer[1]));
		assertThat(actual).isEqualTo(expected.stream().map((timer) -> timer[1]).toList());
	}

	private TimeSource.Timer schedule(String name, long delayNanos) {
		return this.time.schedule(() -> this.ran.add(name), delayNanos);
	}

}
