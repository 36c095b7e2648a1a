package io.coalestra.signal;

/**
 * A sink of events that was declared not to block.
 *
 * @param sink the sink
 */
record NonBlockingEventSink(EventSink sink) implements EventSink {

	@Override
	public void emit(Event event) {
		this.sink.emit(event);
	}

	@Override
	public boolean wants(EventType type) {
		return this.sink.wants(type);
	}

	@Override
	public boolean isNonBlocking() {
		return true;
	}

}
