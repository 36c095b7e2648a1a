package io.coalestra.spring.boot.observation;

import io.coalestra.signal.Activity;
import io.coalestra.signal.Watch;
import io.coalestra.spring.boot.web.KeyDisplay;
import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;

/**
 * The default {@link BuildObservationConvention}: {@code coalestra.build}. Immutable and
 * safe for concurrent use.
 */
public class DefaultBuildObservationConvention implements BuildObservationConvention {

	private final KeyValuesOfKeys keys;

	/**
	 * Makes the convention.
	 * @param keys whether it tells keys, which name subjects
	 */
	public DefaultBuildObservationConvention(KeyDisplay keys) {
		this.keys = new KeyValuesOfKeys(keys);
	}

	@Override
	public String getName() {
		return "coalestra.build";
	}

	@Override
	public String getContextualName(BuildObservationContext context) {
		return (context.activity().kind() == Activity.Build.Kind.SNAPSHOT) ? "build"
				: "session " + context.activity().kind().wireName();
	}

	@Override
	public KeyValues getLowCardinalityKeyValues(BuildObservationContext context) {
		Watch.End end = context.end();
		return KeyValues.of(KeyValue.of("kind", context.activity().kind().wireName()), detail(context, "path", "path"),
				KeyValue.of("status", (end != null) ? end.status() : KeyValue.NONE_VALUE));
	}

	@Override
	public KeyValues getHighCardinalityKeyValues(BuildObservationContext context) {
		return this.keys.of(context)
			.and(detail(context, "snapshot_id", "snapshot.id"), detail(context, "failed", "failed"));
	}

	private static KeyValue detail(BuildObservationContext context, String detail, String name) {
		Watch.End end = context.end();
		Object found = (end != null) ? end.details().get(detail) : null;
		return KeyValue.of(name, (found != null) ? found.toString() : KeyValue.NONE_VALUE);
	}

}
