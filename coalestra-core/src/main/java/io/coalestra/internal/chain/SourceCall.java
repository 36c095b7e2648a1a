package io.coalestra.internal.chain;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

import io.coalestra.failure.FailureReason;
import io.coalestra.failure.SourceFailure;
import io.coalestra.internal.capacity.AdaptiveLimit;
import io.coalestra.internal.circuit.Circuit;
import io.coalestra.internal.circuit.SourceCircuits;
import io.coalestra.internal.flight.Flight;
import io.coalestra.internal.flight.Tally;
import io.coalestra.internal.signal.Activities;
import io.coalestra.key.ResourceKey;
import io.coalestra.signal.Activity;
import io.coalestra.signal.EventType;
import io.coalestra.signal.Metric;
import io.coalestra.signal.Watch;
import io.coalestra.source.AbandonedCalls;
import io.coalestra.source.SourceDescription;
import io.coalestra.time.TimeSource;
import org.jspecify.annotations.Nullable;

/**
 * One logical call of a source for one or many flights: circuit, permits, the call
 * itself, and its repetition.
 *
 * <p>
 * The steps follow one another, each begun by the end of the one before, on whichever
 * thread that is; no two run at a time, so the fields need no lock of their own: each
 * hand over (executor, timer, permit queue) publishes them. The circuit is asked before
 * the queue, so that an open one answers at once, and the admission is looked at again
 * when the permits have come, so that a call that queued while the circuit opened is not
 * made.
 */
final class SourceCall {

	private final ChainServices services;

	private final SourceChain chain;

	private final SourceSlot slot;

	private final List<Flight> flights;

	private final Operation operation;

	private final TimeLimits limits;

	private final SourceCircuits circuits;

	private final String discriminator;

	private final Tally tally;

	private final Runnable whenOver;

	private @Nullable Circuit circuit;

	private int generation;

	private int attempts;

	private @Nullable SourceFailure lastFailure;

	private long queuedAt;

	SourceCall(ChainServices services, SourceChain chain, SourceSlot slot, List<Flight> flights, Operation operation,
			Runnable whenOver) {
		this.services = services;
		this.chain = chain;
		this.slot = slot;
		this.flights = flights;
		this.operation = operation;
		this.limits = new TimeLimits(services, slot, this::resource);
		this.circuits = slot.circuits();
		this.discriminator = this.circuits.discriminator(flights.getFirst().key());
		this.tally = flights.getFirst().voyage().tally();
		this.whenOver = whenOver;
	}

	SourceSlot slot() {
		return this.slot;
	}

	List<Flight> flights() {
		return this.flights;
	}

	Operation operation() {
		return this.operation;
	}

	int attempts() {
		return this.attempts;
	}

	// --- circuit ---

	/**
	 * Begins the call on the thread that sends the flights out.
	 */
	void begin() {
		if (admit()) {
			request(Place.SENDER);
		}
	}

	private void beginElsewhere() {
		if (admit()) {
			request(Place.ELSEWHERE);
		}
	}

	private boolean admit() {
		while (true) {
			Circuit found = this.circuits.find(this.discriminator);
			this.circuit = found;
			if (found == null) {
				return true;
			}
			Circuit.Admission admission = found.tryAdmit();
			switch (admission.verdict()) {
				case ADMITTED -> {
					this.generation = admission.generation();
					return true;
				}
				case OPEN -> {
					circuitOpen();
					return false;
				}
				case PROBING -> {
					if (awaitProbe(found)) {
						return false;
					}
				}
			}
		}
	}

	private void circuitOpen() {
		SourceFailure failure = (this.lastFailure != null) ? this.lastFailure
				: SourceFailure.of(this.slot.name(), FailureReason.CIRCUIT_OPEN, "the circuit is open", 0);
		this.services.signals().count(Metric.SOURCE_FETCH, "circuit_open", this.slot.name());
		this.services.signals()
			.emit(EventType.SOURCE_CIRCUIT_OPEN, "source", this.slot.name(), "resource", resource(), "error",
					failure.message());
		trace("circuit", "open");
		this.circuit = null;
		fail(failure, Circuit.Outcome.SKIPPED);
	}

