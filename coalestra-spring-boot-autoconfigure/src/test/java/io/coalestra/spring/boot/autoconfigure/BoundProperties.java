package io.coalestra.spring.boot.autoconfigure;

import java.util.LinkedHashMap;
import java.util.Map;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

/**
 * Binds properties as an application does.
 */
final class BoundProperties {

	private BoundProperties() {
	}

	static CoalestraProperties of(String... pairs) {
		Map<String, String> values = new LinkedHashMap<>();
		for (String pair : pairs) {
			// The last one, because a key in brackets may have qualifiers.
			int equals = pair.lastIndexOf('=');
			values.put(pair.substring(0, equals), pair.substring(equals + 1));
		}
		return new Binder(new MapConfigurationPropertySource(values)).bindOrCreate("coalestra",
				CoalestraProperties.class);
	}

}
