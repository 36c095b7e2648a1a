package io.coalestra.batch;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;

/**
 * The reads in progress of a batcher that shares them: a caller joins the one of its key
 * and group, gathering or running, and only the first makes an item.
 *
 * @param <K> the keys' type
 * @param <V> the values' type
 */
final class Flights<K, V> {

	private final Dispatch<K, V> dispatch;

	private final int maxCallers;

	// Counted up by who asks to be let in, down by whoever takes a caller off a flight or
	// closes one: each caller once.
	private final AtomicInteger callers = new AtomicInteger();

	// A flight's joiners are written inside compute methods of this map, for its own id.
	// A flight that is no longer in the map gets none any more; its list is then read.
	private final ConcurrentHashMap<Id<K>, Flight<K, V>> byId = new ConcurrentHashMap<>();

	Flights(Dispatch<K, V> dispatch, int maxCallers) {
		this.dispatch = dispatch;
		this.maxCallers = maxCallers;
	}

	/** Makes room for a caller, who then has to join. */
	boolean admits() {
		if (this.callers.incrementAndGet() <= this.maxCallers) {
			return true;
		}
		this.callers.decrementAndGet();
		return false;
	}

	Call<K, V> caller(K key, @Nullable Object captured) {
		return new Joiner<>(key, captured, this);
	}

	/**
	 * Lets a caller join.
	 * @return the flight, to be taken in as an item, if the caller opened it; null if it
	 * was there
	 */
	@Nullable Flight<K, V> join(Call<K, V> caller, @Nullable Object group) {
		Joiner<K, V> joiner = (Joiner<K, V>) caller;
		Id<K> id = new Id<>(group, joiner.key);
		Flight<K, V> joined = this.byId.compute(id, (same, known) -> {
			Flight<K, V> flight = (known != null) ? known : new Flight<>(joiner, id, this);
			flight.joiners.add(joiner);
			return flight;
		});
		joiner.flight = joined;
		return (joined.opener == joiner) ? joined : null;
	}

	private void leave(Joiner<K, V> joiner) {
		Flight<K, V> flight = joiner.flight;
		if (flight == null) {
			return;
		}
		boolean[] last = new boolean[1];
		this.byId.computeIfPresent(flight.id, (same, known) -> {
			if (known == flight && flight.joiners.remove(joiner)) {
				this.callers.decrementAndGet();
				last[0] = flight.joiners.isEmpty();
			}
			return last[0] ? null : known;
		});
		if (last[0]) {
			flight.cancel(false);
		}
		else {
			this.dispatch.gathering.count((tally) -> tally.withdrawn++);
		}
	}

	private List<Joiner<K, V>> close(Flight<K, V> flight) {
		if (this.byId.remove(flight.id, flight)) {
			this.callers.addAndGet(-flight.joiners.size());
		}
		return flight.joiners;
	}

	private record Id<K>(@Nullable Object group, K key) {
	}

	/** A caller who waits for a flight. */
	private static final class Joiner<K, V> extends Call<K, V> {

		/** Written by the caller's thread before anybody else has the call. */
		private @Nullable Flight<K, V> flight;

		Joiner(K key, @Nullable Object captured, Flights<K, V> flights) {
			super(key, captured, null, (call) -> flights.leave((Joiner<K, V>) call));
		}

	}

	/** The item that all its joiners share. */
	static final class Flight<K, V> extends Call<K, V> {

		private final Joiner<K, V> opener;

		private final Id<K> id;

		private final Flights<K, V> flights;

		private final List<Joiner<K, V>> joiners = new ArrayList<>(1);

		private Flight(Joiner<K, V> opener, Id<K> id, Flights<K, V> flights) {
			super(opener.key, opener.captured, null, flights.dispatch);
			this.opener = opener;
			this.id = id;
			this.flights = flights;
		}

		@Override
		boolean isFuture() {
			// Some of its joiners may be.
			return true;
		}

		@Override
		boolean answer(@Nullable V value) {
			boolean first = super.answer(value);
			this.flights.close(this).forEach((joiner) -> joiner.answer(value));
			return first;
		}

		@Override
		boolean answerAbsent() {
			boolean first = super.answerAbsent();
			this.flights.close(this).forEach(Call::answerAbsent);
			return first;
		}

		@Override
		boolean fail(String batcher, Failure failure) {
			boolean first = super.fail(batcher, failure);
			this.flights.close(this).forEach((joiner) -> joiner.fail(batcher, failure));
			return first;
		}

	}

}
