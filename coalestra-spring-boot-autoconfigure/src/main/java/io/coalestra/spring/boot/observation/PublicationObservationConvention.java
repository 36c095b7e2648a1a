package io.coalestra.spring.boot.observation;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;

/**
 * What the observation of events being written into the cache is called and which key
 * values it has. A bean of this type takes the place of the default.
 */
public interface PublicationObservationConvention extends ObservationConvention<PublicationObservationContext> {

	@Override
	default boolean supportsContext(Observation.Context context) {
		return context instanceof PublicationObservationContext;
	}

}
