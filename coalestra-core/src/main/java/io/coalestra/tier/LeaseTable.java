package io.coalestra.tier;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

/**
 * Leases and nonces as an engine keeps them. Nothing here fails open: whoever gets no
 * answer has neither the lease nor the word that a nonce is new.
 */
public interface LeaseTable {

	/**
	 * Asks for a lease, once.
	 * @param name what is leased: 1 to 200 characters
	 * @param holder who asks: distinct for everybody who may hold it apart from others
	 * @param life how long it is held unless renewed: at least one millisecond
	 * @return {@link Claim.Granted}, or {@link Claim.Held} where another holds it, be it
	 * of the same holder
	 */
	CompletableFuture<Claim> claim(String name, String holder, Duration life);

	/**
	 * Prolongs a lease that is still held.
	 * @param grant the lease
	 * @param life how long from now on: at least one millisecond
	 * @return false if it is no longer held, by expiry or by another
	 */
	CompletableFuture<Boolean> renew(Grant grant, Duration life);

	/**
	 * Gives a lease back; another's is left alone.
	 * @param grant the lease
	 * @return false if it was no longer held
	 */
	CompletableFuture<Boolean> release(Grant grant);

	/**
	 * Records something that must happen once, atomically over all nodes.
	 * @param digest names it: 1 to 200 characters
	 * @param life how long it is remembered at least: at least one millisecond
	 * @return true for the first to record it, false for all others
	 */
	CompletableFuture<Boolean> recordOnce(String digest, Duration life);

	/**
	 * A lease that was granted.
	 *
	 * @param name what is leased
	 * @param holder who holds it
	 * @param fencingNumber greater than that of every lease of the same name granted
	 * before
	 */
	record Grant(String name, String holder, long fencingNumber) {

		/**
		 * Checks.
		 */
		public Grant {
			Objects.requireNonNull(name, "name");
			Objects.requireNonNull(holder, "holder");
		}

	}

	/**
	 * The answer to who asks for a lease.
	 */
	sealed interface Claim {

		/**
		 * It is granted.
		 *
		 * @param grant the lease
		 */
		record Granted(Grant grant) implements Claim {
		}

		/**
		 * Another holds it.
		 *
		 * @param remaining for how long at most, unless renewed; an estimate
		 */
		record Held(Duration remaining) implements Claim {
		}

	}

}
