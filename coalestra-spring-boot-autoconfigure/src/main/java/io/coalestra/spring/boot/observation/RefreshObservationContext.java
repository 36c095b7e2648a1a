package io.coalestra.spring.boot.observation;

import java.util.List;

import io.coalestra.signal.Activity;

/**
 * The observation of keys being read again in the background. Not safe for concurrent
 * use, as no observation context is.
 */
public final class RefreshObservationContext extends ActivityObservationContext<Activity.Refresh> {

	/**
	 * Makes a context.
	 * @param activity what is done
	 */
	public RefreshObservationContext(Activity.Refresh activity) {
		super(activity, List.of());
	}

}
