package io.coalestra.tier.coherence;

import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

import io.coalestra.time.TimeSource;
import org.jspecify.annotations.Nullable;

/**
 * Since when a node may have missed something, and what of that its listener was not told
 * yet. What may have been missed is unknown until the listener has been told: only then
 * is nothing used any more that was not compared.
 *
 * <p>
 * Written under this object's monitor, by the tier's threads and a timer's; the moment
 * that comes of it is read without, as it was last written.
 */
final class Doubts {

	private final TimeSource time;

	// How long this node's own echo may be away, in nanoseconds.
	private final long deafness;

	private final Set<Doubt> unsaid = EnumSet.noneOf(Doubt.class);

	private @Nullable Instant unsaidSince;

	// How many threads tell what they took.
	private int telling;

	private @Nullable Instant unsubscribedSince;

	private @Nullable Instant deafSince;

	private long echoAt;

	private volatile @Nullable Instant since;

	/**
	 * Makes the doubts of a node that has not subscribed yet.
	 * @param time the time
	 * @param deafness how long its own echo may be away, in nanoseconds
	 */
	Doubts(TimeSource time, long deafness) {
		this.time = time;
		this.deafness = deafness;
		this.echoAt = time.monotonicNanos();
		this.unsubscribedSince = time.now();
		this.since = this.unsubscribedSince;
	}

	/**
	 * Returns since when something may have been missed.
	 * @return the moment, or null when all is well
	 */
	@Nullable Instant since() {
		return this.since;
	}

	/**
	 * Notes a doubt that is to be told.
	 * @param doubt the doubt
	 */
	synchronized void add(Doubt doubt) {
		this.unsaid.add(doubt);
		this.unsaidSince = (this.unsaidSince != null) ? this.unsaidSince
				: Objects.requireNonNullElseGet(this.since, this.time::now);
		refresh();
	}

	/**
	 * Takes the doubts that are to be told. Whoever takes them tells them, and then says
	 * so.
	 * @return the doubts
	 */
	synchronized List<Doubt> take() {
		List<Doubt> taken = List.copyOf(this.unsaid);
		this.unsaid.clear();
		this.telling++;
		return taken;
	}

	/**
	 * Notes that what was taken has been told.
	 */
	synchronized void told() {
		this.telling--;
		if (this.telling == 0 && this.unsaid.isEmpty()) {
			this.unsaidSince = null;
			refresh();
		}
	}

	/**
	 * Notes that the subscription stands; what was changed before is a doubt.
	 */
	synchronized void subscribed() {
		add(Doubt.SUBSCRIBED);
		this.echoAt = this.time.monotonicNanos();
		this.unsubscribedSince = null;
		this.deafSince = null;
		refresh();
	}

	/**
	 * Notes that the subscription does not stand.
	 */
	synchronized void interrupted() {
		if (this.unsubscribedSince == null) {
			this.unsubscribedSince = this.time.now();
			refresh();
		}
	}

	/**
	 * Notes that this node has heard itself, which is a doubt if it had not for long.
	 * @return true if so
	 */
	synchronized boolean echoed() {
		this.echoAt = this.time.monotonicNanos();
		if (this.deafSince == null) {
			return false;
		}
		add(Doubt.SILENCE);
		this.deafSince = null;
		refresh();
		return true;
	}

	/**
	 * Looks whether this node has not heard itself for long, because its subscription
	 * carries nothing or does not stand.
	 * @return what it is
	 */
	synchronized Hearing listen() {
		if (this.time.monotonicNanos() - this.echoAt <= this.deafness) {
			return Hearing.GOOD;
		}
		if (this.deafSince != null) {
			return Hearing.DEAF;
		}
		this.deafSince = this.time.now();
		refresh();
		return Hearing.FALLEN_DEAF;
	}

	private void refresh() {
		this.since = earliest(this.unsaidSince, earliest(this.unsubscribedSince, this.deafSince));
	}

	/**
	 * Returns the earlier of two moments.
	 * @param one a moment, or null
	 * @param other another, or null
	 * @return the earlier, or null where there is none
	 */
	static @Nullable Instant earliest(@Nullable Instant one, @Nullable Instant other) {
		if (one == null || other == null) {
			return (one != null) ? one : other;
		}
		return one.isBefore(other) ? one : other;
	}

	/**
	 * Whether a node hears itself.
	 */
	enum Hearing {

		/** It does, or did lately. */
		GOOD,

		/** It does not, since this look. */
		FALLEN_DEAF,

		/** It has not for some time. */
		DEAF

	}

}
