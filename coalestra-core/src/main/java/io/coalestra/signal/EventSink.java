package io.coalestra.signal;

/**
 * Takes the engine's events.
 *
 * <p>
 * Implementations are safe for concurrent use and do not block: they are called on the
 * path of builds. What they throw is contained, counted and logged once; it never reaches
 * a build.
 */
@FunctionalInterface
public interface EventSink {

	/**
	 * Takes an event.
	 * @param event the event
	 */
	void emit(Event event);

	/**
	 * Returns whether events of a type are wanted; none is made that no sink wants. Asked
	 * once for each type, when the builder is made.
	 * @param type the type
	 * @return by default true for every type but {@link EventType#CACHE_HIT}, of which
	 * there is one for each key of each warm build
	 */
	default boolean wants(EventType type) {
		return type != EventType.CACHE_HIT;
	}

}
