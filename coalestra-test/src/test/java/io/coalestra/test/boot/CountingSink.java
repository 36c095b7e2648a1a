package io.coalestra.test.boot;

import java.util.concurrent.atomic.AtomicInteger;

import io.coalestra.signal.Event;
import io.coalestra.signal.EventSink;

import org.springframework.stereotype.Component;

/**
 * A sink that is found by scanning.
 */
@Component
class CountingSink implements EventSink {

	final AtomicInteger events = new AtomicInteger();

	@Override
	public void emit(Event event) {
		this.events.incrementAndGet();
	}

}
