package io.coalestra.internal.flight;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;

import io.coalestra.internal.store.Draft;
import io.coalestra.key.ResourceKey;
import io.coalestra.signal.Watch;
import io.coalestra.snapshot.Explanation;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A read of one key in progress, from the moment it is found missing until a value is in
 * the cache or every source has failed.
 *
 * <p>
 * All mutable state but the volatile flags is guarded by this object's monitor, which is
 * entered for a few instructions and never while a listener is told or a source is
 * called. The flight belongs to nobody: whoever opened it may leave like any other who
 * waits. It may go on until the latest deadline of all who joined.
 */
public final class Flight implements Draft.Reading {

	private static final Logger logger = LoggerFactory.getLogger(Flight.class);

	private static final Flight[] NONE = {};

	private final ResourceKey<?> key;

	private final FlightRegistry.Terms terms;

	private @Nullable Seat seats;

	private int waiting;

	// Nobody waits, and the call is being given up for it: who comes now reads anew.
	// Under
	// the monitor.
	private boolean abandoned;

	// Only ever later; written under the monitor, read anywhere.
	private volatile long deadline;

	private final ChainProgress progress = new ChainProgress(this);

	private @Nullable FlightOutcome outcome;

	// Made with the first step.
	private @Nullable Trail trail;

	// Written by whoever opens what this flight depends on, under the lock of WaitGraph,
	// under which cycle searches read it; read without by whoever joins.
	volatile Flight[] waitsFor = NONE;

	// Raised by invalidations and by the end, never lowered; read inside the cache's
	// atomic change. A call that outlasts the flight brings what no invalidation would
	// find any more.
	private volatile boolean fenced;

	// Raised when the first source is called, never lowered.
	private volatile boolean departed;

	// How recently a value that is not a source's answer must have been observed, to
	// serve all who wait; only ever later, and guarded by the monitor.
	private long demand;

	// Written by whoever has the flight before it is with a source, read by who comes
	// after.
	private boolean hasAskedTier;

	private volatile @Nullable FillRight fillRight;

	// Written by whoever has the flight before it is with a source; read by whoever
	// writes
	// what it brings.
	private volatile Comparison comparison = Comparison.NONE;

	// What is to be done when nothing more comes of the flight; set by whoever has it
	// before it is with a source, taken once; both under the monitor.
	private @Nullable Runnable afterwards;

	// Run when nobody waits any more, one for each call in progress that wants to know;
	// set and read under the monitor.
	private List<Runnable> whenUnwanted = List.of();

	// Told of those who join while the flight gathers with others; set by who gathers it,
	// read by who joins.
	private volatile @Nullable LongConsumer whenJoined;

	// Of the call that is in progress; written by whoever makes one, before it looks who
	// waits, and read by whoever joins, after it has taken its seat.
	private volatile Watch call = Watch.NONE;

	private Flight(ResourceKey<?> key, FlightRegistry.Terms terms) {
		this.key = key;
		this.terms = terms;
		this.deadline = terms.until();
		this.demand = terms.demand();
		this.waiting = 1;
	}

	/**
	 * Opens a flight with its first seat. Nobody else knows of it yet, so that no monitor
	 * is entered.
	 * @param key the key
	 * @param listener is told when it ends
	 * @param position handed back to the listener
	 * @param terms of the read
	 * @return the seat
	 */
	static Seat open(ResourceKey<?> key, FlightListener listener, int position, FlightRegistry.Terms terms) {
		Flight flight = new Flight(key, terms);
		Seat seat = new Seat(flight, listener, position, FlightRegistry.Role.OPENED);
		flight.seats = seat;
		return seat;
	}

	/**
	 * Returns the key.
	 * @return the key
	 */
	public ResourceKey<?> key() {
		return this.key;
	}

	/**
	 * Returns what caused the flight.
	 * @return the voyage of the build that opened it
	 */
	public Voyage voyage() {
		return this.terms.voyage();
	}

