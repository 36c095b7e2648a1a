package io.coalestra.internal.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;

import io.coalestra.cache.Revision;
import io.coalestra.failure.ResourceFailure;
import io.coalestra.internal.flight.Flight;
import io.coalestra.internal.flight.FlightListener;
import io.coalestra.internal.flight.FlightOutcome;
import io.coalestra.internal.flight.FlightRegistry.Joining;
import io.coalestra.internal.flight.FlightRegistry.Role;
import io.coalestra.internal.flight.FlightRegistry.Terms;
import io.coalestra.internal.flight.Seat;
import io.coalestra.internal.flight.Tally;
import io.coalestra.internal.store.Judgement;
import io.coalestra.key.ResourceGroup;
import io.coalestra.key.ResourceKey;
import io.coalestra.signal.Metric;
import io.coalestra.signal.Watch;
import org.jspecify.annotations.Nullable;

/**
 * Some keys being read for somebody: a build, a derivation or a refresh. Joins or opens a
 * flight for each key, launches those that it opened, and knows when all have ended.
 *
 * <p>
 * Each outcome is written once, by the thread that ends its flight; the count of those
 * that are missing is taken down after it, so whoever sees the count at zero sees them
 * all. The acquisition itself never waits and never ends a flight.
 */
abstract class Acquisition implements FlightListener {

	private static final byte MAX_REBOARDINGS = 2;

	private static final FlightListener NOBODY = (position, outcome) -> {
	};

	private final EngineParts parts;

	private final List<ResourceKey<?>> keys;

	private final Terms terms;

	private final AtomicReferenceArray<@Nullable FlightOutcome> outcomes;

	private final @Nullable Seat[] seats;

	private final boolean[] joined;

	// The extra one is taken off when all keys have boarded, so that none ends it too
	// early.
	private final AtomicInteger missing;

	// By position; each is touched only by the thread that ends the flight of that
	// position.
	private final byte[] reboardings;

	// Raised when all places are given up; a place that is taken anew looks for it. Under
	// the monitor.
	private boolean left;

	Acquisition(EngineParts parts, List<ResourceKey<?>> keys, Terms terms) {
		this.parts = parts;
		this.keys = keys;
		this.terms = terms;
		this.outcomes = new AtomicReferenceArray<>(keys.size());
		this.seats = new Seat[keys.size()];
		this.joined = new boolean[keys.size()];
		this.missing = new AtomicInteger(keys.size() + 1);
		this.reboardings = new byte[keys.size()];
	}

	/**
	 * Called once, when the last outcome is known, on the thread that brought it.
	 */
	abstract void allLanded();

	/**
	 * Called after each outcome but the last.
	 */
	void oneLanded() {
	}

	/**
	 * Returns the terms on which a key boards.
	 * @param key the key
	 * @return the terms; by default the same for all
	 */
	Terms terms(ResourceKey<?> key) {
		return this.terms;
	}

	/**
	 * Boards every key.
	 * @return the flights that were opened, which the caller launches
	 */
	List<Flight> board() {
		List<Flight> opened = new ArrayList<>(this.keys.size());
		for (int i = 0; i < this.keys.size(); i++) {
			// Written before boarding, for a flight that was joined may end at once; one
			// that was opened cannot before it is launched.
			this.joined[i] = true;
			Seat seat = this.parts.registry().board(this.keys.get(i), this, i, terms(this.keys.get(i)));
			this.seats[i] = seat;
			if (seat.role() == Role.OPENED) {
				this.joined[i] = false;
				opened.add(seat.flight());
			}
			else {
				countJoin(this.keys.get(i));
				watch().joined(seat.flight().call());
			}
		}
		return opened;
	}

	private void countJoin(ResourceKey<?> key) {
		this.terms.voyage().tally().add(Tally.Count.COALESCED, 1);
		this.parts.signals().count(Metric.SINGLEFLIGHT_JOIN, key.namespace(), key.name());
	}

