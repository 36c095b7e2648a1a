package io.coalestra.spring.boot.collections;

import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * What the calling thread is in the middle of, as far as Spring's transactions go.
 */
final class SpringScope {

	// Bound from the commit until the transaction is cleaned up: until then Spring says
	// that it is still active, and what is done on its connection is done by nobody.
	private static final Object COMMITTED = new Object();

	private SpringScope() {
	}

	/**
	 * Returns whether a transaction runs that has not been committed.
	 * @return true if so
	 */
	static boolean hasTransaction() {
		return TransactionSynchronizationManager.isSynchronizationActive()
				&& TransactionSynchronizationManager.isActualTransactionActive()
				&& !TransactionSynchronizationManager.hasResource(COMMITTED);
	}

	/**
	 * Notes that the transaction was committed.
	 */
	static void committed() {
		if (!TransactionSynchronizationManager.hasResource(COMMITTED)) {
			TransactionSynchronizationManager.bindResource(COMMITTED, COMMITTED);
		}
	}

	/**
	 * Notes that another transaction takes its place, or that it is over.
	 */
	static void left() {
		TransactionSynchronizationManager.unbindResourceIfPossible(COMMITTED);
	}

}
