package io.coalestra.internal.engine;

import io.coalestra.cache.Revision;
import io.coalestra.failure.ResourceFailure;
import io.coalestra.internal.engine.Delivery.Way;
import io.coalestra.internal.flight.Flight;
import io.coalestra.internal.flight.Pins.Age;
import io.coalestra.internal.flight.Pins.Pin;
import org.jspecify.annotations.Nullable;

/**
 * A value that a session holds, and how it came about.
 *
 * @param revision the value
 * @param way on which way it came
 * @param failure why it fell back, or null
 * @param superseded the source whose answer lost to it, or null
 * @param flight the read that brought it, or null
 * @param takenAt when the stage that brought it began, in nanoseconds since the epoch
 */
record Entry(Revision<?> revision, Way way, @Nullable ResourceFailure failure, @Nullable String superseded,
		@Nullable Flight flight, long takenAt) {

	static Entry input(Pin pin, long takenAt) {
		return new Entry(pin.revision(), pin.isStale() ? Way.CACHE_STALE : Way.CACHE_FRESH, null, null, null, takenAt);
	}

	Pin pin() {
		return new Pin(this.revision, Way.STALE.contains(this.way) ? Age.STALE : Age.FRESH);
	}

}