	/**
	 * Returns when the flight was opened.
	 * @return monotonic nanoseconds
	 */
	public long openedAt() {
		return this.terms.now();
	}

	/**
	 * Returns the clearing epoch when the flight was opened.
	 * @return the epoch
	 */
	@Override
	public int epoch() {
		return this.terms.epoch();
	}

	/**
	 * Returns how many derivations lie above.
	 * @return zero for a flight that a build opened
	 */
	public int depth() {
		return this.terms.depth();
	}

	/**
	 * Joins the flight.
	 * @param listener is told when it ends
	 * @param position handed back to the listener
	 * @param until until when the listener waits: monotonic nanoseconds
	 * @param youngest how recently a value that is not a source's answer must have been
	 * observed: nanoseconds since the epoch
	 * @return the seat, or null when the flight has ended already, or was abandoned
	 */
	synchronized @Nullable Seat join(FlightListener listener, int position, long until, long youngest) {
		if (this.outcome != null || this.abandoned) {
			return null;
		}
		Seat seat = new Seat(this, listener, position, FlightRegistry.Role.JOINED);
		seat.next = this.seats;
		if (this.seats != null) {
			this.seats.previous = seat;
		}
		this.seats = seat;
		this.waiting++;
		this.deadline = Math.max(this.deadline, until);
		this.demand = Math.max(this.demand, youngest);
		return seat;
	}

	void leave(Seat seat) {
		List<Runnable> unwanted;
		synchronized (this) {
			if (seat.left || this.outcome != null) {
				return;
			}
			seat.left = true;
			if (seat.previous != null) {
				seat.previous.next = seat.next;
			}
			else {
				this.seats = seat.next;
			}
			if (seat.next != null) {
				seat.next.previous = seat.previous;
			}
			this.waiting--;
			unwanted = (this.waiting == 0) ? this.whenUnwanted : List.of();
		}
		unwanted.forEach(Runnable::run);
	}

	/**
	 * Says what a call does when nobody waits for it any more: all have left, or the
	 * flight has ended without it.
	 * @param action what to do
	 * @return true if nobody waits already
	 */
	public synchronized boolean whenUnwanted(Runnable action) {
		if (this.outcome == null) {
			List<Runnable> more = new ArrayList<>(this.whenUnwanted);
			more.add(action);
			this.whenUnwanted = List.copyOf(more);
		}
		return isUnwanted();
	}

	/**
	 * Returns whether nobody waits for a call any more.
	 * @return true if all have left, or the flight has ended
	 */
	public synchronized boolean isUnwanted() {
		return this.waiting == 0 || this.outcome != null;
	}

	/**
	 * Abandons flights of one call, unless somebody waits for one of them: nobody joins
	 * them any more, so that no one who comes later is told that nobody waited.
	 * @param flights the flights
	 * @return true if the call may be given up
	 */
	public static boolean abandon(List<Flight> flights) {
		if (!flights.stream().allMatch(Flight::isUnwanted)) {
			return false;
		}
		for (int i = 0; i < flights.size(); i++) {
			if (!flights.get(i).abandon()) {
				// Somebody has joined meanwhile.
				flights.subList(0, i).forEach(Flight::resume);
				return false;
			}
		}
		return true;
	}

	private synchronized boolean abandon() {
		this.abandoned = isUnwanted();
		return this.abandoned;
	}

	private synchronized void resume() {
		this.abandoned = false;
	}

	/**
	 * Says who is to be told of those who join.
	 * @param watcher takes until when they wait, in monotonic nanoseconds, on their
	 * thread; or null for nobody
	 */
	public void whenJoined(@Nullable LongConsumer watcher) {
		this.whenJoined = watcher;
	}