	private boolean awaitProbe(Circuit probed) {
		this.queuedAt = this.services.time().monotonicNanos();
		if (!new ProbeWait(this, probed, this.services.time()).begin()) {
			return false;
		}
		trace("circuit", "half-open: waiting for the probe");
		return true;
	}

	/**
	 * Goes on: the probe of the circuit has ended.
	 */
	void probeEnded() {
		this.services.elsewhere(this::beginElsewhere);
	}

	/**
	 * Gives up: the probe of the circuit has not ended in time.
	 */
	void probeMissed() {
		this.circuit = null;
		this.services.elsewhere(() -> fail(
				SourceFailure.of(this.slot.name(), FailureReason.CIRCUIT_OPEN,
						"the circuit is half-open, and its probe did not end in time", this.attempts),
				Circuit.Outcome.SKIPPED));
	}

	// --- permits ---

	private void request(Place place) {
		this.queuedAt = this.services.time().monotonicNanos();
		Lease[] lease = new Lease[1];
		lease[0] = new Lease(this.slot.permits(), this.services.permits(),
				() -> this.services.elsewhere(() -> call(lease[0], Place.ELSEWHERE)));
		if (lease[0].request()) {
			call(lease[0], place);
			return;
		}
		armQueue(lease[0]);
		whenPointless(lease[0]::isWaiting, () -> {
			if (lease[0].callOff()) {
				recordWait(this.services.time().monotonicNanos());
				calledOff();
			}
		});
	}

	private void armQueue(Lease lease) {
		long limit = waitLimit();
		if (limit != Long.MAX_VALUE) {
			lease.arm(this.services.time(), () -> queueExpired(lease), limit);
		}
	}

	/**
	 * Returns how much longer the call may wait for its turn.
	 * @return nanoseconds; {@link Long#MAX_VALUE} for no bound
	 */
	long waitLimit() {
		long now = this.services.time().monotonicNanos();
		long byQueue = (this.slot.queueTimeout() != Long.MAX_VALUE) ? this.slot.queueTimeout() - (now - this.queuedAt)
				: Long.MAX_VALUE;
		long deadline = latestDeadline();
		long byDeadline = (deadline != Long.MAX_VALUE) ? deadline - now : Long.MAX_VALUE;
		return Math.max(0, Math.min(byQueue, byDeadline));
	}

	private void queueExpired(Lease lease) {
		if (waitLimit() > 0) {
			// Somebody with more patience has joined meanwhile.
			armQueue(lease);
			return;
		}
		if (!lease.callOff()) {
			return;
		}
		long now = this.services.time().monotonicNanos();
		long waited = now - this.queuedAt;
		boolean byQueue = waited >= this.slot.queueTimeout();
		String reason = byQueue ? "queue_timeout" : "snapshot_deadline";
		recordWait(now);
		this.services.signals().count(Metric.SOURCE_CAPACITY_TIMEOUT, this.slot.name(), reason);
		(byQueue ? this.services.counters().queueTimeouts() : this.services.counters().deadlinesExceeded()).increment();
		trace("capacity", "no permit within " + Failures.seconds(waited));
		SourceFailure failure = SourceFailure.of(this.slot.name(),
				byQueue ? FailureReason.QUEUE_TIMEOUT : FailureReason.DEADLINE_EXCEEDED,
				"no permit within " + Failures.seconds(waited), this.attempts);
		this.services.elsewhere(() -> fail(failure, Circuit.Outcome.SKIPPED));
	}

	private void recordWait(long now) {
		this.services.signals().record(Metric.SOURCE_CAPACITY_WAIT, (now - this.queuedAt) / 1e6, this.slot.name());
	}

