package io.coalestra.spring.boot.observation;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;

/**
 * What the observation of a build, or of a stage of a session is called and which key
 * values it has. A bean of this type takes the place of the default.
 */
public interface BuildObservationConvention extends ObservationConvention<BuildObservationContext> {

	@Override
	default boolean supportsContext(Observation.Context context) {
		return context instanceof BuildObservationContext;
	}

}