	/**
	 * Launches flights that this acquisition opened, with their groups, and begins to
	 * listen.
	 * @param opened the flights
	 */
	void launch(List<Flight> opened) {
		List<Flight> ready = ready(opened);
		try {
			if (!ready.isEmpty()) {
				this.parts.chain().launch(ready);
			}
		}
		catch (RuntimeException | Error ex) {
			fail(ready, ex);
		}
		listen();
	}

	/**
	 * Looks into the cache once more, and adds what belongs to a group.
	 * @param opened flights that this acquisition opened
	 * @return the flights to send out; those that the cache has answered meanwhile have
	 * ended
	 */
	List<Flight> ready(List<Flight> opened) {
		try {
			List<Flight> wanted = (this.terms.joining() == Joining.ANY) ? stillMissing(opened) : opened;
			boolean alone = this.terms.joining() == Joining.APART || this.parts.groups().isEmpty();
			return (wanted.isEmpty() || alone) ? wanted : withCompanions(wanted);
		}
		catch (RuntimeException | Error ex) {
			// A cache or a policy of the application threw; others may have joined.
			fail(opened, ex);
			return List.of();
		}
	}

	/**
	 * Begins to listen: from here on the last outcome is told.
	 */
	void listen() {
		arrived();
	}

	private void fail(List<Flight> flights, Throwable thrown) {
		for (Flight flight : flights) {
			this.parts.registry()
				.land(flight, new FlightOutcome.Failed(new ResourceFailure(flight.key(), ResourceFailure.Kind.INTERNAL,
						flight.progress().failures(), "the read could not be begun: " + thrown)));
		}
	}

	// Between the look into the cache and the opening of a flight, another may have
	// ended: its value is there now.
	private List<Flight> stillMissing(List<Flight> opened) {
		if (opened.isEmpty()) {
			return opened;
		}
		long now = this.parts.time().epochNanos();
		List<Flight> wanted = null;
		for (int i = 0; i < opened.size(); i++) {
			Flight flight = opened.get(i);
			Revision<?> found = this.parts.store().get(flight.key());
			boolean answered = found != null && isAnsweredBy(found) && isFresh(found, now) && land(flight, found);
			if (answered && wanted == null) {
				wanted = new ArrayList<>(opened.subList(0, i));
			}
			else if (!answered && wanted != null) {
				wanted.add(flight);
			}
		}
		return (wanted != null) ? wanted : opened;
	}

	/**
	 * Ends a flight with a value that answers this acquisition, unless others have joined
	 * who want a younger one.
	 * @param flight the flight
	 * @param found the value
	 * @return false if the flight goes on
	 */
	boolean land(Flight flight, Revision<?> found) {
		return this.parts.registry().landYoung(List.of(flight), List.of(new FlightOutcome.Landed(found))).isEmpty();
	}

	private boolean isFresh(Revision<?> found, long now) {
		return found.isHot(now, this.parts.store().stamp())
				|| this.parts.store().judge(found.key(), now, null).worth() == Judgement.Worth.FRESH;
	}

	/**
	 * Returns whether a fresh value that has come into the cache since it was looked at
	 * is as good as one that is read now.
	 * @param found the value
	 * @return true unless this acquisition wants more than freshness
	 */
	boolean isAnsweredBy(Revision<?> found) {
		return true;
	}

	// What was declared to belong together is read together, whoever asked for one of
	// them.
	private List<Flight> withCompanions(List<Flight> wanted) {
		List<Flight> all = new ArrayList<>(wanted);
		for (Flight flight : wanted) {
			ResourceGroup group = this.parts.groups().of(flight.key());
			if (group == null) {
				continue;
			}
			for (ResourceKey<?> companion : group.membersOf(flight.key())) {
				Seat seat = this.parts.registry().board(companion, NOBODY, 0, this.terms);
				if (seat.role() == Role.OPENED) {
					all.add(seat.flight());
					leaveWith(flight, seat);
				}
				else {
					seat.leave();
				}
			}
		}
		return all;
	}

