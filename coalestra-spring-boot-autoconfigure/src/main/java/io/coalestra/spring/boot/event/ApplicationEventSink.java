package io.coalestra.spring.boot.event;

import java.util.Objects;

import io.coalestra.signal.Event;
import io.coalestra.signal.EventSink;

import org.springframework.context.ApplicationEventPublisher;

/**
 * Publishes events to the application's listeners, which take an {@link Event}:
 *
 * <pre class="code">
 * &#064;EventListener
 * void on(Event event) {
 *     if (event.type() == EventType.CIRCUIT_STATE_CHANGED) {
 *         …
 *     }
 * }
 * </pre>
 *
 * Listeners are called one after the other on the thread of the buffer that the builder
 * puts before this sink: a slow one delays events and no build. What they throw reaches
 * no build. Safe for concurrent use.
 */
public final class ApplicationEventSink implements EventSink {

	private final ApplicationEventPublisher publisher;

	/**
	 * Makes a sink.
	 * @param publisher what publishes the events
	 */
	public ApplicationEventSink(ApplicationEventPublisher publisher) {
		this.publisher = Objects.requireNonNull(publisher, "publisher");
	}

	@Override
	public void emit(Event event) {
		this.publisher.publishEvent(event);
	}

}
