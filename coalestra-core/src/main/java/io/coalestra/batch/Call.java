package io.coalestra.batch;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

import io.coalestra.batch.BatchException.Reason;
import org.jspecify.annotations.Nullable;

/**
 * One caller's item, and the future of its answer.
 *
 * <p>
 * The batcher completes it by the methods of this class; who completes it by those of
 * {@link CompletableFuture}, a user or a time limit, has given up, and the item is
 * withdrawn.
 *
 * @param <K> the keys' type
 * @param <V> the values' type
 */
class Call<K, V> extends CompletableFuture<@Nullable V> {

	final K key;

	/** What was captured on the caller's thread. */
	final @Nullable Object captured;

	/** The bulk call that the caller is part of, and that waits for this one. */
	final @Nullable Execution parent;

	private final Withdrawals<K, V> withdrawals;

	/** The batch that it is or was in; under the lock of {@link Gathering}. */
	@Nullable Batch<K, V> batch;

	/** Written by the caller's thread before anybody else has the call. */
	private boolean future;

	// Written before the completion by whoever tries it, so that a reader of the
	// completed
	// future sees it. A failed try changes nothing that a reader may use: see isAbsent.
	private volatile boolean absent;

	Call(K key, @Nullable Object captured, @Nullable Execution parent, Withdrawals<K, V> withdrawals) {
		this.key = key;
		this.captured = captured;
		this.parent = parent;
		this.withdrawals = withdrawals;
	}

	/** Lets it be handed to a user. */
	Call<K, V> asFuture() {
		this.future = true;
		return this;
	}

	/** Whether users may have made stages depend on it. */
	boolean isFuture() {
		return this.future;
	}

	/** Whether a thread waits for it, or a stage. */
	boolean isWaitedFor() {
		return getNumberOfDependents() > 0;
	}

	boolean answer(@Nullable V value) {
		return super.complete(value);
	}

	boolean answerAbsent() {
		this.absent = true;
		return super.complete(null);
	}

	boolean fail(String batcher, Failure failure) {
		return super.completeExceptionally(failure.toStackless(batcher));
	}

	/** Fails it for its own caller's sake, who gives up. */
	boolean giveUp(String batcher, Failure failure) {
		boolean first = fail(batcher, failure);
		if (first) {
			this.withdrawals.withdraw(this);
		}
		return first;
	}

	/** Whether it was answered by there being nothing. */
	boolean isAbsent() {
		return this.absent && state() == State.SUCCESS && resultNow() == null;
	}

	/** Waits for the answer; an interrupt gives up and stays set. */
	@Nullable V await(String batcher) {
		boolean interrupted = false;
		try {
			return get();
		}
		catch (InterruptedException ex) {
			interrupted = true;
			giveUp(batcher, Failure.of(Reason.INTERRUPTED, "the caller was interrupted"));
			return answered();
		}
		catch (ExecutionException ex) {
			return answered();
		}
		finally {
			if (interrupted) {
				Thread.currentThread().interrupt();
			}
		}
	}

	private @Nullable V answered() {
		if (state() == State.SUCCESS) {
			return resultNow();
		}
		if (exceptionNow() instanceof BatchException failure) {
			throw Failure.rethrown(failure);
		}
		throw new IllegalStateException("completed from outside", exceptionNow());
	}

	Outcome<V> awaitOutcome(String batcher) {
		try {
			V value = await(batcher);
			return isAbsent() ? Outcome.absent() : Outcome.success(value);
		}
		catch (BatchException ex) {
			Throwable cause = ex.getCause();
			return Outcome.failed((ex.reason() == Reason.ITEM_FAILED && cause != null) ? cause : ex);
		}
	}

	@Override
	public boolean complete(@Nullable V value) {
		boolean first = super.complete(value);
		if (first) {
			this.withdrawals.withdraw(this);
		}
		return first;
	}

	@Override
	public boolean completeExceptionally(Throwable ex) {
		boolean first = super.completeExceptionally(ex);
		if (first) {
			this.withdrawals.withdraw(this);
		}
		return first;
	}

	@Override
	public boolean cancel(boolean mayInterruptIfRunning) {
		boolean cancelled = super.cancel(mayInterruptIfRunning);
		if (cancelled) {
			this.withdrawals.withdraw(this);
		}
		return cancelled;
	}

	@Override
	public <U> CompletableFuture<U> newIncompleteFuture() {
		// Dependent stages are nobody's items.
		return new CompletableFuture<>();
	}

	/**
	 * Takes back what a caller has given up.
	 *
	 * @param <K> the keys' type
	 * @param <V> the values' type
	 */
	@FunctionalInterface
	interface Withdrawals<K, V> {

		/** Takes it back; any number of times. */
		void withdraw(Call<K, V> call);

	}

}
