package io.coalestra.spring.boot.examples;

import java.util.ArrayList;
import java.util.List;

import io.coalestra.Coalestra;
import io.coalestra.cache.PayloadCopier;
import io.coalestra.json.JacksonPayloadCopier;

/**
 * The code of the page on isolation, as it stands there.
 */
class IsolationExamples {

	Coalestra withRoutes(Coalestra configuration) {
		PayloadCopier beans = new JacksonPayloadCopier();
		return configuration.otherPayloadCopier(new PayloadCopier() {

			@Override
			@SuppressWarnings("unchecked") // a copy is of its original's class
			public <T> T copy(T payload) {
				return (payload instanceof Route route) ? (T) route.copy() : beans.copy(payload);
			}

		});
	}

	/**
	 * Neither a record nor a bean.
	 */
	static final class Route {

		private final List<String> stops;

		Route(List<String> stops) {
			this.stops = new ArrayList<>(stops);
		}

		Route copy() {
			return new Route(this.stops);
		}

	}

}
