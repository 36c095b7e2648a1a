package io.coalestra.tier.coherence;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.coalestra.tier.FaultyTier;
import io.coalestra.tier.InMemoryTier;
import io.coalestra.tier.TierKey;
import io.coalestra.tier.TierLookup;
import io.coalestra.time.SteerableTimeSource;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class TierGateTests {

	private static final Duration BUDGET = Duration.ofMillis(20);

	private static final Duration RECOVERY = Duration.ofSeconds(2);

	private final SteerableTimeSource time = new SteerableTimeSource();

	private final FaultyTier tier = new FaultyTier(new InMemoryTier(this.time));

	private final List<String> changes = new ArrayList<>();

	private final TierGate gate = TierGate.to(this.tier)
		.budget(BUDGET)
		.failureThreshold(3)
		.recoveryTimeout(RECOVERY)
		.timeSource(this.time)
		.onCircuitChange(this.changes::add)
		.build();

	private CompletableFuture<TierAnswer<List<TierLookup>>> read() {
		return this.gate.read((asked) -> asked.read(List.of(new TierKey("a", "b"), new TierKey("a", "c"))));
	}

	private static TierAnswer.Reason reasonOf(CompletableFuture<TierAnswer<List<TierLookup>>> answer) {
		assertThat(answer).isCompleted();
		return (answer.join() instanceof TierAnswer.Withheld<?> withheld) ? withheld.reason() : null;
	}

	@Test
	void anAnswerWithinTheBudgetIsGiven() {
		assertThat(read().join()).isInstanceOfSatisfying(TierAnswer.Given.class,
				(given) -> assertThat((List<?>) given.value()).hasSize(2));
		assertThat(this.gate.silentSince()).isNull();
		assertThat(this.time.pendingTimers()).isZero();
	}

	@Test
	void aRequestOfManyKeysTakesOneBudgetAndNoLonger() {
		this.tier.hold();
		CompletableFuture<TierAnswer<List<TierLookup>>> answer = read();
		this.time.advance(BUDGET.minusNanos(1));
		assertThat(answer).isNotDone();
		this.time.advance(Duration.ofNanos(1));
		assertThat(reasonOf(answer)).isEqualTo(TierAnswer.Reason.LATE);
		assertThat(this.gate.silentSince()).isEqualTo(this.time.now());
	}

	@Test
	void anAnswerThatComesLateChangesNothing() {
		this.tier.hold();
		CompletableFuture<TierAnswer<List<TierLookup>>> answer = read();
		this.time.advance(BUDGET);
		this.tier.heal();
		assertThat(reasonOf(answer)).isEqualTo(TierAnswer.Reason.LATE);
		assertThat(this.gate.state().counts()).isEqualTo(new TierGate.Counts(0, 1, 0, 0));
		assertThat(this.gate.silentSince()).isNotNull();
	}

	@Test
	void anAnswerInTimeIsFollowedByNothing() {
		this.tier.hold();
		CompletableFuture<TierAnswer<List<TierLookup>>> answer = read();
		this.tier.heal();
		assertThat(reasonOf(answer)).isNull();
		this.time.advance(BUDGET);
		assertThat(this.time.pendingTimers()).isZero();
		assertThat(this.gate.state().counts()).isEqualTo(new TierGate.Counts(1, 0, 0, 0));
	}

	@Test
	void manyRequestsHaveOneTimerAndEachItsOwnLimit() {
		List<CompletableFuture<List<TierLookup>>> asked = new ArrayList<>();
		List<CompletableFuture<TierAnswer<List<TierLookup>>>> answers = new ArrayList<>();
		Duration step = BUDGET.dividedBy(10);
		for (int i = 0; i < 6; i++) {
			CompletableFuture<List<TierLookup>> slow = new CompletableFuture<>();
			asked.add(slow);
			answers.add(this.gate.read((same) -> slow));
			this.time.advance(step);
			assertThat(this.time.pendingTimers()).isOne();
		}
		asked.get(0).complete(List.of());
		asked.get(2).complete(List.of());
		// Six steps are over; the second request falls due after eleven, the fourth after
		// thirteen.
		this.time.advance(step.multipliedBy(5).minusNanos(1));
		assertThat(answers.get(1)).isNotDone();
		this.time.advance(Duration.ofNanos(1));
		assertThat(reasonOf(answers.get(1))).isEqualTo(TierAnswer.Reason.LATE);
		this.time.advance(step.multipliedBy(2).minusNanos(1));
		assertThat(answers.get(3)).isNotDone();
		this.time.advance(Duration.ofNanos(1));
		assertThat(reasonOf(answers.get(3))).isEqualTo(TierAnswer.Reason.LATE);
		asked.get(4).complete(List.of());
		asked.get(5).complete(List.of());
		this.time.advance(BUDGET);
		assertThat(this.time.pendingTimers()).isZero();
		assertThat(answers).allSatisfy((answer) -> assertThat(answer).isCompleted());
		assertThat(this.gate.state().counts()).isEqualTo(new TierGate.Counts(4, 2, 0, 0));
	}

	@Test
	void aTierThatKeepsFailingIsLeftAloneUntilAProbeSucceeds() {
		this.tier.fail();
		for (int i = 0; i < 3; i++) {
			assertThat(reasonOf(read())).isEqualTo(TierAnswer.Reason.FAILED);
		}
		int asked = this.tier.calls();
		for (int i = 0; i < 1000; i++) {
			assertThat(reasonOf(read())).isEqualTo(TierAnswer.Reason.CIRCUIT_OPEN);
		}
		assertThat(this.tier.calls()).isEqualTo(asked);
		this.time.advance(RECOVERY);
		assertThat(reasonOf(read())).as("the probe").isEqualTo(TierAnswer.Reason.FAILED);
		assertThat(reasonOf(read())).isEqualTo(TierAnswer.Reason.CIRCUIT_OPEN);
		this.tier.heal();
		this.time.advance(RECOVERY);
		assertThat(reasonOf(read())).isNull();
		assertThat(reasonOf(read())).isNull();
		assertThat(this.gate.silentSince()).isNull();
		assertThat(this.changes).containsExactly("open", "half_open", "open", "half_open", "closed");
		assertThat(this.gate.state().counts()).isEqualTo(new TierGate.Counts(2, 0, 4, 1001));
	}

	@Test
	void whileOneProbesTheOthersAreNotHeldUp() {
		this.tier.fail();
		for (int i = 0; i < 3; i++) {
			assertThat(reasonOf(read())).isEqualTo(TierAnswer.Reason.FAILED);
		}
		this.tier.hold();
		this.time.advance(RECOVERY);
		CompletableFuture<TierAnswer<List<TierLookup>>> probe = read();
		assertThat(probe).isNotDone();
		assertThat(reasonOf(read())).isEqualTo(TierAnswer.Reason.CIRCUIT_OPEN);
		this.tier.heal();
		assertThat(reasonOf(probe)).isNull();
		assertThat(reasonOf(read())).isNull();
	}

	@Test
	void silenceIsDatedByItsFirstRequest() {
		this.tier.fail();
		assertThat(read()).isCompleted();
		var first = this.gate.silentSince();
		this.time.advance(Duration.ofSeconds(1));
		assertThat(read()).isCompleted();
		assertThat(this.gate.silentSince()).isEqualTo(first);
	}

	@Test
	void aQuestionThatThrowsIsAFailure() {
		CompletableFuture<TierAnswer<String>> answer = this.gate.read((asked) -> {
			throw new IllegalStateException("closed");
		});
		assertThat(answer.join())
			.isEqualTo(new TierAnswer.Withheld<>(TierAnswer.Reason.FAILED, "java.lang.IllegalStateException: closed"));
	}

	@Test
	void aQuestionThatEndsInAnErrorOrInNothingAtAllIsAFailure() {
		CompletableFuture<TierAnswer<List<TierLookup>>> broken = this.gate.read((asked) -> {
			throw new NoClassDefFoundError("scripted");
		});
		assertThat(reasonOf(broken)).isEqualTo(TierAnswer.Reason.FAILED);
		assertThat(reasonOf(this.gate.read((asked) -> null))).isEqualTo(TierAnswer.Reason.FAILED);
		assertThat(this.gate.state().counts().failed()).isEqualTo(2);
	}

	@Test
	void whatWasAskedBeforeTheTierWasLeftAloneDoesNotSayThatItAnswers() {
		CompletableFuture<List<TierLookup>> slow = new CompletableFuture<>();
		CompletableFuture<TierAnswer<List<TierLookup>>> answer = this.gate.read((asked) -> slow);
		this.tier.fail();
		for (int i = 0; i < 3; i++) {
			assertThat(reasonOf(read())).isEqualTo(TierAnswer.Reason.FAILED);
		}
		assertThat(this.gate.isAway()).isTrue();
		slow.complete(List.of());
		assertThat(reasonOf(answer)).isNull();
		assertThat(this.gate.isAway()).isTrue();
		assertThat(this.gate.silentSince()).isNotNull();
		assertThat(this.gate.state().reason()).isNotNull();
	}

	@Test
	void aBudgetIsMoreThanZero() {
		assertThatIllegalArgumentException().isThrownBy(() -> TierGate.to(this.tier).budget(Duration.ZERO))
			.withMessage("budget: PT0S (expected: more than zero)");
	}

	@Test
	void aWriteHasALimitOfItsOwn() {
		this.tier.hold();
		CompletableFuture<TierAnswer<Void>> answer = this.gate.write((asked) -> asked.send(new byte[1]));
		this.time.advance(BUDGET);
		assertThat(answer).isNotDone();
		this.time.advance(Duration.ofSeconds(1).minus(BUDGET));
		assertThat(answer).isCompleted();
	}

	@Test
	void itIsAwayUntilAProbeSucceeds() {
		this.tier.fail();
		for (int i = 0; i < 3; i++) {
			assertThat(this.gate.isAway()).isFalse();
			assertThat(read()).isCompleted();
		}
		assertThat(this.gate.isAway()).isTrue();
		assertThat(this.gate.state().reason()).isEqualTo("shared tier memory: scripted");
		this.tier.heal();
		this.time.advance(RECOVERY);
		assertThat(read()).isCompleted();
		assertThat(this.gate.isAway()).isFalse();
		assertThat(this.gate.state().reason()).isNull();
	}

}
