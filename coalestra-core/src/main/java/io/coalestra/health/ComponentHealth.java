package io.coalestra.health;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

/**
 * The state of something that works beside the builder and reports with it: a batcher, a
 * shared tier, a collection.
 *
 * <p>
 * Its fields are versioned on their own: readers branch on schema and version, and pass
 * over fields that they do not know. No field names a subject, a qualifier or a rendered
 * key. Immutable.
 *
 * @param schema the stable name of the fields' form, such as
 * {@code coalestra.batcher-health}
 * @param schemaVersion the version of that form: 1 or more
 * @param fields what there is to know, in their order. Numbers, strings, booleans, enums,
 * durations, instants, collections and maps of such are written out; of anything else
 * only its class
 * @param faults counters of what went wrong, by name: their growth between two samples is
 * a finding
 * @param findings what an operator should know now
 */
public record ComponentHealth(String schema, int schemaVersion, Map<String, @Nullable Object> fields,
		Map<String, Long> faults, List<Finding> findings) {

	/**
	 * Checks, converts the fields' values and copies.
	 */
	public ComponentHealth {
		Objects.requireNonNull(schema, "schema");
		if (schemaVersion < 1) {
			throw new IllegalArgumentException("schemaVersion: " + schemaVersion + " (expected: 1 or more)");
		}
		fields = WireValues.ofFields(fields);
		faults = Collections.unmodifiableMap(new TreeMap<>(faults));
		findings = List.copyOf(findings);
	}

	/**
	 * Reports a component that could not say how it is.
	 * @param thrown what it threw
	 * @return its state
	 */
	public static ComponentHealth failed(Throwable thrown) {
		return new ComponentHealth("coalestra.failed-component", 1, Map.of("error_type", thrown.getClass().getName()),
				Map.of(), List.of(new Finding(Severity.DEGRADED, "component_failed", "", "failed", true, false,
						"it could not say how it is")));
	}

	Map<String, @Nullable Object> toMap() {
		Map<String, @Nullable Object> document = new LinkedHashMap<>();
		document.put("schema", this.schema);
		document.put("schema_version", this.schemaVersion);
		document.putAll(this.fields);
		document.put("faults", this.faults);
		return document;
	}

}
