package io.coalestra.failure;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

import org.jspecify.annotations.Nullable;

/**
 * Thrown where an application needs what this release does not have. It names everything
 * that is missing.
 */
public class CapabilityRequirementException extends CoalestraException {

	private static final long serialVersionUID = 1L;

	private final transient List<String> missingFeatures;

	private final transient SequencedMap<String, SchemaMismatch> schemaMismatches;

	/**
	 * Makes an exception.
	 * @param missingFeatures the features that are missing
	 * @param schemaMismatches the schemas that are missing or too old, by name
	 */
	public CapabilityRequirementException(List<String> missingFeatures, Map<String, SchemaMismatch> schemaMismatches) {
		super("capabilities: missing features " + missingFeatures + ", schemas " + schemaMismatches
				+ " (expected: a release that has them)");
		this.missingFeatures = List.copyOf(missingFeatures);
		this.schemaMismatches = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(schemaMismatches));
	}

	/**
	 * Returns the features that are missing.
	 * @return the names, sorted
	 */
	public List<String> missingFeatures() {
		return this.missingFeatures;
	}

	/**
	 * Returns the schemas that are missing or too old.
	 * @return an unmodifiable map by name, sorted
	 */
	public SequencedMap<String, SchemaMismatch> schemaMismatches() {
		return this.schemaMismatches;
	}

	/**
	 * A schema that does not suffice.
	 *
	 * @param required the least version that is needed
	 * @param installed the version that there is, or null for none
	 */
	public record SchemaMismatch(int required, @Nullable Integer installed) {

		@Override
		public String toString() {
			return "version " + this.installed + " instead of " + this.required;
		}

	}

}
