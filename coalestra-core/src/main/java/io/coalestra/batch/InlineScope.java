package io.coalestra.batch;

import java.util.List;
import java.util.Map;
import java.util.Objects;

import io.coalestra.batch.BatchException.Reason;
import org.jspecify.annotations.Nullable;

/**
 * The place of one call in a batch that one of its callers carries out: {@link #collect()
 * collect} hands in the item, and {@code scatter} hands out the results.
 *
 * <p>
 * Good on the thread of its {@link InlineBody} only, and until that returns.
 *
 * @param <K> the items' type
 * @param <V> the values' type
 */
public final class InlineScope<K, V> {

	private final Dispatch<K, V> dispatch;

	private final InlineCall<K, V> call;

	private final Runnable handIn;

	private final Thread thread = Thread.currentThread();

	// Confined to the thread.
	private Place place = Place.ALONE;

	private @Nullable Leading<K, V> leading;

	private @Nullable Execution execution;

	InlineScope(Dispatch<K, V> dispatch, InlineCall<K, V> call, Runnable handIn) {
		this.dispatch = dispatch;
		this.call = call;
		this.handIn = handIn;
	}

	/**
	 * Hands in the item and waits for its batch. One caller of the batch, the leader,
	 * gets the items and goes on; for the others this method does not return, and their
	 * body ends by an {@link Error} that it must let pass. Their answer is what the
	 * leader scatters.
	 *
	 * <p>
	 * What the body holds while it waits, such as a lock or a connection, is held for the
	 * whole window and the leader's call. What follows runs with the surroundings of the
	 * leader alone.
	 * @return all items of the batch, in order of arrival, duplicates included,
	 * unmodifiable; for the leader only
	 * @throws IllegalStateException if it is called twice, on another thread or after the
	 * body has returned
	 * @throws BatchException if the call is refused
	 */
	public List<K> collect() {
		require(Place.ALONE, "collect");
		this.handIn.run();
		this.place = Place.FOLLOWING;
		Leading<K, V> lead = this.call.awaitTurn(this.dispatch.settings.name());
		if (lead == null) {
			throw FollowerAnswered.INSTANCE;
		}
		this.leading = lead;
		this.execution = Execution.enter(this.dispatch, lead.calls);
		this.place = Place.LEADING;
		lead.gate.enter();
		return lead.items;
	}

	/**
	 * Hands out results by item: whoever's item is not in the map gets nothing. May be
	 * called once, by the leader.
	 * @param values the results
	 * @return the leader's own result, to be returned from the body
	 * @throws IllegalStateException if nothing was collected, or results were handed out
	 * already: those stand
	 * @throws BatchException if the leader's own item has no result because it failed
	 */
	public @Nullable V scatter(Map<K, ? extends @Nullable V> values) {
		require(Place.LEADING, "scatter");
		return handOut((values != null) ? new Answer.Keyed<>(values) : null);
	}

	/**
	 * Hands out results by position, one for each element of what was collected. May be
	 * called once, by the leader.
	 * @param values the results: as many as there are items, in their order
	 * @return the leader's own result, to be returned from the body
	 * @throws IllegalStateException if nothing was collected, or results were handed out
	 * already: those stand
	 * @throws BatchException if the results do not match the items: each caller gets one
	 */
	public @Nullable V scatter(List<? extends @Nullable V> values) {
		require(Place.LEADING, "scatter");
		return handOut((values != null) ? new Answer.Positional<>(values) : null);
	}

	/**
	 * Hands out an outcome of each item, so that one can fail alone. May be called once,
	 * by the leader.
	 * @param outcomes the outcomes
	 * @return the leader's own result, to be returned from the body
	 * @throws IllegalStateException if nothing was collected, or results were handed out
	 * already: those stand
	 * @throws BatchException if the leader's own item failed
	 */
	public @Nullable V scatterOutcomes(Map<K, ? extends Outcome<? extends V>> outcomes) {
		require(Place.LEADING, "scatterOutcomes");
		return handOut((outcomes != null) ? new Answer.Outcomes<>(outcomes) : null);
	}

	private @Nullable V handOut(@Nullable Answer<K, V> answer) {
		this.place = Place.SCATTERED;
		Leading<K, V> lead = leave();
		if (answer == null) {
			lead.fail(new ProtocolException("the results that were handed out are null", null));
		}
		else {
			lead.give(answer);
		}
		return this.call.await(this.dispatch.settings.name());
	}

	<X extends Exception> @Nullable V run(InlineBody<K, V, X> code) throws X {
		V returned = null;
		try {
			returned = code.run(this);
			if (this.place == Place.LEADING) {
				leave().fail(new ProtocolException("the method body returned without handing out results", null));
			}
		}
		catch (Throwable thrown) {
			if (this.place == Place.LEADING) {
				leave().fail(thrown);
			}
			else if (this.place != Place.FOLLOWING) {
				// Before collecting or after scattering, it is this caller's alone.
				throw thrown;
			}
		}
		Place reached = this.place;
		this.place = Place.OVER;
		return (reached == Place.ALONE) ? returned : result(reached, returned);
	}

	private @Nullable V result(Place reached, @Nullable V returned) {
		String name = this.dispatch.settings.name();
		V own = this.call.await(name);
		if (reached == Place.SCATTERED && !Objects.equals(own, returned)) {
			throw Failure
				.of(Reason.PROTOCOL,
						"the method body returned something else than scatter did (expected: the same, "
								+ "because the other callers get what was scattered)")
				.toException(name);
		}
		return own;
	}

	private Leading<K, V> leave() {
		Leading<K, V> lead = Objects.requireNonNull(this.leading);
		lead.gate.leave();
		Objects.requireNonNull(this.execution).leave();
		return lead;
	}

	private void require(Place expected, String method) {
		if (!Thread.currentThread().equals(this.thread)) {
			throw misuse(method + " was called on another thread than the method body's");
		}
		if (this.place != expected) {
			throw misuse(method + " was called " + this.place.text);
		}
	}

	private IllegalStateException misuse(String what) {
		return new IllegalStateException("batcher \"" + this.dispatch.settings.name() + "\": " + what);
	}

	/**
	 * How far the body is.
	 */
	private enum Place {

		ALONE("before collect"),

		FOLLOWING("although the answer has come from another caller"),

		LEADING("twice, or not followed by scatter"),

		SCATTERED("after scatter"),

		OVER("after the method body had returned");

		private final String text;

		Place(String text) {
			this.text = text;
		}

	}

}
