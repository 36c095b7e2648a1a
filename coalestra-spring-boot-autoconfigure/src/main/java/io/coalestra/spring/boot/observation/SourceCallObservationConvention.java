package io.coalestra.spring.boot.observation;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;

/**
 * What the observation of one call of a source is called and which key values it has. A
 * bean of this type takes the place of the default.
 */
public interface SourceCallObservationConvention extends ObservationConvention<SourceCallObservationContext> {

	@Override
	default boolean supportsContext(Observation.Context context) {
		return context instanceof SourceCallObservationContext;
	}

}
