package io.coalestra.internal.chain;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

import io.coalestra.internal.capacity.AdaptiveLimit;
import io.coalestra.internal.capacity.Permits;
import io.coalestra.internal.circuit.SourceCircuits;
import io.coalestra.policy.Resilience;
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

	private final Source source;

	private final Resilience resilience;

	private final SourceCircuits circuits;

	private final @Nullable Permits permits;

	private final @Nullable AdaptiveLimit adaptiveLimit;

	private final TimeoutGuarantee guarantee;

	private final long timeout;

	private final long queueTimeout;

	private final long hedgeDelay;

	// Calls given up that have not ended: counted up by whoever gives up, down by the
	// call.
	private final AtomicInteger runaways = new AtomicInteger();

	private final LongAdder transportViolations = new LongAdder();

	private final LongAdder inlineOverruns = new LongAdder();

	SourceSlot(Source source, Resilience resilience, SourceCircuits circuits) {
		this.source = source;
		this.resilience = resilience;
		this.circuits = circuits;
		SourceSettings settings = source.settings();
		this.guarantee = TimeoutGuarantee.of(source.name(), settings);
		this.timeout = nanos(settings.timeout());
		this.queueTimeout = nanos(settings.queueTimeout());
		this.hedgeDelay = nanos(settings.hedgeDelay());
		AdaptiveConcurrency adaptive = settings.adaptiveConcurrency();
		Integer fixed = settings.maxConcurrency();
		this.permits = (adaptive != null) ? new Permits(adaptive.minimum())
				: (fixed != null) ? new Permits(fixed) : null;
		this.adaptiveLimit = (adaptive != null && this.permits != null) ? new AdaptiveLimit(adaptive, this.permits)
				: null;
	}

	private static long nanos(@Nullable Duration duration) {
		return (duration != null) ? TimeSource.toNanos(duration) : Long.MAX_VALUE;
	}

	/**
	 * Returns the source.
	 * @return the source
	 */
	public Source source() {
		return this.source;
	}

	/**
	 * Returns the source's name.
	 * @return the name
	 */
	public String name() {
		return this.source.name();
	}

	/**
	 * Returns how its failures are met.
	 * @return the policy
	 */
	public Resilience resilience() {
		return this.resilience;
	}

	/**
	 * Returns its circuits.
	 * @return the circuits
	 */
	public SourceCircuits circuits() {
		return this.circuits;
	}

	/**
	 * Returns its permits.
	 * @return the permits, or null when only the builder's bound it
	 */
	public @Nullable Permits permits() {
		return this.permits;
	}

	@Nullable AdaptiveLimit adaptiveLimit() {
		return this.adaptiveLimit;
	}

	/**
	 * Returns what its declarations come to.
	 * @return the guarantee
	 */
	public TimeoutGuarantee guarantee() {
		return this.guarantee;
	}

	/**
	 * Returns what is known of the source.
	 * @return the description
	 */
	public SourceDescription describe() {
		return new SourceDescription(name(), SourceDescription.Kind.of(this.source), this.source.settings(),
				this.resilience, this.guarantee);
	}

	boolean isInline() {
		return this.source.settings().isInline();
	}

	long timeout() {
		return this.timeout;
	}

	long queueTimeout() {
		return this.queueTimeout;
	}

	long hedgeDelay() {
		return this.hedgeDelay;
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
		return this.source.toString();
	}

}
