package io.coalestra.internal.flight;

import java.util.ArrayList;
import java.util.List;

import io.coalestra.cache.Revision;
import io.coalestra.cache.WriteRule;
import io.coalestra.cache.WriteStatus;
import io.coalestra.failure.SourceFailure;
import org.jspecify.annotations.Nullable;

/**
 * How far a flight has come along its chain of sources, and what they made of it so far.
 *
 * <p>
 * Written by the calls that serve the flight, and read by whoever ends it or reports it;
 * all of it is guarded by the flight's monitor, since a call that begins or fails has to
 * know whether the flight goes on.
 */
public final class ChainProgress {

	private final Flight flight;

	private int nextSource;

	private int callsInProgress;

	private List<SourceFailure> failures = List.of();

	// The best of what sources gave past its time to live, as long as it may yet stand
	// in.
	private @Nullable Revision<?> staleAnswer;

	// The least time that would have sufficed for a call that was not made for want of
	// it.
	private long lacked = Long.MAX_VALUE;

	ChainProgress(Flight flight) {
		this.flight = flight;
	}

	/**
	 * Notes that the flight is with a source, and so no longer about to ask the one after
	 * the last.
	 * @param position the source's position in the chain
	 * @return false if the flight has ended, or is past that position already
	 */
	public boolean callBegins(int position) {
		synchronized (this.flight) {
			if (this.flight.hasLanded() || position < this.nextSource) {
				return false;
			}
			this.nextSource = position + 1;
			this.callsInProgress++;
			return true;
		}
	}

	/**
	 * Notes that a source's call has come to nothing for the flight.
	 * @param failure what it came to
	 * @return true if the next source is to be asked: no other call is in progress and
	 * the flight has not ended
	 */
	public boolean callFailed(SourceFailure failure) {
		synchronized (this.flight) {
			note(failure);
			this.callsInProgress--;
			return this.callsInProgress == 0 && !this.flight.hasLanded();
		}
	}

	/**
	 * Notes a failure.
	 * @param failure the failure
	 */
	public void note(SourceFailure failure) {
		synchronized (this.flight) {
			if (this.failures.isEmpty()) {
				this.failures = new ArrayList<>(2);
			}
			this.failures.add(failure);
		}
	}

	/**
	 * Returns what the sources' attempts came to.
	 * @return the failures so far, a copy
	 */
	public List<SourceFailure> failures() {
		synchronized (this.flight) {
			return List.copyOf(this.failures);
		}
	}

	/**
	 * Returns whether no source is at work for the flight.
	 * @return true if no call is in progress
	 */
	public boolean isIdle() {
		synchronized (this.flight) {
			return this.callsInProgress == 0;
		}
	}

	/**
	 * Returns the position of the source to ask next.
	 * @return the position in the chain
	 */
	public int nextSource() {
		synchronized (this.flight) {
			return this.nextSource;
		}
	}

	/**
	 * Passes over sources that do not support the key.
	 * @param position the position to ask next
	 */
	public void skipTo(int position) {
		synchronized (this.flight) {
			this.nextSource = Math.max(this.nextSource, position);
		}
	}

	/**
	 * Notes that a call was not made because there was too little time for it.
	 * @param need how much it would have needed, in nanoseconds
	 */
	public void lacked(long need) {
		synchronized (this.flight) {
			this.lacked = Math.min(this.lacked, need);
		}
	}

	/**
	 * Returns whether somebody has time for what the flight had not.
	 * @param span how much time that one has, in nanoseconds
	 * @return false if no call was left out that so much would do for, though some were
	 */
	public boolean isEnough(long span) {
		synchronized (this.flight) {
			return this.lacked == Long.MAX_VALUE || span > this.lacked;
		}
	}

	/**
	 * Keeps what a source gave past its time to live, whatever the cache makes of it: it
	 * may be too small for it, or the key may have been invalidated.
	 * @param answer the source's answer
	 */
	public void keepStale(Revision<?> answer) {
		synchronized (this.flight) {
			Revision<?> kept = this.staleAnswer;
			if (kept == null || isBetter(answer, kept)) {
				this.staleAnswer = answer;
			}
		}
	}

	/**
	 * Takes the best of what sources gave past its time to live, for a value that may
	 * stand in.
	 * @param cached what is in the cache, or null
	 * @param now the time
	 * @return the better of the two, by authority and then by time; null where there is
	 * neither
	 */
	public @Nullable Revision<?> bestStale(@Nullable Revision<?> cached, long now) {
		synchronized (this.flight) {
			Revision<?> kept = this.staleAnswer;
			boolean usable = kept != null && now <= kept.lifetime().usableUntil();
			return (kept != null && usable && (cached == null || isBetter(kept, cached))) ? kept : cached;
		}
	}

	private static boolean isBetter(Revision<?> one, Revision<?> other) {
		return WriteRule.MONOTONIC.decide(one.provenance().rank(), one.provenance().observedAt(),
				other.provenance()) == WriteStatus.STORED;
	}

	/**
	 * Lets go of what could have stood in: the flight has ended, and snapshots may
	 * remember it for longer.
	 */
	void over() {
		this.staleAnswer = null;
	}

}
