package io.coalestra.spring.boot.autoconfigure.batch;

import java.util.function.BooleanSupplier;

import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Whether the current thread is in a transaction that may write.
 */
final class ReadWriteTransaction implements BooleanSupplier {

	@Override
	public boolean getAsBoolean() {
		return TransactionSynchronizationManager.isActualTransactionActive()
				&& !TransactionSynchronizationManager.isCurrentTransactionReadOnly();
	}

}
