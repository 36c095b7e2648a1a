package io.coalestra.nats;

import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

import io.coalestra.tier.TierException;

/**
 * Calls of the client that block, made on other threads.
 */
final class NatsCalls {

	private NatsCalls() {
	}

	static <T> CompletableFuture<T> supply(Executor executor, Callable<? extends T> call) {
		CompletableFuture<T> answer = new CompletableFuture<>();
		try {
			executor.execute(() -> {
				try {
					answer.complete(call.call());
				}
				catch (Exception ex) {
					answer.completeExceptionally(ex);
				}
			});
		}
		catch (RejectedExecutionException closed) {
			answer.completeExceptionally(new TierException(NatsTier.NAME, "closed", closed));
		}
		return answer;
	}

	/**
	 * Answers what was asked, and failures as those of the tier.
	 */
	static <T> CompletableFuture<T> failing(CompletableFuture<T> asked) {
		return asked.exceptionallyCompose((failure) -> {
			Throwable cause = (failure instanceof CompletionException && failure.getCause() != null)
					? failure.getCause() : failure;
			return CompletableFuture.failedFuture((cause instanceof TierException known) ? known
					: new TierException(NatsTier.NAME, Objects.toString(cause.getMessage(), cause.toString()), cause));
		});
	}

	/**
	 * Asks something of the buckets, blocking.
	 *
	 * @param <T> the answer
	 */
	@FunctionalInterface
	interface Question<T> {

		T ask(NatsBuckets buckets) throws Exception;

	}

}
