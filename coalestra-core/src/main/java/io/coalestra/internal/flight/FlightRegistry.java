package io.coalestra.internal.flight;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Predicate;

import io.coalestra.internal.store.CacheLedger.ReadFence;
import io.coalestra.key.ResourceKey;
import org.jspecify.annotations.Nullable;

/**
 * All reads in progress, at most one that can be joined for each key.
 *
 * <p>
 * A flight is entered before its key is looked up in the cache once more, and leaves
 * after its value is in the cache: whoever finds neither a value nor a flight can be sure
 * that no read of the key was in progress, and that the next one is its own.
 */
public final class FlightRegistry implements ReadFence {

	private final ConcurrentMap<ResourceKey<?>, Flight> flights = new ConcurrentHashMap<>();

	// Raised once, before the flights that are to end are listed; looked at by whoever
	// sends flights out, after they were opened. So each is listed, or not sent out.
	private volatile boolean closed;

	// In progress, but not to be joined: a newer one took their place, or they were
	// opened
	// apart. Whoever enters
	// one looks afterwards whether it has ended, whoever ends one takes it out
	// afterwards, so that none stays.
	private final Set<Flight> replaced = ConcurrentHashMap.newKeySet();

	// Set once, by closing. Whoever takes a flight out looks afterwards; whoever sets it
	// looks afterwards whether there is a flight left.
	private volatile @Nullable CompletableFuture<Void> none;

	/**
	 * Joins the read of a key, or opens one.
	 * @param key the key
	 * @param listener is told when the flight ends
	 * @param position handed back to the listener
	 * @param terms on which to join or open
	 * @return the seat taken; where it opened the flight, the caller must launch it
	 */
	public Seat board(ResourceKey<?> key, FlightListener listener, int position, Terms terms) {
		if (terms.joining == Joining.APART) {
			return boardApart(key, listener, position, terms);
		}
		while (true) {
			Flight present = this.flights.get(key);
			if (present != null && terms.admits(present)) {
				Seat seat = present.join(listener, position, terms.until, terms.demand);
				if (seat != null) {
					present.joined(terms.until);
					return seat;
				}
				// It ended between: its value is in the cache, or its failure was not
				// meant for us. Or it is being given up.
			}
			Seat first = Flight.open(key, listener, position, terms);
			boolean entered = (present == null) ? this.flights.putIfAbsent(key, first.flight()) == null
					: replace(present, first.flight());
			if (entered) {
				return first;
			}
		}
	}

	// Fenced from the start: what it brings is for its own listeners.
	private Seat boardApart(ResourceKey<?> key, FlightListener listener, int position, Terms terms) {
		Seat first = Flight.open(key, listener, position, terms);
		first.flight().fence();
		this.replaced.add(first.flight());
		return first;
	}

	private boolean replace(Flight present, Flight opened) {
		this.replaced.add(present);
		boolean entered = this.flights.replace(present.key(), present, opened);
		if (present.hasLanded()) {
			this.replaced.remove(present);
		}
		return entered;
	}

	private void remove(Flight flight) {
		this.flights.remove(flight.key(), flight);
		if (!this.replaced.isEmpty()) {
			this.replaced.remove(flight);
		}
		CompletableFuture<Void> asked = this.none;
		if (asked != null && size() == 0) {
			asked.complete(null);
		}
	}

	/**
	 * Tells when no flight is in progress. To be asked once builds begin no more; a
	 * derivation's own flight outlasts those of what it needs.
	 * @return completed by the end of the last flight
	 */
	public CompletableFuture<Void> whenNone() {
		CompletableFuture<Void> asked = new CompletableFuture<>();
		this.none = asked;
		if (size() == 0) {
			asked.complete(null);
		}
		return asked;
	}

	/**
	 * Ends flights: all at once for whoever looks, and only then are those told who wait.
	 * @param flights the flights
	 * @param outcomes how they end, in their order
	 */
	public void land(List<Flight> flights, List<FlightOutcome> outcomes) {
		@Nullable Flight[] ended = new Flight[flights.size()];
		for (int i = 0; i < ended.length; i++) {
			Flight flight = flights.get(i);
			ended[i] = flight.land(outcomes.get(i)) ? flight : null;
			remove(flight);
		}
		for (Flight flight : ended) {
			if (flight != null) {
				flight.announce();
			}
		}
	}

	/**
	 * Ends flights with values that are no answers of sources: all at once for whoever
	 * looks, and only then are those told who wait.
	 * @param flights the flights
	 * @param outcomes how they end, in their order
	 * @return those that go on, because somebody waits for a younger value
	 */
	public List<Flight> landYoung(List<Flight> flights, List<FlightOutcome.Landed> outcomes) {
		List<Flight> ended = new ArrayList<>(flights.size());
		List<Flight> onward = new ArrayList<>();
		for (int i = 0; i < flights.size(); i++) {
			Flight flight = flights.get(i);
			switch (flight.landYoung(outcomes.get(i), outcomes.get(i).revision().provenance().observedAt())) {
				case LANDED -> {
					remove(flight);
					ended.add(flight);
				}
				case OVER -> remove(flight);
				case TOO_OLD -> onward.add(flight);
			}
		}
		ended.forEach(Flight::announce);
		return onward;
	}

