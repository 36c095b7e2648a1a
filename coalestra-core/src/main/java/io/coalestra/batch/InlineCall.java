package io.coalestra.batch;

import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

import io.coalestra.batch.BatchException.Reason;
import org.jspecify.annotations.Nullable;

/**
 * A caller of the inline form: it waits for the lead or for its answer, whichever comes.
 *
 * @param <K> the items' type
 * @param <V> the values' type
 */
final class InlineCall<K, V> extends Call<K, V> {

	/** Completed once: with the lead, or with null when there is an answer instead. */
	private final CompletableFuture<@Nullable Leading<K, V>> turn = new CompletableFuture<>();

	InlineCall(K key, @Nullable Object captured, @Nullable Execution parent, Withdrawals<K, V> withdrawals) {
		super(key, captured, parent, withdrawals);
		var unused = whenComplete((value, thrown) -> this.turn.complete(null));
	}

	private boolean lead(Leading<K, V> leading) {
		return this.turn.complete(leading);
	}

	/** Waits; an interrupt gives up, unless the lead has come first, and stays set. */
	@Nullable Leading<K, V> awaitTurn(String batcher) {
		try {
			return this.turn.get();
		}
		catch (InterruptedException ex) {
			if (this.turn.complete(null)) {
				giveUp(batcher, Failure.of(Reason.INTERRUPTED, "the caller was interrupted"));
			}
			Thread.currentThread().interrupt();
			return this.turn.resultNow();
		}
		catch (ExecutionException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Answers a batch by letting one of its callers lead it.
	 *
	 * @param <K> the items' type
	 * @param <V> the values' type
	 */
	static final class ByLeader<K, V> implements Bulk<K, V> {

		@Override
		public List<K> keysOf(List<Call<K, V>> calls) {
			return Bulk.allKeys(calls);
		}

		@Override
		public Answer<K, V> ask(List<K> keys, List<Call<K, V>> calls) throws Exception {
			Leading<K, V> leading = new Leading<>(keys, calls);
			for (Call<K, V> call : calls) {
				if (call instanceof InlineCall<K, V> candidate && candidate.lead(leading)) {
					return leading.await();
				}
			}
			throw new CancellationException("every caller has given up");
		}

	}

}
