package io.coalestra.spring.boot.collections;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;

import io.coalestra.collections.transaction.Transactions;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Spring's transactions, as collections take part in them: what a collection has written
 * becomes visible to others after the commit, and after a rollback never.
 *
 * <p>
 * A transaction that is suspended for another one keeps what it has until it goes on. It
 * does not matter which transaction manager runs it; one of another data source than the
 * store's only delays what becomes visible. Safe for concurrent use.
 */
public final class SpringTransactions implements Transactions {

	private static final Logger logger = LoggerFactory.getLogger(SpringTransactions.class);

	/**
	 * Makes the transactions of an application.
	 */
	public SpringTransactions() {
		// what there is to know is bound to threads
	}

	@Override
	public @Nullable Transaction current() {
		if (!TransactionSynchronizationManager.isSynchronizationActive()
				|| !TransactionSynchronizationManager.isActualTransactionActive()) {
			return null;
		}
		Running running = (Running) TransactionSynchronizationManager.getResource(this);
		if (running == null) {
			running = new Running(this);
			TransactionSynchronizationManager.bindResource(this, running);
			TransactionSynchronizationManager.registerSynchronization(running);
		}
		return running;
	}

	/**
	 * A transaction; touched by the thread that it is bound to.
	 */
	private static final class Running implements Transaction, TransactionSynchronization {

		private final Object owner;

		private final IdentityHashMap<Object, Completion> attached = new IdentityHashMap<>();

		private Running(Object owner) {
			this.owner = owner;
		}

		@Override
		@SuppressWarnings("unchecked") // an owner attaches one kind of thing
		public <T extends Completion> T attached(Object key, Supplier<T> factory) {
			return (T) this.attached.computeIfAbsent(key, (same) -> Objects.requireNonNull(factory.get()));
		}

		@Override
		public @Nullable Completion attachedOrNull(Object key) {
			return this.attached.get(key);
		}

		@Override
		public void suspend() {
			TransactionSynchronizationManager.unbindResource(this.owner);
		}

		@Override
		public void resume() {
			TransactionSynchronizationManager.bindResource(this.owner, this);
		}

		@Override
		public void savepointRollback(Object savepoint) {
			each("rolled back in part", Completion::rolledBackPartly);
		}

		@Override
		public void afterCompletion(int status) {
			TransactionSynchronizationManager.unbindResourceIfPossible(this.owner);
			Outcome outcome = switch (status) {
				case STATUS_COMMITTED -> Outcome.COMMITTED;
				case STATUS_ROLLED_BACK -> Outcome.ROLLED_BACK;
				default -> Outcome.UNKNOWN;
			};
			each("ended as " + outcome, (completion) -> completion.completed(outcome));
		}

		// The transaction is what it is: nothing that is thrown here may change that.
		private void each(String what, Consumer<Completion> call) {
			List<Completion> told = new ArrayList<>(this.attached.values());
			for (Completion completion : told) {
				try {
					call.accept(completion);
				}
				catch (RuntimeException | Error ex) {
					logger.error("What follows from a transaction that {} failed", what, ex);
				}
			}
		}

	}

}
