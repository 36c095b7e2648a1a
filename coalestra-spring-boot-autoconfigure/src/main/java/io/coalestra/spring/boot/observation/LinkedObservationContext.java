package io.coalestra.spring.boot.observation;

import java.util.List;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationView;

/**
 * The context of an observation that others caused beside its parent. Their spans are
 * linked to by its own.
 */
public interface LinkedObservationContext extends Observation.ContextView {

	/**
	 * Returns the observations to link to.
	 * @return the distinct observations, without the parent
	 */
	List<ObservationView> links();

}
