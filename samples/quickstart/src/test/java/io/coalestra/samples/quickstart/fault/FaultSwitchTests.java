package io.coalestra.samples.quickstart.fault;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.coalestra.failure.SourceUnavailableException;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

class FaultSwitchTests {

	private final FaultSwitch fault = new FaultSwitch(Backend.PROC, Duration.ofHours(1));

	@Test
	void atFirstNothingIsWrong() {
		assertThat(this.fault.mode()).isEqualTo(FaultMode.OFF);
		assertThatCode(this.fault::strike).doesNotThrowAnyException();
	}

	@Test
	void anErrorStrikesUntilItIsSwitchedOff() {
		this.fault.turnTo(FaultMode.ERROR);
		assertThatExceptionOfType(SourceUnavailableException.class).isThrownBy(this.fault::strike);
		this.fault.turnTo(FaultMode.OFF);
		assertThatCode(this.fault::strike).doesNotThrowAnyException();
	}

	@Test
	void whoeverWaitsGoesOnWhenItIsSwitchedOff() {
		CompletableFuture<Void> passed = new CompletableFuture<>();
		this.fault.turnTo(FaultMode.SLOW);
		Thread reader = startReader(passed);
		await().atMost(30, TimeUnit.SECONDS).until(() -> reader.getState() == Thread.State.TIMED_WAITING);
		this.fault.turnTo(FaultMode.OFF);
		assertThat(passed).succeedsWithin(30, TimeUnit.SECONDS);
	}

	@Test
	void anInterruptEndsTheWait() {
		CompletableFuture<Void> passed = new CompletableFuture<>();
		this.fault.turnTo(FaultMode.SLOW);
		Thread reader = startReader(passed);
		reader.interrupt();
		assertThat(passed).failsWithin(30, TimeUnit.SECONDS)
			.withThrowableThat()
			.withCauseInstanceOf(InterruptedException.class);
	}

	private Thread startReader(CompletableFuture<Void> passed) {
		return Thread.startVirtualThread(() -> {
			try {
				this.fault.strike();
				passed.complete(null);
			}
			catch (InterruptedException ex) {
				passed.completeExceptionally(ex);
			}
		});
	}

}
