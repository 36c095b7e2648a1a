package io.coalestra.spring.boot.observation;

import io.coalestra.signal.Watch;
import io.coalestra.spring.boot.web.KeyDisplay;
import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;

/**
 * The default {@link RefreshObservationConvention}: {@code coalestra.refresh}. Immutable
 * and safe for concurrent use.
 */
public class DefaultRefreshObservationConvention implements RefreshObservationConvention {

	private final KeyValuesOfKeys keys;

	/**
	 * Makes the convention.
	 * @param keys whether it tells keys, which name subjects
	 */
	public DefaultRefreshObservationConvention(KeyDisplay keys) {
		this.keys = new KeyValuesOfKeys(keys);
	}

	@Override
	public String getName() {
		return "coalestra.refresh";
	}

	@Override
	public String getContextualName(RefreshObservationContext context) {
		return "refresh";
	}

	@Override
	public KeyValues getLowCardinalityKeyValues(RefreshObservationContext context) {
		Watch.End end = context.end();
		return KeyValues.of("reason", context.activity().reason(), "status",
				(end != null) ? end.status() : KeyValue.NONE_VALUE);
	}

	@Override
	public KeyValues getHighCardinalityKeyValues(RefreshObservationContext context) {
		return this.keys.of(context);
	}

}
