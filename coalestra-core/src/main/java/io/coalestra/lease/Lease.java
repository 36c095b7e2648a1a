package io.coalestra.lease;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import io.coalestra.tier.LeaseTable.Grant;
import io.coalestra.time.TimeSource;
import org.jspecify.annotations.Nullable;

/**
 * The right to be the only one to do something, for a while.
 *
 * <p>
 * A lease ends by itself. Whoever holds it may be stopped for longer than that, by a
 * collection of garbage or a suspended machine, and not notice: what must on no account
 * be done twice also hands the {@linkplain #fencingNumber() fencing number} to whatever
 * it writes to, which refuses numbers lower than one that it has seen. Time is counted
 * from before the lease was asked for, so that this node never thinks that it holds it
 * for longer than the tier does. Safe for concurrent use.
 */
public final class Lease implements AutoCloseable {

	private static final Duration SHORTEST_PAUSE = Duration.ofMillis(10);

	private final Leases leases;

	private final Grant grant;

	private final Duration life;

	private final CompletableFuture<Void> lost = new CompletableFuture<>();

	// Written under this object's monitor; read anywhere. Monotonic nanoseconds.
	private volatile long heldUntil;

	private volatile boolean ended;

	private TimeSource.@Nullable Timer next;

	Lease(Leases leases, Grant grant, Duration life, long heldUntil) {
		this.leases = leases;
		this.grant = grant;
		this.life = life;
		this.heldUntil = heldUntil;
	}

	/**
	 * Returns what is leased.
	 * @return the name
	 */
	public String name() {
		return this.grant.name();
	}

	/**
	 * Returns the number of this lease: greater than that of every earlier one of the
	 * same name.
	 * @return the fencing number
	 */
	public long fencingNumber() {
		return this.grant.fencingNumber();
	}

	/**
	 * Returns whether the lease is held, by this node's clock.
	 * @return false once it was given back, has run out, or was found to be lost
	 */
	public boolean isHeld() {
		return !this.ended && this.leases.now() < this.heldUntil;
	}

	/**
	 * Returns for how long the lease is still held, unless renewed.
	 * @return the span, zero if it is not
	 */
	public Duration remaining() {
		return isHeld() ? Duration.ofNanos(Math.max(0, this.heldUntil - this.leases.now())) : Duration.ZERO;
	}

	/**
	 * Returns what completes, with a value of null, when the lease is found to be lost,
	 * or runs out; never once it was given back.
	 * @return the future
	 */
	public CompletableFuture<Void> lost() {
		return this.lost.copy();
	}

	/**
	 * Requires that the lease is held, by this node's clock.
	 * @throws LeaseException if it is not
	 */
	public void requireHeld() {
		if (!isHeld()) {
			throw lostException();
		}
	}

	private LeaseException lostException() {
		return new LeaseException(name(), LeaseException.Reason.LOST,
				this.ended && !this.lost.isDone() ? "was given back" : "lost; it ran out, or another has it");
	}

	/**
	 * Prolongs the lease by its life, from now on.
	 * @throws LeaseException if it is lost
	 * @throws io.coalestra.tier.TierException if the tier does not answer; the lease is
	 * held until it runs out
	 * @throws InterruptedException if the thread is interrupted
	 */
	public void renew() throws InterruptedException {
		requireHeld();
		long until = this.leases.until(this.life);
		if (!this.leases.await(this.leases.table().renew(this.grant, this.life))) {
			loseIt();
			throw lostException();
		}
		prolong(until);
	}

	private synchronized void prolong(long until) {
		this.heldUntil = Math.max(this.heldUntil, until);
	}

	/**
	 * Renews the lease by itself from here on, whenever a third of what is left of it has
	 * passed: the nearer its end, the sooner a renewal that failed is tried again.
	 */
	synchronized void renewAutomatically() {
		if (!this.ended) {
			Duration third = remaining().dividedBy(3);
			this.next = this.leases.schedule(this::renewalDue,
					(third.compareTo(SHORTEST_PAUSE) > 0) ? third : SHORTEST_PAUSE);
		}
	}

	private void renewalDue() {
		if (!isHeld()) {
			loseIt();
			return;
		}
		long until = this.leases.until(this.life);
		// Nobody waits for the answer; one that does not come in time counts as a
		// failure.
		var unused = this.leases.limited(this.leases.table().renew(this.grant, this.life))
			.whenComplete((held, failure) -> {
				if (held != null && held) {
					prolong(until);
				}
				if (held != null && !held) {
					loseIt();
				}
				else {
					renewAutomatically();
				}
			});
	}

	private void loseIt() {
		boolean news;
		synchronized (this) {
			news = !this.ended;
			this.ended = true;
		}
		if (news) {
			this.leases.forget(this);
			this.lost.complete(null);
		}
	}

	/**
	 * Looks whether the lease has run out, and says so.
	 */
	void checkRunOut() {
		if (this.ended) {
			return;
		}
		long left = this.heldUntil - this.leases.now();
		if (left <= 0) {
			loseIt();
		}
		else {
			this.leases.schedule(this::checkRunOut, Duration.ofNanos(left));
		}
	}

	/**
	 * Gives the lease back, if it is still held. The tier is told, but not waited for:
	 * what does not reach it runs out. May be called any number of times.
	 */
	@Override
	public void close() {
		TimeSource.Timer renewal;
		synchronized (this) {
			if (this.ended) {
				return;
			}
			this.ended = true;
			renewal = this.next;
		}
		if (renewal != null) {
			renewal.cancel();
		}
		this.leases.forget(this);
		this.leases.release(this.grant);
	}

	@Override
	public String toString() {
		return "lease " + name() + " #" + fencingNumber();
	}

}
