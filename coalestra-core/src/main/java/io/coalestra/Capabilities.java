package io.coalestra;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.TreeSet;

import io.coalestra.failure.CapabilityRequirementException;
import io.coalestra.failure.CapabilityRequirementException.SchemaMismatch;

/**
 * What this release can do, for those who depend on some of it: features by name, and the
 * versions of the serialized forms. Meant to be asked once, at the start. Immutable.
 *
 * @param packageVersion the release, or {@code development} where classes are not from a
 * released archive
 * @param apiStability which line of releases keeps its API
 * @param javaRequires the least Java release
 * @param stability how finished this line is
 * @param features what there is, sorted
 * @param schemas the versions of the serialized forms, sorted by name
 * @param defaults defaults that decide about safety, sorted by name
 */
public record Capabilities(String packageVersion, String apiStability, int javaRequires, String stability,
		List<String> features, SequencedMap<String, Integer> schemas, SequencedMap<String, Object> defaults) {

	private static final String SCHEMA = "coalestra.capabilities";

	private static final int SCHEMA_VERSION = 1;

	private static final Capabilities CURRENT = new Capabilities(version(), "0.1", 21, "beta",
			List.of("automatic_observability_buffering", "automatic_refresh", "blocking_source_timeout_guarantees",
					"builder_health_assessment", "builder_health_serialization", "change_subscriptions",
					"coalesced_reads", "leases", "micro_batching", "payload_copy_health", "payload_isolation",
					"publication_backlog", "snapshot_acceptance", "snapshot_consistency", "snapshot_json",
					"snapshot_repair", "snapshot_requests", "snapshot_sessions", "source_authority",
					"standalone_publisher", "transactional_revalidation", "try_results", "versioned_error_diagnostics"),
			new TreeMap<>(Map.of("builder_health", 1, "builder_health_assessment", 1, "capabilities", 1,
					"error_diagnostics", 1, "snapshot", 1, "snapshot_result", 1)),
			new TreeMap<>(Map.of("allow_unsafe_blocking_sources", false, "buffer_observability", "auto",
					"require_source_timeout_declarations", true)));

	/**
	 * Copies and sorts.
	 */
	public Capabilities {
		features = List.copyOf(new TreeSet<>(features));
		schemas = Collections.unmodifiableSequencedMap(new TreeMap<>(schemas));
		defaults = Collections.unmodifiableSequencedMap(new TreeMap<>(defaults));
	}

	/**
	 * Returns what this release can do.
	 * @return the capabilities
	 */
	public static Capabilities current() {
		return CURRENT;
	}

	private static String version() {
		String released = Capabilities.class.getPackage().getImplementationVersion();
		return (released != null) ? released : "development";
	}

	/**
	 * Requires features.
	 * @param names the features
	 * @return these capabilities
	 * @throws CapabilityRequirementException if any is missing; it names all that are
	 */
	public Capabilities require(String... names) {
		return require(List.of(names), Map.of());
	}

	/**
	 * Requires features, and serialized forms of a least version.
	 * @param names the features
	 * @param leastVersions the least version by schema: 1 or more
	 * @return these capabilities
	 * @throws CapabilityRequirementException if any is missing or too old; it names all
	 * that are
	 */
	public Capabilities require(Collection<String> names, Map<String, Integer> leastVersions) {
		List<String> missing = new ArrayList<>(new TreeSet<>(names));
		missing.removeAll(this.features);
		SequencedMap<String, SchemaMismatch> mismatches = new TreeMap<>();
		leastVersions.forEach((name, least) -> {
			if (least < 1) {
				throw new IllegalArgumentException("schema \"" + name + "\": " + least + " (expected: 1 or more)");
			}
			Integer installed = this.schemas.get(name);
			if (installed == null || installed < least) {
				mismatches.put(name, new SchemaMismatch(least, installed));
			}
		});
		if (!missing.isEmpty() || !mismatches.isEmpty()) {
			throw new CapabilityRequirementException(missing, mismatches);
		}
		return this;
	}

	/**
	 * Returns the capabilities in their serialized form: schema
	 * {@code coalestra.capabilities}, version 1.
	 * @return an unmodifiable map
	 */
	public SequencedMap<String, Object> toMap() {
		SequencedMap<String, Object> form = new LinkedHashMap<>();
		form.put("schema", SCHEMA);
		form.put("schema_version", SCHEMA_VERSION);
		form.put("package_version", this.packageVersion);
		form.put("api_stability", this.apiStability);
		form.put("java_requires", this.javaRequires);
		form.put("stability", this.stability);
		form.put("features", this.features);
		form.put("schemas", this.schemas);
		form.put("defaults", this.defaults);
		return Collections.unmodifiableSequencedMap(form);
	}

}
