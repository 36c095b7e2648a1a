package io.coalestra.spring.boot.observation;

import java.util.List;

import io.coalestra.signal.Activity;

/**
 * The observation of a build, or of a stage of a session. Not safe for concurrent use, as
 * no observation context is.
 */
public final class BuildObservationContext extends ActivityObservationContext<Activity.Build> {

	/**
	 * Makes a context.
	 * @param activity what is done
	 */
	public BuildObservationContext(Activity.Build activity) {
		super(activity, List.of());
	}

}
