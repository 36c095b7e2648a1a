package io.coalestra.batch;

import java.util.Iterator;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * What a bulk call answered, and how it reaches the callers.
 *
 * @param <K> the keys' type
 * @param <V> the values' type
 */
sealed interface Answer<K, V> {

	/**
	 * Gives each caller its own.
	 * @throws ProtocolException if that cannot be told
	 */
	void route(List<Call<K, V>> calls, Replies<V> replies);

	/** Whether there is something in it, whoever it is for. */
	boolean hasEntries();

	static <T> T present(@Nullable T answer) {
		if (answer == null) {
			throw new ProtocolException("the bulk call answered null", null);
		}
		return answer;
	}

	/** By key: what is not in the map does not exist. */
	record Keyed<K, V>(Map<K, ? extends @Nullable V> values) implements Answer<K, V> {

		@Override
		public void route(List<Call<K, V>> calls, Replies<V> replies) {
			for (int i = 0; i < calls.size(); i++) {
				K key = calls.get(i).key;
				V value = this.values.get(key);
				if (value != null || this.values.containsKey(key)) {
					replies.value(i, value);
				}
				else {
					replies.absent(i);
				}
			}
		}

		@Override
		public boolean hasEntries() {
			return !this.values.isEmpty();
		}

	}

	/** By position: one element a caller. */
	record Positional<K, V>(List<? extends @Nullable V> values) implements Answer<K, V> {

		@Override
		public void route(List<Call<K, V>> calls, Replies<V> replies) {
			int answered = this.values.size();
			if (answered != calls.size()) {
				throw new ProtocolException("the bulk call answered " + calls.size() + " items with " + answered
						+ " elements (expected: one for each, in their order)", null);
			}
			Iterator<? extends @Nullable V> elements = this.values.iterator();
			for (int i = 0; i < answered; i++) {
				replies.value(i, elements.next());
			}
		}

		@Override
		public boolean hasEntries() {
			return !this.values.isEmpty();
		}

	}

	/** By key, with an outcome of each. */
	record Outcomes<K, V>(Map<K, ? extends Outcome<? extends V>> outcomes) implements Answer<K, V> {

		@Override
		public void route(List<Call<K, V>> calls, Replies<V> replies) {
			for (int i = 0; i < calls.size(); i++) {
				K key = calls.get(i).key;
				Outcome<? extends V> outcome = this.outcomes.get(key);
				if (outcome == null && this.outcomes.containsKey(key)) {
					replies.failed(i, new NullPointerException("the item's outcome is null"));
				}
				else {
					route(outcome, i, replies);
				}
			}
		}

		private void route(@Nullable Outcome<? extends V> outcome, int position, Replies<V> replies) {
			if (outcome instanceof Outcome.Success<? extends V> success) {
				replies.value(position, success.value());
			}
			else if (outcome instanceof Outcome.Failed<? extends V> failed) {
				replies.failed(position, failed.cause());
			}
			else {
				replies.absent(position);
			}
		}

		@Override
		public boolean hasEntries() {
			return !this.outcomes.isEmpty();
		}

	}

}