	/**
	 * Tells who wants to know that somebody has joined, and lets what the flight waits
	 * for go on as long.
	 * @param until until when it waits: monotonic nanoseconds
	 */
	void joined(long until) {
		LongConsumer watcher = this.whenJoined;
		if (watcher != null) {
			watcher.accept(until);
		}
		for (Flight input : this.waitsFor) {
			input.prolong(until);
		}
	}

	/**
	 * Lets what the flight waits for go on as long as the flight itself, also where
	 * somebody joined before it was known what that is.
	 */
	public void prolongInputs() {
		long until = this.deadline;
		for (Flight input : this.waitsFor) {
			input.prolong(until);
		}
	}

	// Ends, since a deadline is passed on only where it is later than the one before.
	private void prolong(long until) {
		synchronized (this) {
			if (this.outcome != null || until <= this.deadline) {
				return;
			}
			this.deadline = until;
		}
		joined(until);
	}

	/**
	 * Returns until when anybody waits.
	 * @return monotonic nanoseconds; {@link Long#MAX_VALUE} for no bound
	 */
	public long deadline() {
		return this.deadline;
	}

	/**
	 * Ends the flight, unless it has ended. Listeners are told afterwards, by
	 * {@link #announce()}, when all flights that end together have ended.
	 * @param how how it ended
	 * @return true if this call ended it: the caller announces it
	 */
	synchronized boolean land(FlightOutcome how) {
		if (this.outcome != null) {
			return false;
		}
		end(how);
		return true;
	}

	/**
	 * Ends the flight with a value that is not a source's answer, unless it has ended or
	 * somebody waits for a younger one.
	 * @param how how it ended
	 * @param observedAt when the value was observed: nanoseconds since the epoch
	 * @return what came of it
	 */
	synchronized Landing landYoung(FlightOutcome how, long observedAt) {
		if (this.outcome != null) {
			return Landing.OVER;
		}
		if (observedAt < this.demand) {
			return Landing.TOO_OLD;
		}
		end(how);
		return Landing.LANDED;
	}

	private void end(FlightOutcome how) {
		this.outcome = how;
		this.fenced = true;
		this.progress.over();
	}

	/**
	 * Notes that the flight asks the shared tier. It does not where those who wait want
	 * nothing but a source's answer.
	 * @return true the first time
	 */
	public synchronized boolean asksTier() {
		boolean first = !this.hasAskedTier && this.outcome == null;
		this.hasAskedTier = true;
		if (first) {
			this.comparison = Comparison.OUTSTANDING;
		}
		return first && this.demand < Long.MAX_VALUE;
	}

	/**
	 * Notes what the shared tier has to say.
	 * @param what what it is
	 */
	public void compared(Comparison what) {
		this.comparison = what;
	}

	/**
	 * Returns what the shared tier has to say.
	 * @return what it is
	 */
	public Comparison comparison() {
		return this.comparison;
	}

	@Override
	public boolean isUncompared() {
		return this.comparison == Comparison.OUTSTANDING;
	}

	/**
	 * Notes that what a source gives may fill the shared tier.
	 * @param right the right to do so
	 */
	public void fillRight(FillRight right) {
		this.fillRight = right;
	}

	/**
	 * Returns the right to fill the shared tier.
	 * @return the right, or null
	 */
	public @Nullable FillRight fillRight() {
		return this.fillRight;
	}

	/**
	 * Says what to do when nothing more comes of the flight: it has ended without a
	 * value, or with one and {@link #conclude()} is called.
	 * @param action what to do, once
	 */
	public void afterwards(Runnable action) {
		boolean isOver;
		synchronized (this) {
			this.afterwards = action;
			isOver = this.outcome != null;
		}
		if (isOver) {
			// Nobody may come to conclude it.
			conclude();
		}
	}

	/**
	 * Does what is to be done when nothing more comes of the flight, unless that was
	 * done.
	 */
	public void conclude() {
		Runnable action;
		synchronized (this) {
			action = this.afterwards;
			this.afterwards = null;
		}
		if (action != null) {
			contain(action);
		}
	}

