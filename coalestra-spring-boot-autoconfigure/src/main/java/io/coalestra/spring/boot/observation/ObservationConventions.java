package io.coalestra.spring.boot.observation;

import io.coalestra.spring.boot.web.KeyDisplay;
import org.jspecify.annotations.Nullable;

/**
 * What the observations of a builder are called, and which key values they have: the
 * application's own conventions, and the defaults beneath them. Immutable.
 *
 * @param customBuild the application's own, or null
 * @param customCall the application's own, or null
 * @param customRefresh the application's own, or null
 * @param customPublication the application's own, or null
 * @param keys whether the defaults tell keys, which name subjects
 */
public record ObservationConventions(@Nullable BuildObservationConvention customBuild,
		@Nullable SourceCallObservationConvention customCall, @Nullable RefreshObservationConvention customRefresh,
		@Nullable PublicationObservationConvention customPublication, KeyDisplay keys) {

	/**
	 * Returns the defaults alone.
	 * @param keys whether they tell keys, which name subjects
	 * @return the conventions
	 */
	public static ObservationConventions standard(KeyDisplay keys) {
		return new ObservationConventions(null, null, null, null, keys);
	}

	Defaults defaults() {
		return new Defaults(new DefaultBuildObservationConvention(this.keys),
				new DefaultSourceCallObservationConvention(this.keys),
				new DefaultRefreshObservationConvention(this.keys),
				new DefaultPublicationObservationConvention(this.keys));
	}

	record Defaults(BuildObservationConvention build, SourceCallObservationConvention call,
			RefreshObservationConvention refresh, PublicationObservationConvention publication) {
	}

}
