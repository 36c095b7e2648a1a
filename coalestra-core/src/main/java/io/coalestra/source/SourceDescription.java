package io.coalestra.source;

import java.util.Objects;

import io.coalestra.policy.Resilience;

/**
 * What a builder knows of one of its sources: what applies to it, whoever said so.
 * Immutable.
 *
 * @param name the source's name
 * @param kind how it reads
 * @param settings how it is called, the configuration laid over what its code says
 * @param resilience how its failures are met, after all that was said
 * @param guarantee what its declarations about time come to
 */
public record SourceDescription(String name, Kind kind, SourceSettings settings, Resilience resilience,
		TimeoutGuarantee guarantee) {

	/**
	 * Checks.
	 */
	public SourceDescription {
		Objects.requireNonNull(name, "name");
		Objects.requireNonNull(kind, "kind");
		Objects.requireNonNull(settings, "settings");
		Objects.requireNonNull(resilience, "resilience");
		Objects.requireNonNull(guarantee, "guarantee");
	}

	/**
	 * How a source reads.
	 */
	public enum Kind {

		/** One key a call. */
		SINGLE,

		/** Many keys a call. */
		BATCH,

		/** It computes from other values. */
		DERIVED;

		/**
		 * Returns the kind of a source.
		 * @param source the source
		 * @return its kind
		 */
		public static Kind of(Source source) {
			return switch (source) {
				case SingleSource single -> SINGLE;
				case BatchSource batch -> BATCH;
				case DerivedSource derived -> DERIVED;
			};
		}

	}

}
