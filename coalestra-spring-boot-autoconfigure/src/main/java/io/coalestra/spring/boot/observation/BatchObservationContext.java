package io.coalestra.spring.boot.observation;

import java.util.List;

import io.coalestra.batch.BulkCall;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationView;

/**
 * The observation of a bulk call, with those of its callers. Not safe for concurrent use,
 * as no observation context is.
 */
public final class BatchObservationContext extends Observation.Context implements LinkedObservationContext {

	private final BulkCall call;

	private final List<ObservationView> callers;

	/**
	 * Makes a context.
	 * @param call the bulk call
	 */
	public BatchObservationContext(BulkCall call) {
		this.call = call;
		this.callers = call.captured()
			.stream()
			.filter(ObservationView.class::isInstance)
			.map(ObservationView.class::cast)
			.distinct()
			.toList();
	}

	/**
	 * Returns the bulk call.
	 * @return the bulk call
	 */
	public BulkCall call() {
		return this.call;
	}

	/**
	 * Returns what was observed of the callers as they called.
	 * @return the distinct observations, in order of arrival
	 */
	public List<ObservationView> callers() {
		return this.callers;
	}

	// A bulk call that has one caller is part of that caller's own observation.
	@Override
	public List<ObservationView> links() {
		return (getParentObservation() != null) ? List.of() : this.callers;
	}

}
