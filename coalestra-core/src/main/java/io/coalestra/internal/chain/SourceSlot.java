package io.coalestra.internal.chain;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;

import io.coalestra.internal.capacity.AdaptiveLimit;
import io.coalestra.internal.capacity.Permits;
import io.coalestra.internal.circuit.SourceCircuits;
import io.coalestra.internal.flight.Flight;
import io.coalestra.policy.CircuitPolicy;
import io.coalestra.policy.Resilience;
import io.coalestra.source.AbandonedCalls;
import io.coalestra.source.AdaptiveConcurrency;
import io.coalestra.source.Source;
import io.coalestra.source.SourceDescription;
import io.coalestra.source.SourceSettings;
import io.coalestra.source.TimeoutGuarantee;
import io.coalestra.time.TimeSource;
import org.jspecify.annotations.Nullable;

/**
 * A source at work: its settings resolved, its permits and circuits, and what has been
 * counted of it.
 */
public final class SourceSlot {

	private final Function<CircuitPolicy, SourceCircuits> makeCircuits;

	// Replaced as a whole, under the monitor; whoever reads several parts of it that must
	// agree reads it once.
	private volatile Setup setup;

	// Calls given up that have not ended: counted up by whoever gives up, down by the
	// call.
	private final AtomicInteger runaways = new AtomicInteger();

	private final LongAdder transportViolations = new LongAdder();

	private final LongAdder inlineOverruns = new LongAdder();

	SourceSlot(Source source, Resilience resilience, Function<CircuitPolicy, SourceCircuits> makeCircuits) {
		this.makeCircuits = makeCircuits;
		this.setup = Setup.of(source, resilience, makeCircuits.apply(resilience.circuit()), permits(source.settings()));
	}

	private static @Nullable Permits permits(SourceSettings settings) {
		AdaptiveConcurrency adaptive = settings.adaptiveConcurrency();
		Integer fixed = settings.maxConcurrency();
		return (adaptive != null) ? new Permits(adaptive.minimum()) : (fixed != null) ? new Permits(fixed) : null;
	}

	/**
	 * Changes how the source is called, from the next call on.
	 * @param changes sets what changes
	 * @throws IllegalArgumentException if something is to change that is fixed, or calls
	 * would no longer be sure to end
	 */
	public synchronized void adjust(Consumer<SourceSettings.Builder> changes) {
		Setup before = this.setup;
		// With what applies to it, whoever said so, for that is what changes.
		SourceSettings old = before.source().settings().with((applied) -> applied.resilience(before.resilience()));
		SourceSettings settings = old.with(changes);
		requireUnchanged("priority", old.priority(), settings.priority());
		requireUnchanged("window", old.window(), settings.window());
		requireUnchanged("inline", old.isInline(), settings.isInline());
		requireUnchanged("adaptiveConcurrency", old.adaptiveConcurrency(), settings.adaptiveConcurrency());
		if (before.guarantee().safe() && !TimeoutGuarantee.of(name(), settings).safe()) {
			throw new IllegalArgumentException("source \"" + name() + "\": transportTimeout: "
					+ settings.transportTimeout() + " (expected: below timeout " + settings.timeout() + ")");
		}
		Resilience stated = settings.resilience();
		Resilience resilience = (stated != null) ? stated : before.resilience();
		SourceCircuits circuits = resilience.circuit().equals(before.resilience().circuit()) ? before.circuits()
				: this.makeCircuits.apply(resilience.circuit());
		Integer limit = settings.maxConcurrency();
		Permits permits = (before.permits() != null) ? before.permits() : permits(settings);
		this.setup = Setup.of(before.source().with(settings), resilience, circuits, permits);
		if (permits != null && settings.adaptiveConcurrency() == null) {
			// Not under the lock of the permits, and after the rest: those that come free
			// set calls off.
			permits.limit((limit != null) ? limit : Integer.MAX_VALUE);
		}
	}

	private void requireUnchanged(String option, @Nullable Object before, @Nullable Object after) {
		if (!Objects.equals(before, after)) {
			throw new IllegalArgumentException("source \"" + name() + "\": " + option + ": " + after + " (expected: "
					+ before + ", which cannot change at run time)");
		}
	}

	private static long nanos(@Nullable Duration duration) {
		return (duration != null) ? TimeSource.toNanos(duration) : Long.MAX_VALUE;
	}

