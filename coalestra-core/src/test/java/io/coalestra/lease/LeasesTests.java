package io.coalestra.lease;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

import io.coalestra.tier.FaultyTier;
import io.coalestra.tier.InMemoryTier;
import io.coalestra.tier.ServerProcess;
import io.coalestra.tier.TierException;
import io.coalestra.time.SteerableTimeSource;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class LeasesTests {

	private static final Duration LIFE = Duration.ofSeconds(30);

	private final SteerableTimeSource time = new SteerableTimeSource();

	private final FaultyTier tier = new FaultyTier(new InMemoryTier(this.time));

	private Leases.Builder node() {
		return Leases.on(this.tier).timeSource(this.time).waitFor(Duration.ZERO);
	}

	private final Leases one = node().build();

	private final Leases other = node().build();

	@Test
	void oneAtATimeHoldsALeaseAndTheNumbersRise() throws Exception {
		Lease first = this.one.acquire("job");
		assertThat(first.isHeld()).isTrue();
		assertThatExceptionOfType(LeaseException.class).isThrownBy(() -> this.other.acquire("job"))
			.satisfies((ex) -> assertThat(ex.reason()).isEqualTo(LeaseException.Reason.HELD))
			.withMessage("lease \"job\": held by another");
		assertThat(this.one.tryAcquire("job")).as("not reentrant").isEmpty();
		first.close();
		Lease second = this.other.acquire("job");
		assertThat(second.fencingNumber()).isGreaterThan(first.fencingNumber());
		assertThat(first.isHeld()).isFalse();
	}

	@Test
	void aLeaseThatIsNotRenewedRunsOutAndSaysSo() throws Exception {
		Lease lease = this.one.acquire("job");
		CompletableFuture<Void> lost = lease.lost();
		this.time.advance(LIFE.minusNanos(1));
		assertThat(lease.isHeld()).isTrue();
		assertThat(lost).isNotDone();
		this.time.advance(Duration.ofNanos(1));
		assertThat(lease.isHeld()).isFalse();
		assertThat(lost).isCompleted();
		assertThatExceptionOfType(LeaseException.class).isThrownBy(lease::requireHeld)
			.satisfies((ex) -> assertThat(ex.reason()).isEqualTo(LeaseException.Reason.LOST));
		assertThat(this.other.tryAcquire("job")).isPresent();
	}

	@Test
	void renewingProlongsALease() throws Exception {
		Lease lease = this.one.acquire("job");
		this.time.advance(Duration.ofSeconds(20));
		lease.renew();
		assertThat(lease.remaining()).isEqualTo(LIFE);
		this.time.advance(Duration.ofSeconds(20));
		assertThat(lease.isHeld()).isTrue();
		assertThat(this.other.tryAcquire("job")).isEmpty();
	}

	@Test
	void aLeaseThatRenewsItselfIsHeldUntilItIsGivenBack() throws Exception {
		Lease lease = node().renewal(Leases.Renewal.AUTOMATIC).build().acquire("job");
		this.time.advance(Duration.ofMinutes(10));
		assertThat(lease.isHeld()).isTrue();
		assertThat(this.other.tryAcquire("job")).isEmpty();
		lease.close();
		lease.close();
		assertThat(this.other.tryAcquire("job")).isPresent();
		this.time.advance(Duration.ofMinutes(1));
		assertThat(this.time.pendingTimers()).isZero();
	}

	@Test
	void aRenewalThatFailsIsTriedAgainUntilTheLeaseHasRunOut() throws Exception {
		Lease lease = node().renewal(Leases.Renewal.AUTOMATIC).build().acquire("job");
		this.tier.fail();
		this.time.advance(Duration.ofSeconds(25));
		assertThat(lease.isHeld()).isTrue();
		this.tier.heal();
		this.time.advance(Duration.ofSeconds(25));
		assertThat(lease.isHeld()).as("the second try came in time").isTrue();
		this.tier.fail();
		this.time.advance(Duration.ofSeconds(40));
		assertThat(lease.isHeld()).isFalse();
		assertThat(lease.lost()).isCompleted();
	}

	@Test
	void aTierThatFailsMeansNoLease() {
		this.tier.fail();
		assertThatExceptionOfType(TierException.class).isThrownBy(() -> this.one.acquire("job"));
		assertThatExceptionOfType(TierException.class).isThrownBy(() -> this.one.tryAcquire("job"));
	}

	@Test
	void aTierThatDoesNotAnswerMeansNoLeaseAndALateGrantIsGivenBack() throws Exception {
		this.tier.hold();
		CompletableFuture<Lease> asked = CompletableFuture.supplyAsync(() -> acquired(this.one));
		assertThat(ServerProcess.within(() -> this.tier.held() == 1 && this.time.pendingTimers() == 1)).isTrue();
		this.time.advance(Duration.ofSeconds(2));
		assertThatExceptionOfType(ExecutionException.class).isThrownBy(() -> asked.get(30, TimeUnit.SECONDS))
			.withCauseInstanceOf(TierException.class)
			.withMessageContaining("no answer within PT2S");
		this.tier.heal();
		assertThat(this.other.tryAcquire("job")).isPresent();
	}

	private static Lease acquired(Leases leases) {
		try {
			return leases.acquire("job");
		}
		catch (InterruptedException ex) {
			throw new AssertionError(ex);
		}
	}

	@Test
	void whoWaitsGetsTheLeaseWhenItIsGivenBack() throws Exception {
		Lease lease = this.one.acquire("job");
		// Time passes as quickly as it is steered, however slowly the one who waits runs.
		Leases patient = node().waitFor(Duration.ofDays(1)).life(Duration.ofDays(1)).build();
		CompletableFuture<Lease> waiting = CompletableFuture.supplyAsync(() -> acquired(patient));
		assertThat(ServerProcess.within(() -> this.time.pendingTimers() == 2)).isTrue();
		lease.close();
		assertThat(ServerProcess.within(() -> {
			this.time.advance(Duration.ofMillis(100));
			return waiting.isDone();
		})).isTrue();
		assertThat(waiting.join().isHeld()).isTrue();
	}

	@Test
	void whoWaitsInVainIsToldAfterTheWait() throws Exception {
		Optional<Lease> held = node().renewal(Leases.Renewal.AUTOMATIC).build().tryAcquire("job");
		assertThat(held).isPresent();
		CompletableFuture<Lease> waiting = CompletableFuture
			.supplyAsync(() -> acquired(node().waitFor(Duration.ofSeconds(60)).build()));
		assertThat(ServerProcess.within(() -> {
			this.time.advance(Duration.ofMillis(100));
			return waiting.isDone();
		})).isTrue();
		assertThatExceptionOfType(ExecutionException.class).isThrownBy(waiting::get)
			.havingCause()
			.isInstanceOfSatisfying(LeaseException.class,
					(ex) -> assertThat(ex.reason()).isEqualTo(LeaseException.Reason.TIMED_OUT))
			.withMessage("lease \"job\": held by another for all of PT1M");
	}

	@Test
	void closingGivesEverythingBack() throws Exception {
		this.one.acquire("a");
		this.one.acquire("b");
		this.one.close();
		assertThat(this.other.tryAcquire("a")).isPresent();
		assertThat(this.other.tryAcquire("b")).isPresent();
	}

	@Test
	void boundsAreChecked() {
		assertThatIllegalArgumentException().isThrownBy(() -> node().life(Duration.ZERO))
			.withMessage("life: PT0S (expected: at least PT0.001S)");
		assertThatIllegalArgumentException().isThrownBy(() -> node().waitFor(Duration.ofSeconds(-1)))
			.withMessage("waitFor: PT-1S (expected: not negative)");
		assertThatIllegalArgumentException().isThrownBy(() -> node().pollEvery(Duration.ZERO))
			.withMessage("pollEvery: PT0S (expected: more than zero)");
	}

	// --- replay ---

	@Test
	void aNonceIsFreshOnceAndOnEveryNode() throws Exception {
		ReplayGuard here = ReplayGuard.on(this.tier, "webhook", Duration.ofMinutes(5));
		ReplayGuard there = ReplayGuard.on(this.tier, "webhook", Duration.ofMinutes(5));
		assertThat(here.check("n-1")).isEqualTo(ReplayGuard.Verdict.FRESH);
		assertThat(there.check("n-1")).isEqualTo(ReplayGuard.Verdict.REPLAY);
		assertThat(here.check("n-1")).isEqualTo(ReplayGuard.Verdict.REPLAY);
		assertThat(ReplayGuard.on(this.tier, "webhookn", Duration.ofMinutes(5)).check("-1"))
			.isEqualTo(ReplayGuard.Verdict.FRESH);
		this.time.advance(Duration.ofMinutes(5));
		assertThat(there.check("n-1")).as("the window is over").isEqualTo(ReplayGuard.Verdict.FRESH);
	}

	@Test
	void aGuardWithoutAnAnswerDenies() {
		ReplayGuard guard = ReplayGuard.on(this.tier, "webhook", Duration.ofMinutes(5))
			.answerLimit(Duration.ofMillis(10));
		this.tier.fail();
		assertThatExceptionOfType(TierException.class).isThrownBy(() -> guard.check("n"));
		this.tier.heal();
		this.tier.hold();
		assertThatExceptionOfType(TierException.class).isThrownBy(() -> guard.check("n"))
			.withMessage("shared tier memory: no answer within PT0.01S");
		assertThatIllegalArgumentException().isThrownBy(() -> guard.check(""));
	}

}