	// Nobody waits for a companion: it is wanted as long as what was asked for is, and
	// once that has come, so that what belongs together is there together.
	private static void leaveWith(Flight wanted, Seat companion) {
		Runnable leave = () -> {
			if (!wanted.hasLanded()) {
				companion.leave();
			}
		};
		if (wanted.whenUnwanted(leave)) {
			leave.run();
		}
	}

	@Override
	public Watch watch() {
		return this.terms.voyage().watch();
	}

	@Override
	public void landed(int position, FlightOutcome outcome) {
		if (mayBoardAgain() && this.joined[position] && this.reboardings[position] < MAX_REBOARDINGS
				&& diedOfAnothersHaste(position, outcome) && !hasLeft()) {
			this.reboardings[position]++;
			reboard(position);
			return;
		}
		this.outcomes.set(position, outcome);
		arrived();
	}

	/**
	 * Returns whether a key whose flight died of another's deadline is read anew.
	 * @return true unless somebody above does so
	 */
	boolean mayBoardAgain() {
		return true;
	}

	// The flight ended because time ran out, and here there is more.
	private boolean diedOfAnothersHaste(int position, FlightOutcome outcome) {
		ResourceFailure failure = switch (outcome) {
			case FlightOutcome.Landed landed -> null;
			case FlightOutcome.FellBack fellBack -> isPastItsTime(fellBack.revision()) ? fellBack.failure() : null;
			case FlightOutcome.Failed failed -> failed.failure();
		};
		if (failure == null || failure.kind() == ResourceFailure.Kind.CLOSED) {
			return false;
		}
		long left = this.terms.until() - this.parts.time().monotonicNanos();
		return left > 0 && failure.isDeadlineExceeded() && isEnough(position, left);
	}

	private boolean isPastItsTime(Revision<?> revision) {
		return this.parts.time().epochNanos() > revision.lifetime().freshUntil();
	}

	// A flight that ends as it is joined may do so before the seat is noted.
	private boolean isEnough(int position, long left) {
		Seat seat = this.seats[position];
		return seat == null || seat.flight().progress().isEnough(left);
	}

	private void reboard(int position) {
		ResourceKey<?> key = this.keys.get(position);
		Seat seat = this.parts.registry().board(key, this, position, terms(key));
		if (!take(position, seat)) {
			seat.leave();
		}
		if (seat.role() == Role.OPENED) {
			try {
				this.parts.chain().launch(List.of(seat.flight()));
			}
			catch (RuntimeException | Error ex) {
				fail(List.of(seat.flight()), ex);
			}
		}
	}

	// Returns whether the place is still wanted.
	private synchronized boolean take(int position, Seat seat) {
		this.seats[position] = seat;
		return !this.left;
	}

	private synchronized boolean hasLeft() {
		return this.left;
	}

	private void arrived() {
		if (this.missing.decrementAndGet() == 0) {
			allLanded();
		}
		else {
			oneLanded();
		}
	}

	/**
	 * Gives up every place that is still taken.
	 */
	void leave() {
		synchronized (this) {
			this.left = true;
		}
		for (int i = 0; i < this.seats.length; i++) {
			Seat seat = this.seats[i];
			if (seat != null && this.outcomes.get(i) == null) {
				seat.leave();
			}
		}
	}

	boolean hasAllLanded() {
		return this.missing.get() == 0;
	}

	@Nullable FlightOutcome outcome(int position) {
		return this.outcomes.get(position);
	}

	Flight flight(int position) {
		Seat seat = this.seats[position];
		if (seat == null) {
			throw new IllegalStateException("position: " + position + " (expected: one that has boarded)");
		}
		return seat.flight();
	}

	boolean isJoined(int position) {
		return this.joined[position];
	}

	Terms terms() {
		return this.terms;
	}

	EngineParts parts() {
		return this.parts;
	}

}