	/**
	 * Ends a flight.
	 * @param flight the flight
	 * @param outcome how it ends
	 */
	public void land(Flight flight, FlightOutcome outcome) {
		boolean ended = flight.land(outcome);
		remove(flight);
		if (ended) {
			flight.announce();
		}
	}

	/**
	 * Fences the read of a key, so that it neither fills the cache nor is joined any
	 * more.
	 * @param key the key
	 */
	@Override
	public void fence(ResourceKey<?> key) {
		Flight flight = this.flights.get(key);
		if (flight != null) {
			flight.fence();
		}
		this.replaced.forEach((other) -> {
			if (other.key().equals(key)) {
				other.fence();
			}
		});
	}

	/**
	 * Fences the reads of a key that began before a moment, also those that are not
	 * joined any more.
	 * @param key the key
	 * @param moment the moment: nanoseconds since the epoch
	 */
	public void fenceBefore(ResourceKey<?> key, long moment) {
		Flight flight = this.flights.get(key);
		if (flight != null) {
			fenceBefore(flight, moment);
		}
		this.replaced.forEach((other) -> {
			if (other.key().equals(key)) {
				fenceBefore(other, moment);
			}
		});
	}

	private static void fenceBefore(Flight flight, long moment) {
		if (flight.voyage().requestedAt() < moment) {
			flight.fence();
		}
	}

	/**
	 * Fences the reads of all keys that meet a condition.
	 * @param condition the condition
	 */
	@Override
	public void fenceIf(Predicate<? super ResourceKey<?>> condition) {
		this.flights.forEach((key, flight) -> {
			if (condition.test(key)) {
				flight.fence();
			}
		});
		this.replaced.forEach((flight) -> {
			if (condition.test(flight.key())) {
				flight.fence();
			}
		});
	}

	/**
	 * Lets no flight be sent out any more: the builder closes.
	 * @return the flights in progress, which the caller ends
	 */
	public List<Flight> close() {
		this.closed = true;
		return inProgress();
	}

	/**
	 * Returns whether no flight may be sent out any more.
	 * @return true once the builder has closed
	 */
	public boolean isClosed() {
		return this.closed;
	}

	/**
	 * Returns the flights in progress.
	 * @return a copy
	 */
	public List<Flight> inProgress() {
		Set<Flight> all = new HashSet<>(this.flights.values());
		all.addAll(this.replaced);
		return List.copyOf(all);
	}

	/**
	 * Returns how many flights are in progress.
	 * @return the number of flights
	 */
	public int size() {
		return this.flights.size() + this.replaced.size();
	}

	/**
	 * Returns when the oldest flight in progress was opened.
	 * @return monotonic nanoseconds, or null when there is none
	 */
	public @Nullable Long oldest() {
		Long oldest = null;
		for (Flight flight : this.flights.values()) {
			oldest = older(oldest, flight);
		}
		for (Flight flight : this.replaced) {
			oldest = older(oldest, flight);
		}
		return oldest;
	}

	private static Long older(@Nullable Long oldest, Flight flight) {
		return (oldest == null || flight.openedAt() - oldest < 0) ? Long.valueOf(flight.openedAt()) : oldest;
	}

	/**
	 * How a place was got.
	 */
	public enum Role {

		/** In a flight that was in progress. */
		JOINED,

		/** In a new flight. */
		OPENED

	}

	/**
	 * Which flights may be joined.
	 */
	public enum Joining {

		/** Any. */
		ANY,

		/** Those whose source has not been called yet: the answer must not be older. */
		NOT_DEPARTED,

		/**
		 * None, and none that is opened is joined by others or fills the cache: what it
		 * brings is computed from values of its reader's own.
		 */
		APART

	}

	/**
	 * The terms of boarding.
	 *
	 * @param voyage what causes the read
	 * @param joining which flights may be joined
	 * @param now the monotonic time
	 * @param until until when the listener waits: monotonic nanoseconds
	 * @param epoch the clearing epoch, noted before the read
	 * @param depth how many derivations lie above
	 * @param demand how recently a value that is not a source's answer must have been
	 * observed: nanoseconds since the epoch
	 */
	public record Terms(Voyage voyage, Joining joining, long now, long until, int epoch, int depth, long demand) {

		/**
		 * Makes terms under which any fresh value will do where any flight does, and none
		 * but a source's answer where not.
		 * @param voyage what causes the read
		 * @param joining which flights may be joined
		 * @param now the monotonic time
		 * @param until until when the listener waits: monotonic nanoseconds
		 * @param epoch the clearing epoch, noted before the read
		 * @param depth how many derivations lie above
		 */
		public Terms(Voyage voyage, Joining joining, long now, long until, int epoch, int depth) {
			this(voyage, joining, now, until, epoch, depth, (joining == Joining.ANY) ? Long.MIN_VALUE : Long.MAX_VALUE);
		}

		/**
		 * Returns these terms with a demand.
		 * @param youngest how recently a value that is not a source's answer must have
		 * been observed: nanoseconds since the epoch
		 * @return the terms
		 */
		public Terms demanding(long youngest) {
			return (youngest <= this.demand) ? this
					: new Terms(this.voyage, this.joining, this.now, this.until, this.epoch, this.depth, youngest);
		}

		boolean admits(Flight flight) {
			// A flight older than an invalidation by tag may bring what was invalidated.
			return !flight.isFenced() && flight.epoch() >= this.epoch
					&& (this.joining == Joining.ANY || !flight.hasDeparted());
		}

	}

}