	// --- calling off ---

	/**
	 * Tells when the call has become pointless. To be asked while the call waits for
	 * something.
	 * @param waiting whether it still does; asked first, since nothing is to be looked
	 * for at the end of a read whose call has gone on
	 * @param action what to do; it may be run more than once
	 */
	void whenPointless(BooleanSupplier waiting, Runnable action) {
		this.slot.whenPointless(this.flights, waiting, action);
	}

	/**
	 * Ends the call, which was pointless and has been called off while it waited for the
	 * probe of another. To be called once.
	 */
	void probeNotAwaited() {
		this.circuit = null;
		calledOff();
	}

	/**
	 * Ends the call, which was pointless and has been called off. To be called once.
	 */
	void calledOff() {
		this.services.elsewhere(() -> {
			if (this.flights.stream().allMatch(Flight::hasLanded)) {
				settleCircuit(Circuit.Outcome.SKIPPED);
				return;
			}
			fail(SourceFailure.of(this.slot.name(), FailureReason.UNWANTED, "nobody waits for the answer any more",
					this.attempts), Circuit.Outcome.SKIPPED);
		});
	}

	// --- the call ---

	private void call(Lease lease, Place place) {
		long now = this.services.time().monotonicNanos();
		recordWait(now);
		if (this.slot.isPointless(this.flights)) {
			// Since the permit was handed over, or the shared tier was asked.
			lease.release();
			calledOff();
			return;
		}
		Circuit admittedBy = this.circuit;
		if (admittedBy != null && !admittedBy.isCurrent(this.generation)) {
			lease.release();
			if (place == Place.SENDER) {
				begin();
			}
			else {
				beginElsewhere();
			}
			return;
		}
		long deadline = latestDeadline();
		SourceFailure refusal = this.limits.refusal(now, deadline, this.attempts);
		if (refusal != null) {
			lease.release();
			boolean blameless = refusal.reason() == FailureReason.DEADLINE_EXCEEDED;
			if (blameless) {
				this.flights.forEach((flight) -> flight.progress().lacked(this.limits.need()));
			}
			fail(refusal, blameless ? Circuit.Outcome.SKIPPED : Circuit.Outcome.FAILURE);
			return;
		}
		attempt(lease, now, deadline, place);
	}

	private void attempt(Lease lease, long now, long deadline, Place place) {
		this.attempts++;
		countCall();
		long latestEnd = Math.min(deadline, TimeSource.plus(now, this.slot.timeout()));
		this.flights.forEach(Flight::depart);
		Watch watch = watched();
		Attempt attempt = new Attempt(this, watch, this.flights, this.operation,
				new CallContext(this.flights.getFirst().voyage(), this.slot.name(), this.attempts, deadline, latestEnd,
						this.services.time(), this.services.store(), this.services.isolation()),
				lease, this.services.running(), this.services.time());
		if (this.slot.isInline() && place == Place.SENDER) {
			attempt.run();
			return;
		}
		if (latestEnd != Long.MAX_VALUE) {
			attempt.arm(() -> expired(attempt), latestEnd - now);
		}
		watchInterest(attempt);
		try {
			this.services.executor().execute(attempt);
		}
		catch (RuntimeException | Error ex) {
			// The executor is full or closed, or there is no thread to be had: the source
			// is not to blame.
			if (attempt.refused()) {
				watch.ended(Watch.End.of("failure", ex));
				fail(Failures.of(this.slot.name(), ex, this.attempts), Circuit.Outcome.SKIPPED);
			}
		}
	}

