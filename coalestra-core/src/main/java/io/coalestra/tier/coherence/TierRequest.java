package io.coalestra.tier.coherence;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;

import io.coalestra.internal.expiry.ExpiryQueue;
import io.coalestra.tier.SharedTier;
import io.coalestra.time.TimeSource;
import org.jspecify.annotations.Nullable;

/**
 * One request to a tier, which ends once: by its answer or by its limit, whichever is
 * first. That thread says so, and then completes the answer.
 *
 * @param <T> what is asked for
 */
final class TierRequest<T> {

	private final SharedTier tier;

	private final TimeSource time;

	private final Consumer<TierAnswer<T>> whenOver;

	private final CompletableFuture<TierAnswer<T>> answer = new CompletableFuture<>();

	private final AtomicBoolean over = new AtomicBoolean();

	/**
	 * Makes a request.
	 * @param tier the tier
	 * @param time the time
	 * @param whenOver is told the answer, before anybody sees it
	 */
	TierRequest(SharedTier tier, TimeSource time, Consumer<TierAnswer<T>> whenOver) {
		this.tier = tier;
		this.time = time;
		this.whenOver = whenOver;
	}

	/**
	 * Asks, with a limit of its own.
	 * @param question asks the tier
	 * @param limit how long the answer may take
	 * @return the answer; never fails
	 */
	CompletableFuture<TierAnswer<T>> begin(Function<SharedTier, CompletableFuture<T>> question, Duration limit) {
		CompletableFuture<T> asked = waitedFor(question);
		if (asked != null) {
			TimeSource.Timer timer = this.time.schedule(() -> expire(limit), TimeSource.toNanos(limit));
			var unused = asked.whenComplete((value, failure) -> {
				timer.cancel();
				answered(asked);
			});
		}
		return this.answer;
	}

	/**
	 * Asks, with a limit that many requests have.
	 * @param question asks the tier
	 * @param deadlines ends what takes too long
	 * @return the answer; never fails
	 */
	CompletableFuture<TierAnswer<T>> begin(Function<SharedTier, CompletableFuture<T>> question,
			ExpiryQueue<TierRequest<?>> deadlines) {
		CompletableFuture<T> asked = waitedFor(question);
		if (asked != null) {
			deadlines.add(this);
			var unused = asked.whenComplete((value, failure) -> answered(asked));
		}
		return this.answer;
	}

	/**
	 * Ends the request as one that took too long, unless it is over.
	 * @param limit how long it might have taken
	 */
	void expire(Duration limit) {
		end(new TierAnswer.Withheld<>(TierAnswer.Reason.LATE, "no answer within " + limit));
	}

	/**
	 * Returns whether the request has ended.
	 * @return true if so
	 */
	boolean isOver() {
		return this.over.get();
	}

	// Null where the answer is there already.
	private @Nullable CompletableFuture<T> waitedFor(Function<SharedTier, CompletableFuture<T>> question) {
		CompletableFuture<T> asked = asked(question);
		if (asked != null && asked.isDone()) {
			answered(asked);
			return null;
		}
		return asked;
	}

	private @Nullable CompletableFuture<T> asked(Function<SharedTier, CompletableFuture<T>> question) {
		try {
			@Nullable CompletableFuture<T> asked = question.apply(this.tier);
			if (asked == null) {
				end(new TierAnswer.Withheld<>(TierAnswer.Reason.FAILED, "the tier returned null (expected: a future)"));
			}
			return asked;
		}
		catch (RuntimeException | Error ex) {
			end(new TierAnswer.Withheld<>(TierAnswer.Reason.FAILED, ex.toString()));
			return null;
		}
	}

	private void answered(CompletableFuture<T> asked) {
		if (asked.isCompletedExceptionally()) {
			end(new TierAnswer.Withheld<>(TierAnswer.Reason.FAILED, messageOf(asked)));
		}
		else {
			end(new TierAnswer.Given<>(asked.join()));
		}
	}

	private String messageOf(CompletableFuture<T> asked) {
		try {
			return String.valueOf(asked.join());
		}
		catch (CompletionException | CancellationException ex) {
			Throwable cause = (ex.getCause() != null) ? ex.getCause() : ex;
			return Objects.toString(cause.getMessage(), cause.toString());
		}
	}

	// The circuit is told first: whoever sees the answer sees what it did to the circuit.
	private void end(TierAnswer<T> with) {
		if (this.over.compareAndSet(false, true)) {
			this.whenOver.accept(with);
			this.answer.complete(with);
		}
	}

}
