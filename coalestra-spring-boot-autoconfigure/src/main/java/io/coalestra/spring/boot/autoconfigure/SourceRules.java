package io.coalestra.spring.boot.autoconfigure;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

import io.coalestra.policy.Resilience;
import io.coalestra.source.Source;
import io.coalestra.source.SourceSettings;
import io.coalestra.spring.boot.autoconfigure.CoalestraProperties.SourceRule;

/**
 * Lays what the properties say of a source over what it says itself: first the bases that
 * its settings build on, from the ground up, then the settings under its own name.
 */
final class SourceRules {

	static final String SOURCES = "coalestra.sources";

	private static final String BASES = "coalestra.bases";

	private final Map<String, SourceRule> sources;

	private final Map<String, SourceRule> bases;

	private final Resilience defaultResilience;

	SourceRules(Map<String, SourceRule> sources, Map<String, SourceRule> bases, Resilience defaultResilience) {
		this.sources = sources;
		this.bases = bases;
		this.defaultResilience = defaultResilience;
	}

	Source configure(Source source, Faults faults) {
		Deque<Layer> layers = layersOf(source.name(), faults);
		if (layers.isEmpty()) {
			return source;
		}
		return faults.make(PropertyNames.ofEntry(SOURCES, source.name()),
				() -> source.with(source.settings().with((settings) -> apply(layers, source, settings, faults))),
				source);
	}

	private Deque<Layer> layersOf(String source, Faults faults) {
		Deque<Layer> layers = new ArrayDeque<>();
		Set<String> visited = new HashSet<>();
		SourceRule rule = this.sources.get(source);
		String property = PropertyNames.ofEntry(SOURCES, source);
		while (rule != null) {
			layers.addFirst(new Layer(property, rule));
			String base = rule.base();
			if (base == null) {
				break;
			}
			if (!visited.add(base)) {
				faults.add(property + ".base",
						"is " + base + ", which builds on itself (expected: bases without a" + " circle)",
						"Remove one base property among " + BASES + ".*.");
				break;
			}
			rule = this.bases.get(base);
			if (rule == null) {
				faults.add(property + ".base", "is " + base + " (expected: one of " + this.bases.keySet() + ")",
						"Correct " + property + ".base, or describe the base under "
								+ PropertyNames.ofEntry(BASES, base) + ".");
			}
			property = PropertyNames.ofEntry(BASES, base);
		}
		return layers;
	}

	private void apply(Deque<Layer> layers, Source source, SourceSettings.Builder settings, Faults faults) {
		Resilience own = source.settings().resilience();
		Resilience resilience = Defaulted.of(own, this.defaultResilience);
		for (Layer layer : layers) {
			apply(layer.property(), layer.rule(), settings, faults);
			resilience = ResilienceRules.over(resilience, layer.property(), layer.rule().retry(),
					layer.rule().circuit(), faults);
		}
		if (own != null || !resilience.equals(this.defaultResilience)) {
			settings.resilience(resilience);
		}
	}

	private static void apply(String property, SourceRule rule, SourceSettings.Builder settings, Faults faults) {
		faults.set(property, rule.priority(), settings::priority);
		faults.set(property, rule.timeout(), settings::timeout);
		faults.set(property, rule.queueTimeout(), settings::queueTimeout);
		faults.set(property, rule.maxConcurrency(), settings::maxConcurrency);
		faults.set(property, rule.maxBatchSize(), settings::maxBatchSize);
		faults.set(property, rule.transportTimeout(), settings::transportTimeout);
		faults.set(property, rule.hedgeAfter(), settings::hedgeAfter);
		faults.set(property, rule.abandonedCalls(), settings::abandonedCalls);
	}

	private record Layer(String property, SourceRule rule) {
	}

}
