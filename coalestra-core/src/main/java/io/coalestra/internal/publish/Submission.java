package io.coalestra.internal.publish;

import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/**
 * Something captured that will be written, and the future of what comes of it.
 *
 * @param <R> what comes of it
 */
final class Submission<R> extends CompletableFuture<R> {

	private final long number;

	// Let go of when it is written, for the future may be kept. Touched by whoever has
	// taken the submission out of the queue.
	private @Nullable Supplier<R> writing;

	private final Backlog backlog;

	// Set by the one thread that writes, and then tells.
	private Runnable outcome = () -> {
	};

	Submission(long number, Supplier<R> writing, Backlog backlog) {
		this.number = number;
		this.writing = writing;
		this.backlog = backlog;
	}

	/**
	 * Returns which submission it is; later ones have greater numbers.
	 */
	long number() {
		return this.number;
	}

	/**
	 * Writes it, once. What it throws is the future's.
	 */
	End write() {
		Supplier<R> captured = Objects.requireNonNull(this.writing);
		this.writing = null;
		try {
			R result = captured.get();
			this.outcome = () -> complete(result);
			return End.WRITTEN;
		}
		catch (Throwable ex) {
			this.outcome = () -> completeExceptionally(ex);
			return End.FAILED;
		}
	}

	/**
	 * Tells what came of writing, and whoever depends on it.
	 */
	void tell() {
		this.outcome.run();
	}

	@Override
	public boolean cancel(boolean mayInterruptIfRunning) {
		if (!this.backlog.withdraw(this)) {
			return isCancelled();
		}
		this.writing = null;
		return super.cancel(mayInterruptIfRunning);
	}

	@Override
	public <U> CompletableFuture<U> newIncompleteFuture() {
		// Derived stages cancel only themselves.
		return new CompletableFuture<>();
	}

	/**
	 * How writing ended.
	 */
	enum End {

		WRITTEN, FAILED

	}

}
