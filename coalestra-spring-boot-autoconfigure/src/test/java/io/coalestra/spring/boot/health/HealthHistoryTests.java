package io.coalestra.spring.boot.health;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

import io.coalestra.health.BuilderHealth;
import io.coalestra.spring.boot.SampleHealth;
import io.coalestra.spring.boot.StubSnapshotBuilder;
import io.coalestra.time.SteerableTimeSource;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Which earlier state a later one is compared with.
 */
class HealthHistoryTests {

	private final SteerableTimeSource time = new SteerableTimeSource();

	private final StubSnapshotBuilder builder = new StubSnapshotBuilder();

	private final HealthHistory history = new HealthHistory(this.builder, this.time, Duration.ofSeconds(60),
			Runnable::run);

	// Every second one more source timeout, so that a sample tells its second.
	private void pass(int seconds) {
		for (int i = 0; i < seconds; i++) {
			this.builder.health = new SampleHealth().sourceTimeouts(this.builder.health.sourceTimeouts() + 1).build();
			this.time.advance(Duration.ofSeconds(1));
		}
	}

	private long baseline() {
		return this.history.baseline().sourceTimeouts() - 8;
	}

	@Test
	void thereIsNoneBeforeTheStart() {
		assertThat(this.history.baseline()).isNull();
	}

	@Test
	void theOldestServesWhileNoneIsOldEnough() {
		this.history.start();
		pass(45);
		assertThat(baseline()).isZero();
	}

	@Test
	void theNewestThatIsOldEnoughServes() {
		this.history.start();
		pass(75);
		assertThat(baseline()).as("of the samples each ten seconds").isEqualTo(10);
		pass(1000);
		assertThat(baseline()).isEqualTo(1010);
	}

	@Test
	void aStateThatCannotBeTakenEndsNothing() {
		AtomicBoolean broken = new AtomicBoolean(true);
		StubSnapshotBuilder moody = new StubSnapshotBuilder() {

			@Override
			public BuilderHealth health() {
				if (broken.get()) {
					throw new IllegalStateException("scripted");
				}
				return super.health();
			}

		};
		HealthHistory of = new HealthHistory(moody, this.time, Duration.ofSeconds(60), Runnable::run);
		of.start();
		assertThat(of.baseline()).isNull();
		broken.set(false);
		this.time.advance(Duration.ofSeconds(10));
		assertThat(of.baseline()).isSameAs(moody.health);
	}

	@Test
	void askingChangesNothing() {
		this.history.start();
		pass(75);
		assertThat(this.history.baseline()).isSameAs(this.history.baseline());
	}

	@Test
	void stoppedItTakesNoMoreAndStartedAgainItBeginsAnew() {
		this.history.start();
		this.history.start();
		assertThat(this.time.pendingTimers()).isOne();
		pass(20);
		this.history.stop();
		assertThat(this.history.isRunning()).isFalse();
		assertThat(this.time.pendingTimers()).isZero();
		pass(100);
		this.history.start();
		assertThat(baseline()).isEqualTo(120);
	}

	@Test
	void aSampleThatTakesLongerThanARestartLeavesOneSeriesOfSamples() {
		List<Runnable> begun = new ArrayList<>();
		HealthHistory slow = new HealthHistory(this.builder, this.time, Duration.ofSeconds(60), begun::add);
		slow.start();
		pass(10);
		slow.stop();
		slow.start();
		assertThat(begun).hasSize(1);
		begun.getFirst().run();
		assertThat(this.time.pendingTimers()).isOne();
	}

	@Test
	void anAgeOfNothingIsRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> new HealthHistory(this.builder, this.time, Duration.ZERO))
			.withMessage("baselineAge: PT0S (expected: more than zero)");
	}

}