	/**
	 * Tells those who waited how the flight ended. Called once, by whoever ended it.
	 */
	// Without the monitor: whoever comes to change seats, or to be told that nobody
	// waits,
	// finds the outcome first from here on and leaves both as they are.
	void announce() {
		FlightOutcome how = this.outcome;
		Seat seat = this.seats;
		this.seats = null;
		while (seat != null && how != null) {
			Seat following = seat.next;
			tell(seat, how);
			seat = following;
		}
		List<Runnable> unwanted = this.whenUnwanted;
		this.whenUnwanted = List.of();
		unwanted.forEach(this::contain);
		if (!(how instanceof FlightOutcome.Landed)) {
			conclude();
		}
	}

	// One that throws must not keep the others from being told.
	private void tell(Seat seat, FlightOutcome how) {
		try {
			seat.tell(how);
		}
		catch (RuntimeException | Error ex) {
			failed(ex);
		}
	}

	private void contain(Runnable action) {
		try {
			action.run();
		}
		catch (RuntimeException | Error ex) {
			failed(ex);
		}
	}

	private void failed(Throwable thrown) {
		logger.error("Telling of the end of the {} failed", this, thrown);
	}

	/**
	 * Returns whether the flight has ended.
	 * @return true if it has
	 */
	public synchronized boolean hasLanded() {
		return this.outcome != null;
	}

	/**
	 * Returns how far the flight has come along its chain of sources.
	 * @return the progress
	 */
	public ChainProgress progress() {
		return this.progress;
	}

	/**
	 * Adds a step to the trail, which is bounded.
	 * @param at when: monotonic nanoseconds
	 * @param action what was done
	 * @param component with what
	 * @param detail what came of it
	 */
	public synchronized void trace(long at, String action, String component, String detail) {
		if (this.trail == null) {
			this.trail = new Trail(openedAt());
		}
		this.trail.add(at, action, component, detail);
	}

	/**
	 * Returns the trail.
	 * @return the steps so far
	 */
	public synchronized List<Explanation.Step> trail() {
		return (this.trail != null) ? this.trail.steps() : List.of();
	}

	/**
	 * Keeps what the flight will bring out of the cache: the key was invalidated.
	 */
	public void fence() {
		this.fenced = true;
	}

	/**
	 * Returns whether what the flight brings must not be stored.
	 * @return true if the key was invalidated since it was opened, or the flight has
	 * ended
	 */
	@Override
	public boolean isFenced() {
		return this.fenced;
	}

	/**
	 * Notes that a source is about to be called.
	 */
	public void depart() {
		this.departed = true;
	}

	/**
	 * Returns whether a source has been called, so that the answer may be older than one
	 * who joins now.
	 * @return true if one has
	 */
	public boolean hasDeparted() {
		return this.departed;
	}

	/**
	 * Notes what follows the call in progress.
	 * @param watch the watch of the call
	 */
	public void call(Watch watch) {
		this.call = watch;
	}

	/**
	 * Returns what follows the call in progress.
	 * @return the watch of the latest call
	 */
	public Watch call() {
		return this.call;
	}

	/**
	 * Returns what follows the activities that wait.
	 * @return the watches, that of the opener first
	 */
	public synchronized List<Watch> watches() {
		List<Watch> watches = new ArrayList<>();
		watches.add(voyage().watch());
		for (Seat seat = this.seats; seat != null; seat = seat.next) {
			watches.add(seat.watch());
		}
		return watches;
	}

	@Override
	public String toString() {
		return "flight of " + this.key;
	}

	/**
	 * What came of ending a flight with a value that is not a source's answer.
	 */
	enum Landing {

		/** It has ended with it. */
		LANDED,

		/** It had ended before. */
		OVER,

		/** Somebody waits for a younger value. */
		TOO_OLD

	}

}
