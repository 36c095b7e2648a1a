package io.coalestra.batch;

import java.util.List;
import java.util.function.Predicate;

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

	/**
	 * Gives each caller its own: first those whom nobody can see wait, so that a thread
	 * which waits for several in turn is woken once; futures last, since their dependent
	 * stages are users' code and run here.
	 */
	<K> void deliver(List<Call<K, V>> calls, String batcher) {
		int left = deliver(calls, batcher, (call) -> !call.isFuture() && !call.isWaitedFor());
		if (left > 0) {
			left = deliver(calls, batcher, (call) -> !call.isFuture());
		}
		if (left > 0) {
			left = deliver(calls, batcher, (call) -> !call.isWaitedFor());
		}
		if (left > 0) {
			deliver(calls, batcher, (call) -> true);
		}
	}

	private <K> int deliver(List<Call<K, V>> calls, String batcher, Predicate<Call<K, V>> now) {
		int left = 0;
		for (int i = 0; i < this.slots.length; i++) {
			Call<K, V> call = calls.get(i);
			if (!call.isDone()) {
				if (now.test(call)) {
					deliver(call, this.slots[i], batcher);
				}
				else {
					left++;
				}
			}
		}
		return left;
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
