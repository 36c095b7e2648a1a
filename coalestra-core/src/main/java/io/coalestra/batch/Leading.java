package io.coalestra.batch;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * The lead of a batch in the inline form: handed to one caller, who owes an answer.
 *
 * @param <K> the items' type
 * @param <V> the values' type
 */
final class Leading<K, V> {

	final List<K> items;

	final List<Call<K, V>> calls;

	/** Lets the bulk call's thread interrupt the leader while it leads. */
	final InterruptGate gate = new InterruptGate();

	private final CompletableFuture<Answer<K, V>> answer = new CompletableFuture<>();

	Leading(List<K> items, List<Call<K, V>> calls) {
		this.items = items;
		this.calls = calls;
	}

	void give(Answer<K, V> given) {
		this.answer.complete(given);
	}

	void fail(Throwable thrown) {
		this.answer.completeExceptionally(thrown);
	}

	Answer<K, V> await() throws Exception {
		try {
			return this.answer.get();
		}
		catch (InterruptedException ex) {
			this.gate.interrupt();
			throw ex;
		}
		catch (ExecutionException ex) {
			Throwable cause = ex.getCause();
			if (cause instanceof Exception exception) {
				throw exception;
			}
			if (cause instanceof Error error) {
				throw error;
			}
			throw ex;
		}
	}

}
