package io.coalestra.internal.tier;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.coalestra.internal.flight.Flight;
import io.coalestra.key.ResourceKey;
import io.coalestra.tier.TierKey;

/**
 * An entry of the tier, and the flights that ask for it: one, or those of a group.
 *
 * @param home the key under which it is kept
 * @param key its name
 * @param flights the flights
 */
record Place(ResourceKey<?> home, TierKey key, List<Flight> flights) {

	/**
	 * Finds where flights ask.
	 * @param flights the flights
	 * @param keys the names
	 * @param era the era
	 * @return the places, each once
	 */
	static List<Place> of(List<Flight> flights, SharedKeys keys, long era) {
		Map<ResourceKey<?>, Place> places = LinkedHashMap.newLinkedHashMap(flights.size());
		for (Flight flight : flights) {
			ResourceKey<?> home = keys.home(flight.key());
			places.computeIfAbsent(home, (same) -> new Place(home, keys.stored(home, era), new ArrayList<>(1)))
				.flights()
				.add(flight);
		}
		return List.copyOf(places.values());
	}

	/**
	 * Returns all flights of places.
	 * @param places the places
	 * @return the flights
	 */
	static List<Flight> flightsOf(List<Place> places) {
		List<Flight> flights = new ArrayList<>(places.size());
		places.forEach((place) -> flights.addAll(place.flights()));
		return flights;
	}

}
