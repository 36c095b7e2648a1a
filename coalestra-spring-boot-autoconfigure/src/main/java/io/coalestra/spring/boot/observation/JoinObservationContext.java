package io.coalestra.spring.boot.observation;

import java.util.List;
import java.util.Objects;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationView;

/**
 * The observation of a wait for a call that was in progress before, as part of whoever
 * waits. Not safe for concurrent use, as no observation context is.
 */
public final class JoinObservationContext extends Observation.Context implements LinkedObservationContext {

	private final String source;

	private final ObservationView call;

	/**
	 * Makes a context.
	 * @param source the name of the source that is called
	 * @param call the observation of the call
	 */
	public JoinObservationContext(String source, ObservationView call) {
		this.source = Objects.requireNonNull(source, "source");
		this.call = Objects.requireNonNull(call, "call");
	}

	/**
	 * Returns the source that is called.
	 * @return the source's name
	 */
	public String source() {
		return this.source;
	}

	@Override
	public List<ObservationView> links() {
		return List.of(this.call);
	}

}
