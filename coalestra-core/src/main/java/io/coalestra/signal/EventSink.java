package io.coalestra.signal;

import java.util.Objects;

/**
 * Takes the engine's events.
 *
 * <p>
 * Implementations are safe for concurrent use. One that {@linkplain #isNonBlocking() says
 * that it never blocks} is called on the path of builds, any other from a buffer's
 * thread. What they throw is contained, counted and logged once; it never reaches a
 * build.
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

	/**
	 * Returns whether {@link #emit} is sure not to block: it neither waits nor writes to
	 * a disk or a network. A builder puts a buffer before a sink that does not say so.
	 * @return by default false
	 */
	default boolean isNonBlocking() {
		return false;
	}

	/**
	 * Declares that a sink never blocks, so that it is called on the path of builds.
	 * @param sink the sink
	 * @return the sink with that declaration
	 */
	static EventSink nonBlocking(EventSink sink) {
		return new NonBlockingEventSink(Objects.requireNonNull(sink, "sink"));
	}

}
