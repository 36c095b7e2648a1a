package io.coalestra.internal.chain;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.TimeoutException;
import java.util.random.RandomGenerator;

import io.coalestra.failure.FailureReason;
import io.coalestra.failure.SourceFailure;
import io.coalestra.failure.SourceUnavailableException;
import io.coalestra.policy.RetryPolicy;
import io.coalestra.time.TimeSource;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a failed call is made again, and after how long.
 */
public final class Retries {

	private static final int MAX_DOUBLINGS = 60;

	private final RandomGenerator random;

	/**
	 * Makes the rule.
	 * @param random draws jitter
	 */
	public Retries(RandomGenerator random) {
		this.random = random;
	}

	boolean allows(RetryPolicy policy, int attempts, SourceFailure failure) {
		return attempts < policy.maxAttempts()
				&& (failure.reason() == FailureReason.SOURCE_TIMEOUT || mayPass(failure.cause()));
	}

	private static boolean mayPass(@Nullable Throwable thrown) {
		return thrown instanceof SourceUnavailableException || thrown instanceof IOException
				|| thrown instanceof UncheckedIOException || thrown instanceof TimeoutException;
	}

	/**
	 * Returns how long to wait: doubled with each attempt, bounded, spread by the jitter,
	 * and no less than what the back end itself asked for.
	 */
	long delay(RetryPolicy policy, int attempts, SourceFailure failure) {
		double doubled = TimeSource.toNanos(policy.baseDelay()) * Math.pow(2, Math.min(MAX_DOUBLINGS, attempts - 1.0));
		double bounded = Math.min((double) TimeSource.toNanos(policy.maxDelay()), doubled);
		double spread = bounded * (1 + policy.jitterRatio() * (2 * this.random.nextDouble() - 1));
		return Math.max((long) spread, askedFor(failure));
	}

	private static long askedFor(SourceFailure failure) {
		return (failure.cause() instanceof SourceUnavailableException unavailable)
				? unavailable.retryAfter().map(TimeSource::toNanos).orElse(0L) : 0;
	}

}
