package io.coalestra.internal.engine;

import java.time.Duration;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

import io.coalestra.cache.Revision;
import io.coalestra.failure.ResourceFailure;
import io.coalestra.internal.flight.Flight;
import io.coalestra.internal.flight.Tally;
import io.coalestra.internal.flight.Voyage;
import org.jspecify.annotations.Nullable;

/**
 * How the values of a snapshot came about, where they did not all come warm from the
 * cache. Each position is written by the build alone, before the snapshot is handed out.
 */
final class Delivery {

	private final Way[] ways;

	private final @Nullable Flight[] flights;

	private final Voyage voyage;

	// Whether the request passed the cache by, which says what was found there.
	private boolean passedBy;

	// These six are made where there is something to note, which is seldom.

	private @Nullable ResourceFailure @Nullable [] failures;

	private @Nullable String @Nullable [] superseded;

	// The positions whose keys are being read again in the background.
	private @Nullable BitSet refreshing;

	// The positions whose keys were read by reads in progress.
	private @Nullable BitSet joined;

	// The positions for which the cache had something stale, which might yet stand in.
	private @Nullable BitSet foundStale;

	// Where the positions were not all taken by one build.
	private long @Nullable [] takenAt;

	private Duration duration = Duration.ZERO;

	// What was counted by the end: others may go on counting.
	private Tally tally;

	Delivery(int size, Voyage voyage) {
		this.ways = new Way[size];
		this.flights = new Flight[size];
		this.voyage = voyage;
		this.tally = voyage.tally();
	}

	Voyage voyage() {
		return this.voyage;
	}

	void way(int position, Way way) {
		this.ways[position] = way;
	}

	Way way(int position) {
		Way way = this.ways[position];
		return (way != null) ? way : Way.CACHE_FRESH;
	}

	void failure(int position, @Nullable ResourceFailure failure) {
		if (this.failures == null && failure != null) {
			this.failures = new ResourceFailure[this.ways.length];
		}
		if (this.failures != null) {
			this.failures[position] = failure;
		}
	}

	@Nullable ResourceFailure failure(int position) {
		return (this.failures != null) ? this.failures[position] : null;
	}

	void refreshing(int position) {
		if (this.refreshing == null) {
			this.refreshing = new BitSet(this.ways.length);
		}
		this.refreshing.set(position);
	}

	boolean isRefreshing(int position) {
		return this.refreshing != null && this.refreshing.get(position);
	}

	void joined(int position, boolean byOthers) {
		if (this.joined == null && byOthers) {
			this.joined = new BitSet(this.ways.length);
		}
		if (this.joined != null) {
			this.joined.set(position, byOthers);
		}
	}

	void foundStale(int position) {
		if (this.foundStale == null) {
			this.foundStale = new BitSet(this.ways.length);
		}
		this.foundStale.set(position);
	}

	void passedCacheBy() {
		this.passedBy = true;
	}

	/**
	 * Says why a key was read, and by whose read.
	 * @param position the key's position
	 * @return a sentence
	 */
	String whyRead(int position) {
		String found = this.passedBy ? "passed by, as the request asks"
				: (this.foundStale != null && this.foundStale.get(position)) ? "a stale value, which may stand in"
						: "no usable value";
		boolean byOthers = way(position) == Way.JOINED || (this.joined != null && this.joined.get(position));
		return found + (byOthers ? ": joined the read in progress" : ": opened a read");
	}

	void superseded(int position, @Nullable String source) {
		if (this.superseded == null && source != null) {
			this.superseded = new String[this.ways.length];
		}
		if (this.superseded != null) {
			this.superseded[position] = source;
		}
	}

	@Nullable String superseded(int position) {
		return (this.superseded != null) ? this.superseded[position] : null;
	}

	void flight(int position, Flight flight) {
		this.flights[position] = flight;
	}

	@Nullable Flight flight(int position) {
		return this.flights[position];
	}

	/**
	 * Takes over what came out earlier.
	 * @param position the key's position
	 * @param entry the value and how it came about
	 */
	void take(int position, Entry entry) {
		if (this.takenAt == null) {
			this.takenAt = new long[this.ways.length];
			Arrays.fill(this.takenAt, this.voyage.requestedAt());
		}
		this.takenAt[position] = entry.takenAt();
		this.ways[position] = entry.way();
		failure(position, entry.failure());
		superseded(position, entry.superseded());
		this.flights[position] = entry.flight();
	}

	Entry entry(int position, Revision<?> revision) {
		return new Entry(revision, way(position), failure(position), superseded(position), this.flights[position],
				takenAt(position));
	}

	long takenAt(int position) {
		return (this.takenAt != null) ? this.takenAt[position] : this.voyage.requestedAt();
	}

	/**
	 * Notes what making the snapshot took, now that it is made.
	 * @param value how long
	 */
	void ended(Duration value) {
		this.duration = value;
		this.tally = this.voyage.tally().copy();
	}

	Tally tally() {
		return this.tally;
	}

	Duration duration() {
		return this.duration;
	}

	/**
	 * The way on which a key came out.
	 */
	enum Way {

		/** Fresh from the cache. */
		CACHE_FRESH("answered from the cache, fresh"),

		/** Stale from the cache, and read again behind the caller's back. */
		CACHE_STALE("answered from the cache, stale; being read again"),

		/** Stale from the cache, because every source failed or time ran out. */
		CACHE_FALLBACK("answered from the cache, stale, because the sources failed"),

		/** From a source, by a read of this build's own. */
		SOURCE("read from a source"),

		/** From a source, by a read that was in progress. */
		JOINED("read from a source by a read in progress"),

		/** From the shared tier. */
		TIER("read from the shared tier"),

		/** From a source, derived from pinned values that are stale. */
		SOURCE_STALE("derived from stale values"),

		/** Not at all. */
		FAILED("failed");

		private final String sentence;

		Way(String sentence) {
			this.sentence = sentence;
		}

		String sentence() {
			return this.sentence;
		}

		boolean isCache() {
			return this == CACHE_FRESH || this == CACHE_STALE || this == CACHE_FALLBACK;
		}

		static final List<Way> STALE = List.of(CACHE_STALE, CACHE_FALLBACK, SOURCE_STALE);

	}

}
