package io.coalestra.internal.engine;

import java.util.Map;
import java.util.function.Function;

import io.coalestra.policy.Resilience;
import io.coalestra.source.Source;
import org.jspecify.annotations.Nullable;

/**
 * How failures of a source are met: as was said for its name, or as the function decides,
 * or as it says itself, or by default. Immutable.
 *
 * @param byDefault where nothing is said for a source
 * @param bySource by name of source
 * @param decide decides by name of source, or null; it answers null where it has no
 * opinion
 */
public record ResilienceChoice(Resilience byDefault, Map<String, Resilience> bySource,
		@Nullable Function<String, @Nullable Resilience> decide) {

	/**
	 * Copies.
	 */
	public ResilienceChoice {
		bySource = Map.copyOf(bySource);
	}

	/**
	 * Chooses.
	 * @param source the source
	 * @return how its failures are met
	 */
	public Resilience of(Source source) {
		Resilience byName = this.bySource.get(source.name());
		if (byName != null) {
			return byName;
		}
		Resilience decided = (this.decide != null) ? this.decide.apply(source.name()) : null;
		if (decided != null) {
			return decided;
		}
		Resilience own = source.settings().resilience();
		return (own != null) ? own : this.byDefault;
	}

}
