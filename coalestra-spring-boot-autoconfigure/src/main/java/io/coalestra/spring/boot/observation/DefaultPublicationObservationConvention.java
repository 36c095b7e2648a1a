package io.coalestra.spring.boot.observation;

import io.coalestra.signal.Watch;
import io.coalestra.spring.boot.web.KeyDisplay;
import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;

/**
 * The default {@link PublicationObservationConvention}: {@code coalestra.publication}.
 * Immutable and safe for concurrent use.
 */
public class DefaultPublicationObservationConvention implements PublicationObservationConvention {

	private final KeyValuesOfKeys keys;

	/**
	 * Makes the convention.
	 * @param keys whether it tells keys, which name subjects
	 */
	public DefaultPublicationObservationConvention(KeyDisplay keys) {
		this.keys = new KeyValuesOfKeys(keys);
	}

	@Override
	public String getName() {
		return "coalestra.publication";
	}

	@Override
	public String getContextualName(PublicationObservationContext context) {
		return "publish";
	}

	@Override
	public KeyValues getLowCardinalityKeyValues(PublicationObservationContext context) {
		Watch.End end = context.end();
		return KeyValues.of("status", (end != null) ? end.status() : KeyValue.NONE_VALUE);
	}

	@Override
	public KeyValues getHighCardinalityKeyValues(PublicationObservationContext context) {
		return this.keys.of(context);
	}

}
