package io.coalestra.batch;

import java.util.List;

import io.coalestra.batch.BatchException.Reason;
import org.jspecify.annotations.Nullable;

/**
 * What each caller of a batch gets, by position. Confined to the bulk call's thread.
 *
 * @param <V> the values' type
 */
final class Replies<V> {

	private static final Failure MISSING = Failure.of(Reason.MISSING, "the bulk call did not answer this item");

	/** A value, a {@link Nothing} or a {@link Failure}: no user has those two. */
	private final @Nullable Object[] slots;

	private final boolean missingIsError;

	private int absent;

	private int failed;

	private @Nullable Failure failure;

	Replies(int callers, boolean missingIsError) {
		this.slots = new @Nullable Object[callers];
		this.missingIsError = missingIsError;
	}

	static <V> Replies<V> allFailed(int callers, Failure failure) {
		Replies<V> replies = new Replies<>(callers, false);
		replies.failure = failure;
		replies.failed = callers;
		return replies;
	}

	void value(int position, @Nullable V value) {
		this.slots[position] = value;
	}

	void absent(int position) {
		this.slots[position] = this.missingIsError ? MISSING : Nothing.ABSENT;
		this.absent++;
		if (this.missingIsError) {
			this.failed++;
		}
	}

	void failed(int position, Throwable cause) {
		this.slots[position] = new Failure(Reason.ITEM_FAILED, "the item failed: " + cause, cause);
		this.failed++;
	}

	int absent() {
		return this.absent;
	}

	int failed() {
		return this.failed;
	}

	@Nullable Failure failure() {
		return this.failure;
	}

	<K> void deliver(List<Call<K, V>> calls, String batcher) {
		boolean futures = false;
		for (int i = 0; i < this.slots.length; i++) {
			futures |= calls.get(i).isFuture();
			if (!calls.get(i).isFuture()) {
				deliver(calls.get(i), this.slots[i], batcher);
			}
		}
		// Futures last: their dependent stages are users' code, and run here.
		for (int i = 0; futures && i < this.slots.length; i++) {
			if (calls.get(i).isFuture()) {
				deliver(calls.get(i), this.slots[i], batcher);
			}
		}
	}

	@SuppressWarnings("unchecked") // Only value() puts in what is neither.
	private void deliver(Call<?, V> call, @Nullable Object slot, String batcher) {
		if (this.failure != null) {
			call.fail(batcher, this.failure);
		}
		else if (slot instanceof Nothing) {
			call.answerAbsent();
		}
		else if (slot instanceof Failure itsOwn) {
			call.fail(batcher, itsOwn);
		}
		else {
			call.answer((V) slot);
		}
	}

	private enum Nothing {

		ABSENT

	}

}
