package io.coalestra.internal.engine;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

/**
 * Carries a build through its legs to its result: on the calling thread, or from callback
 * to callback.
 *
 * @param <R> the result's type
 */
final class Course<R> {

	private final Build build;

	private final Function<Build, R> result;

	Course(Build build, Function<Build, R> result) {
		this.build = build;
		this.result = result;
	}

	/**
	 * Goes all the way on the calling thread, which parks while it waits.
	 * @return the result
	 */
	R await() {
		try {
			Leg leg = this.build.first();
			while (leg != null) {
				leg = new BuildWait(this.build, leg).await();
			}
			return result();
		}
		catch (RuntimeException | Error ex) {
			this.build.over(ex);
			throw ex;
		}
	}

	private R result() {
		R made = this.result.apply(this.build);
		this.build.over(null);
		return made;
	}

	/**
	 * Goes as far as it can without waiting, and the rest on the builder's executor.
	 * @return the result to come; cancelling it gives up on the build
	 */
	CompletableFuture<R> promise() {
		return promise((thrown) -> {
			throw thrown;
		});
	}

	/**
	 * Goes as far as it can without waiting, and the rest on the builder's executor.
	 * @param otherwise makes a result of what is thrown on the way, or throws
	 * @return the result to come; cancelling it gives up on the build
	 */
	CompletableFuture<R> promise(Function<RuntimeException, R> otherwise) {
		Promise<R> promise = new Promise<>(otherwise, this.build::over);
		try {
			go(this.build.first(), promise);
		}
		catch (RuntimeException | Error ex) {
			promise.fail(ex);
		}
		return promise;
	}

	private void go(@Nullable Leg leg, Promise<R> promise) {
		if (leg == null) {
			promise.complete(result());
			return;
		}
		BuildWait wait = new BuildWait(this.build, leg);
		promise.underWay(wait);
		wait.whenEnded((ending) -> elsewhere(() -> {
			try {
				go(wait.end(ending), promise);
			}
			catch (Throwable ex) {
				promise.fail(ex);
			}
		}));
		promise.checkCancelled(wait);
	}

	// Dependents of the future are the application's, and must not hold up whoever brings
	// outcomes to others.
	private void elsewhere(Runnable completion) {
		try {
			this.build.parts().services().executor().execute(completion);
		}
		catch (RuntimeException | Error ex) {
			// It refuses, as a full or closed pool does, or has no thread to give.
			Thread.ofVirtual().name("coalestra-completion").start(completion);
		}
	}

	/**
	 * The future of a build. Knows the leg that is under way, so that cancelling ends it:
	 * whoever begins a leg notes it first and looks for a cancellation afterwards,
	 * whoever cancels does it the other way round.
	 */
	private static final class Promise<R> extends CompletableFuture<R> {

		private final Function<RuntimeException, R> otherwise;

		private final Consumer<Throwable> whenOver;

		private volatile @Nullable BuildWait wait;

		private Promise(Function<RuntimeException, R> otherwise, Consumer<Throwable> whenOver) {
			this.otherwise = otherwise;
			this.whenOver = whenOver;
		}

		private void fail(Throwable thrown) {
			this.whenOver.accept(thrown);
			if (!(thrown instanceof RuntimeException exception)) {
				completeExceptionally(thrown);
				return;
			}
			try {
				complete(this.otherwise.apply(exception));
			}
			catch (RuntimeException ex) {
				completeExceptionally(ex);
			}
		}

		private void underWay(BuildWait begun) {
			this.wait = begun;
		}

		private void checkCancelled(BuildWait begun) {
			if (isCancelled()) {
				begun.cancel();
			}
		}

		@Override
		public boolean cancel(boolean mayInterruptIfRunning) {
			boolean cancelled = super.cancel(mayInterruptIfRunning);
			BuildWait begun = this.wait;
			if (cancelled && begun != null) {
				begun.cancel();
				this.whenOver.accept(new CancellationException("cancelled by its caller"));
			}
			return cancelled;
		}

		@Override
		public <U> CompletableFuture<U> newIncompleteFuture() {
			// Derived stages cancel only themselves.
			return new CompletableFuture<>();
		}

	}

}
