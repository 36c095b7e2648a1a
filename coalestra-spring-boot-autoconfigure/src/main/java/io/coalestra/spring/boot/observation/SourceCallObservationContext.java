package io.coalestra.spring.boot.observation;

import java.util.List;

import io.coalestra.signal.Activity;
import io.micrometer.observation.ObservationView;

/**
 * The observation of one call of a source. Not safe for concurrent use, as no observation
 * context is.
 */
public final class SourceCallObservationContext extends ActivityObservationContext<Activity.SourceCall> {

	/**
	 * Makes a context.
	 * @param activity what is done
	 * @param links the observations of the other builds and refreshes that wait for it
	 */
	public SourceCallObservationContext(Activity.SourceCall activity, List<ObservationView> links) {
		super(activity, links);
	}

}
