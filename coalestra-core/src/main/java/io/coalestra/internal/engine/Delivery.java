package io.coalestra.internal.engine;

import java.time.Duration;
import java.util.List;

import io.coalestra.failure.ResourceFailure;
import io.coalestra.internal.flight.Flight;
import io.coalestra.internal.flight.Voyage;
import org.jspecify.annotations.Nullable;

/**
 * How the values of a snapshot came about, where they did not all come warm from the
 * cache. Each position is written by the build alone, before the snapshot is handed out.
 */
final class Delivery {

	private final Way[] ways;

	private final @Nullable ResourceFailure[] failures;

	private final @Nullable String[] superseded;

	private final @Nullable Flight[] flights;

	private final Voyage voyage;

	private Duration duration = Duration.ZERO;

	Delivery(int size, Voyage voyage) {
		this.ways = new Way[size];
		this.failures = new ResourceFailure[size];
		this.superseded = new String[size];
		this.flights = new Flight[size];
		this.voyage = voyage;
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

	void failure(int position, ResourceFailure failure) {
		this.failures[position] = failure;
	}

	@Nullable ResourceFailure failure(int position) {
		return this.failures[position];
	}

	void superseded(int position, @Nullable String source) {
		this.superseded[position] = source;
	}

	@Nullable String superseded(int position) {
		return this.superseded[position];
	}

	void flight(int position, Flight flight) {
		this.flights[position] = flight;
	}

	@Nullable Flight flight(int position) {
		return this.flights[position];
	}

	void duration(Duration value) {
		this.duration = value;
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

		static final List<Way> STALE = List.of(CACHE_STALE, CACHE_FALLBACK);

	}

}
