package io.coalestra.spring.boot.observation;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;

/**
 * What the observation of keys being read again in the background is called and which key
 * values it has. A bean of this type takes the place of the default.
 */
public interface RefreshObservationConvention extends ObservationConvention<RefreshObservationContext> {

	@Override
	default boolean supportsContext(Observation.Context context) {
		return context instanceof RefreshObservationContext;
	}

}
