package io.coalestra.spring.boot.observation;

import java.util.List;

import io.coalestra.signal.Activity;

/**
 * The observation of events being written into the cache. Not safe for concurrent use, as
 * no observation context is.
 */
public final class PublicationObservationContext extends ActivityObservationContext<Activity.Publication> {

	/**
	 * Makes a context.
	 * @param activity what is done
	 */
	public PublicationObservationContext(Activity.Publication activity) {
		super(activity, List.of());
	}

}