	// Noted in the flights before those who wait are told: whoever joins meanwhile is
	// told
	// there, or finds it, or both.
	private Watch watched() {
		Activities activities = this.services.signals().activities();
		if (!activities.areWatched()) {
			return Watch.NONE;
		}
		Set<Watch> causes = new LinkedHashSet<>();
		this.flights.forEach((flight) -> causes.addAll(flight.watches()));
		Watch watch = activities.begun((builder) -> new Activity.SourceCall(builder, this.slot.name(),
				SourceDescription.Kind.of(this.slot.source()), this.attempts,
				this.flights.stream().<ResourceKey<?>>map(Flight::key).toList(), Activities.own(causes)));
		for (Flight flight : this.flights) {
			flight.call(watch);
			flight.watches()
				.stream()
				.filter((waiting) -> !causes.contains(waiting))
				.forEach((late) -> late.joined(watch));
		}
		return watch;
	}

	private void countCall() {
		this.tally.add(Tally.Count.SOURCE_CALLS, 1);
		if (this.attempts > 1) {
			this.tally.add(Tally.Count.RETRIES, 1);
		}
		switch (this.operation) {
			case Operation.Batch batch -> {
				this.tally.add(Tally.Count.BATCH_CALLS, 1);
				this.services.signals().record(Metric.SOURCE_BATCH_SIZE, this.flights.size(), this.slot.name());
			}
			case Operation.Derive derive -> this.tally.add(Tally.Count.DERIVED_CALLS, 1);
			case Operation.Single single -> {
			}
		}
	}

	private void watchInterest(Attempt attempt) {
		if (this.slot.source().settings().abandonedCalls() == AbandonedCalls.FINISH) {
			return;
		}
		whenPointless(() -> true, () -> {
			if (attempt.giveUp()) {
				attempt.watch().ended(Watch.End.of("unwanted", null));
				this.slot.runaways().incrementAndGet();
				this.services.elsewhere(
						() -> fail(
								SourceFailure.of(this.slot.name(), FailureReason.UNWANTED,
										"nobody waits for the answer any more", this.attempts),
								Circuit.Outcome.SKIPPED));
			}
		});
	}

	// --- how it ends ---

	private void expired(Attempt attempt) {
		long now = this.services.time().monotonicNanos();
		long deadline = latestDeadline();
		long latestEnd = Math.min(deadline, TimeSource.plus(attempt.begunAt(), this.slot.timeout()));
		if (latestEnd - now > 0) {
			// Somebody with more patience has joined meanwhile.
			attempt.arm(() -> expired(attempt), latestEnd - now);
			return;
		}
		if (!attempt.giveUp()) {
			return;
		}
		this.slot.runaways().incrementAndGet();
		long elapsed = now - attempt.begunAt();
		boolean bySource = elapsed >= this.slot.timeout();
		(bySource ? this.services.counters().sourceTimeouts() : this.services.counters().deadlinesExceeded())
			.increment();
		learn(elapsed, AdaptiveLimit.Outcome.FAILED);
		this.limits.violated("coalestra_timeout", elapsed);
		SourceFailure failure = SourceFailure.of(this.slot.name(),
				bySource ? FailureReason.SOURCE_TIMEOUT : FailureReason.DEADLINE_EXCEEDED,
				"no answer within " + Failures.seconds(elapsed), this.attempts);
		attempt.watch()
			.ended(Watch.End.of(bySource ? "source_timeout" : "deadline_exceeded",
					new TimeoutException(failure.message())));
		this.services.elsewhere(() -> failedAttempt(failure));
	}

	void ended(Attempt attempt, @Nullable Object answer, @Nullable Throwable thrown) {
		long now = this.services.time().monotonicNanos();
		long elapsed = now - attempt.begunAt();
		this.tally.called(this.slot.name(), elapsed);
		// Before those who wait are told, so that it ends before what it is part of.
		attempt.watch().ended(Watch.End.of((thrown == null) ? "success" : "failure", thrown));
		this.limits.ended(elapsed, thrown == null);
		learn(elapsed, (thrown == null) ? AdaptiveLimit.Outcome.ANSWERED : AdaptiveLimit.Outcome.FAILED);
		if (thrown != null) {
			failedAttempt(Failures.of(this.slot.name(), thrown, this.attempts));
			return;
		}
		new Settlement(this.services, this, attempt, answer, elapsed).settle(this.chain);
	}

