package io.coalestra.internal.chain;

import java.util.List;

import io.coalestra.cache.Revision;
import io.coalestra.failure.ResourceFailure;
import io.coalestra.internal.flight.Flight;
import io.coalestra.key.ResourceKey;
import io.coalestra.key.ResourceKeys;

/**
 * Reads what a derived value is computed from: the same acquisition as a build's.
 */
public interface DependencyReader {

	/**
	 * Begins to read keys on behalf of a derived flight.
	 * @param keys the dependencies
	 * @param derived the flight that needs them
	 * @param listener is told once, on whichever thread knows the last of them, but not
	 * before the reading was {@linkplain Reading#sentOut() sent out}
	 * @return what is to be sent out first
	 */
	Reading read(ResourceKeys keys, Flight derived, Listener listener);

	/**
	 * Dependencies about to be read. What several derived flights need is sent out
	 * together, so that one call of a batch source serves them all.
	 */
	interface Reading {

		/**
		 * Returns the flights that were opened, and are to be sent out.
		 * @return the flights
		 */
		List<Flight> opened();

		/**
		 * Notes that they were.
		 */
		void sentOut();

		/**
		 * Waits no longer for any of them. The listener may still be told if the last of
		 * them becomes known at this moment.
		 */
		void withdraw();

	}

	/**
	 * Is told what became of the dependencies.
	 */
	interface Listener {

		/**
		 * All dependencies are known.
		 * @param found what became of each, in their order
		 */
		void arrived(List<Found> found);

		/**
		 * Waiting for the dependencies would close a circle.
		 * @param path the keys along it
		 */
		void circular(List<ResourceKey<?>> path);

	}

	/**
	 * What became of a dependency.
	 */
	sealed interface Found {

		/**
		 * It has a value, or is known not to exist.
		 *
		 * @param revision the revision
		 * @param freshness whether it is past its time to live
		 */
		record Value(Revision<?> revision, InputFreshness freshness) implements Found {
		}

		/**
		 * It has none.
		 *
		 * @param failure why
		 */
		record Missing(ResourceFailure failure) implements Found {
		}

	}

	/**
	 * Whether an input was past its time to live when it was read.
	 */
	enum InputFreshness {

		/** It was not. */
		FRESH,

		/** It was. */
		STALE

	}

}
