package io.coalestra.collections.transaction;

import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/**
 * Tells a collection whether its caller is in a transaction, and how that ends. The store
 * takes part in the same transaction by its own means, on the calling thread; this is
 * only about what becomes visible to others, and when.
 *
 * <p>
 * Implementations are safe for concurrent use.
 */
@FunctionalInterface
public interface Transactions {

	/** There are none: each write is committed when its store has taken it. */
	Transactions NONE = () -> null;

	/**
	 * Returns the transaction that the calling thread is in. Called with every read:
	 * quick.
	 * @return the transaction, the same object until it ends; or null
	 */
	@Nullable Transaction current();

	/**
	 * A transaction, used by the one thread that is in it.
	 */
	interface Transaction {

		/**
		 * Returns what was attached to this transaction for an owner, and attaches it if
		 * it is the first time. It is told how the transaction ends.
		 * @param <T> what is attached
		 * @param owner whose it is, compared by identity
		 * @param factory makes it
		 * @return what is attached
		 */
		<T extends Completion> T attached(Object owner, Supplier<T> factory);

		/**
		 * Returns what was attached to this transaction for an owner.
		 * @param owner whose it is
		 * @return what is attached, or null
		 */
		@Nullable Completion attachedOrNull(Object owner);

	}

	/**
	 * Is told how a transaction ends, once, after the end, on the thread that ended it.
	 * What it throws must not change the end.
	 */
	interface Completion {

		/**
		 * The transaction has ended.
		 * @param outcome how
		 */
		void completed(Outcome outcome);

		/**
		 * Part of what was written in the transaction was taken back, and the transaction
		 * goes on.
		 */
		void rolledBackPartly();

	}

	/**
	 * How a transaction ended.
	 */
	enum Outcome {

		/** What was written stands. */
		COMMITTED,

		/** What was written is undone. */
		ROLLED_BACK,

		/** Nobody knows, as where the connection broke during the commit. */
		UNKNOWN

	}

}
