package io.coalestra.spring.boot.collections;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;

import javax.sql.DataSource;

import io.coalestra.collections.transaction.Transactions;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.core.Ordered;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Spring's transactions, as collections take part in them: what a collection has written
 * becomes visible to others after the commit, and after a rollback never.
 *
 * <p>
 * A transaction that is suspended for another one keeps what it has until it goes on.
 * What callbacks of Spring's do after the commit (listeners to events of the transaction,
 * for example) is outside of it, and finds what it has changed. Safe for concurrent use.
 */
public final class SpringTransactions implements Transactions {

	private static final Logger logger = LoggerFactory.getLogger(SpringTransactions.class);

	private final BooleanSupplier joining;

	/**
	 * Makes the transactions of an application, whichever transaction manager runs them:
	 * for rows that no data source keeps, or one whose connections take part in any
	 * transaction (JTA).
	 */
	public SpringTransactions() {
		this.joining = SpringScope::hasTransaction;
	}

	/**
	 * Makes the transactions of a data source. One of another data source, or of a
	 * message broker, is none to collections: what they write is stored at once, and
	 * visible at once.
	 * @param dataSource the data source that keeps the rows
	 */
	public SpringTransactions(DataSource dataSource) {
		Objects.requireNonNull(dataSource, "dataSource");
		this.joining = () -> TransactionalConnections.areOfTransaction(dataSource);
	}

	@Override
	public @Nullable Transaction current() {
		Running known = (Running) TransactionSynchronizationManager.getResource(this);
		if (known != null) {
			return known.isCommitted ? null : known;
		}
		if (!this.joining.getAsBoolean()) {
			return null;
		}
		Running begun = new Running(this);
		TransactionSynchronizationManager.bindResource(this, begun);
		TransactionSynchronizationManager.registerSynchronization(begun);
		return begun;
	}

	/**
	 * A transaction; touched by the thread that it is bound to.
	 */
	private static final class Running implements Transaction, TransactionSynchronization {

		private final Object owner;

		private final IdentityHashMap<Object, Completion> attached = new IdentityHashMap<>();

		private boolean isCommitted;

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

		// Before others learn of the commit, since they may look.
		@Override
		public int getOrder() {
			return Ordered.HIGHEST_PRECEDENCE;
		}

		@Override
		public void suspend() {
			TransactionSynchronizationManager.unbindResource(this.owner);
			SpringScope.left();
		}

		@Override
		public void resume() {
			TransactionSynchronizationManager.bindResource(this.owner, this);
			if (this.isCommitted) {
				SpringScope.committed();
			}
		}

		@Override
		public void savepointRollback(Object savepoint) {
			each("rolled back in part", Completion::rolledBackPartly);
		}

		@Override
		public void afterCommit() {
			this.isCommitted = true;
			SpringScope.committed();
			ended(Outcome.COMMITTED);
		}

		@Override
		public void afterCompletion(int status) {
			TransactionSynchronizationManager.unbindResourceIfPossible(this.owner);
			SpringScope.left();
			if (!this.isCommitted) {
				ended(switch (status) {
					case STATUS_COMMITTED -> Outcome.COMMITTED;
					case STATUS_ROLLED_BACK -> Outcome.ROLLED_BACK;
					default -> Outcome.UNKNOWN;
				});
			}
		}

		private void ended(Outcome outcome) {
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
