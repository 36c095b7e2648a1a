package io.coalestra.internal.engine;

import java.util.ArrayList;
import java.util.List;

import io.coalestra.internal.flight.FlightRegistry.Joining;
import io.coalestra.internal.flight.Voyage;
import io.coalestra.key.ResourceKey;
import io.coalestra.key.ResourceKeys;

/**
 * Some keys of a build that are read together; a build has one leg, or none, unless
 * something has to be read anew.
 *
 * @param positions the keys' positions in the build, ascending
 * @param keys the keys
 * @param purpose why they are read
 * @param joining which reads in progress serve
 * @param voyage with what the reads are counted, and what they are told
 */
record Leg(List<Integer> positions, List<ResourceKey<?>> keys, Purpose purpose, Joining joining, Voyage voyage) {

	static Leg of(ResourceKeys all, List<Integer> positions, Purpose purpose, Joining joining, Voyage voyage) {
		List<ResourceKey<?>> keys = new ArrayList<>(positions.size());
		positions.forEach((position) -> keys.add(all.get(position)));
		return new Leg(positions, keys, purpose, joining, voyage);
	}

	/**
	 * Why keys are read.
	 */
	enum Purpose {

		/** They are missing. */
		FETCH,

		/** They have values, which a policy of the request does not accept. */
		REPAIR,

		/** They are derived, from values that a session holds. */
		AGREE

	}

}
