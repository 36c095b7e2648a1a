package io.coalestra.tier;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * What the engine, and collections, need of a server that several nodes share: versioned
 * bytes by key, messages, and leases.
 *
 * <p>
 * A tier is a cache, not a truth: it may lose what it holds, and after a crash of its
 * server it may go back. What it never does on its own is replace a newer entry by an
 * older one. Implementations are safe for concurrent use. No method but {@link #close()}
 * blocks; a future fails with {@link TierException} when the server does not do what it
 * was asked, and no sooner than the client's own time limit where it does not answer:
 * whoever waits brings a limit. Time budgets, circuits and repetition are the caller's.
 */
public interface SharedTier extends AutoCloseable {

	/**
	 * Returns the tier's name, for health and metrics.
	 * @return the name, such as {@code redis}
	 */
	String name();

	/**
	 * Returns how long after the tier was read a fill may arrive. Removals stand longer.
	 * @return the span
	 */
	Duration longestFill();

	/**
	 * Returns how many bytes a payload may have.
	 * @return the most bytes
	 */
	int maxPayloadBytes();

	/**
	 * Reads entries, all in as few round trips as the engine can: one, for a single
	 * server.
	 * @param keys the keys
	 * @return what is held for each, in their order
	 */
	CompletableFuture<List<TierLookup>> read(List<TierKey> keys);

	/**
	 * Writes, each key atomically by itself, in as few round trips as the engine can.
	 * @param writes the writes; of several for one key the later ones see the earlier
	 * @return what came of each, in their order
	 */
	CompletableFuture<List<TierWriteResult>> write(List<? extends TierWrite> writes);

	/**
	 * Sends a message to every node that has subscribed, this one included, at most once
	 * or at least once as the engine has it, never reliably.
	 * @param message the message, a few kilobytes at most, not copied
	 * @return completes when the server has taken it
	 */
	CompletableFuture<Void> send(byte[] message);

	/**
	 * Listens to what nodes send from now on, and again after every loss of the
	 * connection, until closed.
	 * @param listener is told
	 * @return ends the subscription when closed
	 */
	Subscription subscribe(TierListener listener);

	/**
	 * Returns the leases that the server keeps.
	 * @return the leases
	 */
	LeaseTable leases();

	/**
	 * Returns the state of the connection, from memory.
	 * @return the state
	 */
	TierHealth health();

	/**
	 * Ends subscriptions, and closes what the tier itself opened.
	 */
	@Override
	void close();

	/**
	 * A subscription to messages.
	 */
	interface Subscription extends AutoCloseable {

		/**
		 * Ends the subscription. May be called any number of times.
		 */
		@Override
		void close();

	}

}