	void runawayEnded(Attempt attempt) {
		this.slot.runaways().decrementAndGet();
		this.services.signals()
			.emit(EventType.SOURCE_RUNAWAY_ENDED, "source", this.slot.name(), "resource", resource(), "elapsed_seconds",
					(this.services.time().monotonicNanos() - attempt.begunAt()) / 1e9);
	}

	void closed(Attempt attempt) {
		attempt.watch().ended(Watch.End.of("closed", null));
		this.slot.runaways().incrementAndGet();
		this.whenOver.run();
	}

	private void learn(long elapsed, AdaptiveLimit.Outcome outcome) {
		AdaptiveLimit limit = this.slot.adaptiveLimit();
		if (limit != null) {
			limit.learn(elapsed, outcome);
		}
	}

	private void failedAttempt(SourceFailure failure) {
		this.lastFailure = failure;
		long delay = retryDelay(failure);
		if (delay < 0) {
			boolean blameless = failure.reason() == FailureReason.DEADLINE_EXCEEDED;
			fail(failure, blameless ? Circuit.Outcome.SKIPPED : Circuit.Outcome.FAILURE);
			return;
		}
		trace("retry", failure.errorType() + ": " + failure.message() + "; again in " + Failures.seconds(delay));
		new RetryWait(this, this.services.time()).begin(delay);
	}

	/**
	 * Goes on: the time of the next attempt has come.
	 */
	void again() {
		this.services.elsewhere(() -> request(Place.ELSEWHERE));
	}

	// Nanoseconds until the next attempt, or -1 for none.
	private long retryDelay(SourceFailure failure) {
		if (!this.services.retries().allows(this.slot.resilience().retry(), this.attempts, failure)) {
			return -1;
		}
		long delay = this.services.retries().delay(this.slot.resilience().retry(), this.attempts, failure);
		long deadline = latestDeadline();
		boolean fits = deadline == Long.MAX_VALUE || delay < deadline - this.services.time().monotonicNanos();
		return fits ? delay : -1;
	}

	private void fail(SourceFailure failure, Circuit.Outcome outcome) {
		settleCircuit(outcome);
		if (this.operation instanceof Operation.Batch) {
			String status = switch (failure.reason()) {
				case DEADLINE_EXCEEDED -> "deadline_exceeded";
				case QUEUE_TIMEOUT -> "queue_timeout";
				default -> "failure";
			};
			this.services.signals().count(Metric.SOURCE_BATCH_CALL, status, this.slot.name());
		}
		this.chain.failed(this.slot, this.flights, failure);
	}

	void settleCircuit(Circuit.Outcome outcome) {
		Circuit admittedBy = this.circuit;
		if (admittedBy != null) {
			this.circuits.settle(this.discriminator, admittedBy, this.generation, outcome);
		}
		else {
			this.circuits.settleUntracked(this.discriminator, outcome);
		}
		this.whenOver.run();
	}

	// --- small things ---

	private long latestDeadline() {
		long latest = Long.MIN_VALUE;
		for (Flight flight : this.flights) {
			latest = Math.max(latest, flight.deadline());
		}
		return latest;
	}

	private void trace(String action, String detail) {
		long now = this.services.time().monotonicNanos();
		this.flights.forEach((flight) -> flight.trace(now, action, this.slot.name(), detail));
	}

	private String resource() {
		if (this.operation instanceof Operation.Batch) {
			return "";
		}
		ResourceKey<?> key = this.flights.getFirst().key();
		return key.toString();
	}

	/**
	 * Where a step runs: an inline source is called on the thread that sends the flights
	 * out, but never on one that only brings news, such as a timer's.
	 */
	private enum Place {

		SENDER, ELSEWHERE

	}

}