	/**
	 * Returns the source.
	 * @return the source
	 */
	public Source source() {
		return this.setup.source();
	}

	/**
	 * Returns the source's name.
	 * @return the name
	 */
	public String name() {
		return this.setup.source().name();
	}

	/**
	 * Returns how its failures are met.
	 * @return the policy
	 */
	public Resilience resilience() {
		return this.setup.resilience();
	}

	/**
	 * Returns its circuits.
	 * @return the circuits
	 */
	public SourceCircuits circuits() {
		return this.setup.circuits();
	}

	/**
	 * Returns its permits.
	 * @return the permits, or null when only the builder's bound it
	 */
	public @Nullable Permits permits() {
		return this.setup.permits();
	}

	@Nullable AdaptiveLimit adaptiveLimit() {
		return this.setup.adaptiveLimit();
	}

	/**
	 * Returns what its declarations come to.
	 * @return the guarantee
	 */
	public TimeoutGuarantee guarantee() {
		return this.setup.guarantee();
	}

	/**
	 * Returns what is known of the source.
	 * @return the description
	 */
	public SourceDescription describe() {
		Setup now = this.setup;
		return new SourceDescription(name(), SourceDescription.Kind.of(now.source()), now.source().settings(),
				now.resilience(), now.guarantee());
	}

	boolean isInline() {
		return this.setup.source().settings().isInline();
	}

	/**
	 * Tells when a call has become pointless. To be asked while it waits for something.
	 * @param flights what the call serves
	 * @param waiting whether it still does; asked first, since nothing is to be looked
	 * for at the end of a read whose call has gone on
	 * @param action what to do; it may be run more than once
	 */
	void whenPointless(List<Flight> flights, BooleanSupplier waiting, Runnable action) {
		Runnable look = () -> {
			if (waiting.getAsBoolean() && isPointless(flights)) {
				action.run();
			}
		};
		flights.forEach((flight) -> flight.whenUnwanted(look));
		look.run();
	}

	/**
	 * Returns whether whatever a call can still bring is of no use: another source was
	 * quicker, the builder was closed, or nobody waits any more and the source asked not
	 * to be called then. Nobody joins the flights from then on.
	 * @param flights what the call serves
	 * @return true if it is to be called off
	 */
	boolean isPointless(List<Flight> flights) {
		boolean sparing = this.setup.source().settings().abandonedCalls() == AbandonedCalls.CANCEL;
		return sparing ? Flight.abandon(flights) : flights.stream().allMatch(Flight::hasLanded);
	}

	long timeout() {
		return this.setup.timeout();
	}

	long queueTimeout() {
		return this.setup.queueTimeout();
	}

	long hedgeDelay() {
		return this.setup.hedgeDelay();
	}

	/**
	 * Returns the calls that were given up and have not ended.
	 * @return the counter
	 */
	public AtomicInteger runaways() {
		return this.runaways;
	}

	/**
	 * Returns the calls that outlasted what the source's client declared.
	 * @return the counter
	 */
	public LongAdder transportViolations() {
		return this.transportViolations;
	}

	/**
	 * Returns the inline calls that held their caller past its time.
	 * @return the counter
	 */
	public LongAdder inlineOverruns() {
		return this.inlineOverruns;
	}

	@Override
	public String toString() {
		return this.setup.source().toString();
	}

	/**
	 * What is decided about the source at one time.
	 */
	private record Setup(Source source, Resilience resilience, SourceCircuits circuits, @Nullable Permits permits,
			@Nullable AdaptiveLimit adaptiveLimit, TimeoutGuarantee guarantee, long timeout, long queueTimeout,
			long hedgeDelay) {

		static Setup of(Source source, Resilience resilience, SourceCircuits circuits, @Nullable Permits permits) {
			SourceSettings settings = source.settings();
			AdaptiveConcurrency adaptive = settings.adaptiveConcurrency();
			return new Setup(source, resilience, circuits, permits,
					(adaptive != null && permits != null) ? new AdaptiveLimit(adaptive, permits) : null,
					TimeoutGuarantee.of(source.name(), settings), nanos(settings.timeout()),
					nanos(settings.queueTimeout()), nanos(settings.hedgeDelay()));
		}

	}

}
