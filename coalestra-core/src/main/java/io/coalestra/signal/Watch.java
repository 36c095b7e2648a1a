package io.coalestra.signal;

import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * Follows one activity. Its methods may be called on other threads than the one that
 * began the activity, {@link #joined} on several at a time.
 */
public interface Watch {

	/**
	 * Follows nothing.
	 */
	Watch NONE = (end) -> {
	};

	/**
	 * The activity runs on the calling thread from now on: what is begun there meanwhile
	 * is part of it. For a call of a source that is the thread of the function.
	 * @return ends the binding, on the same thread; possibly after the activity has
	 * ended, when a call was given up
	 */
	default Binding bind() {
		return () -> {
		};
	}

	/**
	 * The activity waits from now on for a call that others caused and that was in
	 * progress before. May be told more than once of one call.
	 * @param call the watch of the call
	 */
	default void joined(Watch call) {
	}

	/**
	 * The activity has ended. Called once at most.
	 * @param end how
	 */
	void ended(End end);

	/**
	 * How an activity ended.
	 *
	 * @param status what it came to, of few values: {@code success}, {@code error} for
	 * builds; {@code success}, {@code failure}, {@code source_timeout},
	 * {@code deadline_exceeded}, {@code unwanted}, {@code closed} for calls;
	 * {@code success}, {@code failure}, {@code refused} for refreshes; {@code success},
	 * {@code failure} for publications
	 * @param error what was thrown or would have been, or null
	 * @param details further findings by name: for builds {@code path}, which is
	 * {@code warm} where the cache alone has answered with fresh values and {@code cold}
	 * otherwise; for cold ones {@code snapshot_id}, {@code resolved} and {@code failed};
	 * for refreshes {@code failed}, for publications {@code stored}
	 */
	record End(String status, @Nullable Throwable error, Map<String, Object> details) {

		/**
		 * Checks and copies.
		 */
		public End {
			Objects.requireNonNull(status, "status");
			details = Map.copyOf(details);
		}

		/**
		 * Makes an end without details.
		 * @param status what it came to
		 * @param error what was thrown, or null
		 * @return the end
		 */
		public static End of(String status, @Nullable Throwable error) {
			return new End(status, error, Map.of());
		}

	}

	/**
	 * A binding of an activity to a thread.
	 */
	@FunctionalInterface
	interface Binding extends AutoCloseable {

		/**
		 * Ends the binding.
		 */
		@Override
		void close();

	}

}
