package io.coalestra.tier.coherence;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;

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
	 * Asks.
	 * @param question asks the tier
	 * @param limit how long the answer may take
	 * @return the answer; never fails
	 */
	CompletableFuture<TierAnswer<T>> begin(Function<SharedTier, CompletableFuture<T>> question, Duration limit) {
		@Nullable CompletableFuture<T> asked = asked(question);
		if (asked == null) {
			return this.answer;
		}
		if (asked.isDone()) {
			answered(asked);
			return this.answer;
		}
		TimeSource.Timer timer = this.time.schedule(
				() -> end(new TierAnswer.Withheld<>(TierAnswer.Reason.LATE, "no answer within " + limit)),
				TimeSource.toNanos(limit));
		var unused = asked.whenComplete((value, failure) -> {
			timer.cancel();
			answered(asked);
		});
		return this.answer;
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
