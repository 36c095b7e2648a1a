package io.coalestra.spring.boot.observation;

import java.util.Locale;

import io.coalestra.signal.Watch;
import io.coalestra.spring.boot.web.KeyDisplay;
import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;

/**
 * The default {@link SourceCallObservationConvention}: {@code coalestra.source.call}.
 * Immutable and safe for concurrent use.
 */
public class DefaultSourceCallObservationConvention implements SourceCallObservationConvention {

	private final KeyValuesOfKeys keys;

	/**
	 * Makes the convention.
	 * @param keys whether it tells keys, which name subjects
	 */
	public DefaultSourceCallObservationConvention(KeyDisplay keys) {
		this.keys = new KeyValuesOfKeys(keys);
	}

	@Override
	public String getName() {
		return "coalestra.source.call";
	}

	@Override
	public String getContextualName(SourceCallObservationContext context) {
		return "source " + context.activity().source();
	}

	@Override
	public KeyValues getLowCardinalityKeyValues(SourceCallObservationContext context) {
		Watch.End end = context.end();
		return KeyValues.of("source", context.activity().source(), "kind",
				context.activity().kind().name().toLowerCase(Locale.ROOT), "status",
				(end != null) ? end.status() : KeyValue.NONE_VALUE);
	}

	@Override
	public KeyValues getHighCardinalityKeyValues(SourceCallObservationContext context) {
		return this.keys.of(context).and("attempt", Integer.toString(context.activity().attempt()));
	}

}
