package io.coalestra.collections.transaction;

import java.util.IdentityHashMap;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Transactions that a program runs by itself, a thread each: for programs that have no
 * framework to do so.
 *
 * <pre>{@code
 * transactions.call(connections::inTransaction, () -> {
 *     accounts.update(from, (account) -> account.minus(amount));
 *     accounts.update(to, (account) -> account.plus(amount));
 *     return null;
 * });
 * }</pre>
 *
 * Safe for concurrent use.
 */
public final class ThreadTransactions implements Transactions {

	private static final Logger logger = LoggerFactory.getLogger(ThreadTransactions.class);

	@SuppressWarnings("ThreadLocalUsage") // each has transactions of its own
	private final ThreadLocal<@Nullable Running> running = new ThreadLocal<>();

	/**
	 * Makes the transactions of a program.
	 */
	public ThreadTransactions() {
		// nothing is known before the first call
	}

	/**
	 * Runs work in a transaction, or in the one that the thread is in. Work that throws
	 * is rolled back; where it is the runner that throws, what became of the work is not
	 * known.
	 * @param <T> the result's type
	 * @param runner begins a transaction of the store on this thread, runs what it is
	 * given, and commits it, or rolls it back if that throws
	 * @param work the work
	 * @return what the work returned
	 * @throws Exception what the work or the runner threw
	 */
	public <T extends @Nullable Object> T call(Runner runner, Callable<T> work) throws Exception {
		Objects.requireNonNull(work, "work");
		if (this.running.get() != null) {
			return work.call();
		}
		Running transaction = new Running();
		boolean committed = false;
		this.running.set(transaction);
		try {
			T result = runner.run(() -> {
				T value = work.call();
				transaction.returned = true;
				return value;
			});
			committed = true;
			return result;
		}
		finally {
			this.running.remove();
			transaction.end(committed);
		}
	}

	@Override
	public @Nullable Transaction current() {
		return this.running.get();
	}

	/**
	 * Runs work in a transaction of the store.
	 */
	public interface Runner {

		/**
		 * Runs work: commits if it returns, and rolls back if it throws.
		 * @param <T> the result's type
		 * @param work the work
		 * @return what the work returned
		 * @throws Exception what the work threw, or why there was no transaction
		 */
		<T extends @Nullable Object> T run(Callable<T> work) throws Exception;

	}

	/**
	 * A transaction; touched by its thread alone.
	 */
	private static final class Running implements Transaction {

		private final IdentityHashMap<Object, Completion> attached = new IdentityHashMap<>();

		private boolean returned;

		@Override
		@SuppressWarnings("unchecked") // an owner attaches one kind of thing
		public <T extends Completion> T attached(Object owner, Supplier<T> factory) {
			return (T) this.attached.computeIfAbsent(owner, (same) -> factory.get());
		}

		@Override
		public @Nullable Completion attachedOrNull(Object owner) {
			return this.attached.get(owner);
		}

		private void end(boolean committed) {
			Outcome rolledBack = this.returned ? Outcome.UNKNOWN : Outcome.ROLLED_BACK;
			Outcome outcome = committed ? Outcome.COMMITTED : rolledBack;
			for (Completion completion : this.attached.values()) {
				try {
					completion.completed(outcome);
				}
				catch (RuntimeException | Error ex) {
					logger.error("What follows from a transaction that ended as {} failed", outcome, ex);
				}
			}
		}

	}

}
