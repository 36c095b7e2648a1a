package io.coalestra.spring.boot.observation;

import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

import io.coalestra.key.ResourceKey;
import io.coalestra.signal.Activity;
import io.coalestra.spring.boot.web.KeyDisplay;
import io.micrometer.common.KeyValues;

/**
 * What observations tell of keys: how many there are, and the first of them.
 */
record KeyValuesOfKeys(KeyDisplay display) {

	private static final int MOST_SHOWN = 10;

	KeyValuesOfKeys {
		Objects.requireNonNull(display, "display");
	}

	KeyValues of(ActivityObservationContext<? extends Activity> context) {
		List<ResourceKey<?>> keys = context.activity().keys();
		KeyValues values = KeyValues.of("keys.count", Integer.toString(keys.size()));
		return (this.display == KeyDisplay.SHOWN) ? values.and("keys", render(keys)) : values;
	}

	private static String render(List<ResourceKey<?>> keys) {
		String shown = keys.stream().limit(MOST_SHOWN).map(ResourceKey::toString).collect(Collectors.joining(","));
		return (keys.size() > MOST_SHOWN) ? shown + ",…" : shown;
	}

}
