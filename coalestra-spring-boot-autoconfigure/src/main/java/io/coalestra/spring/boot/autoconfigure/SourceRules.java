package io.coalestra.spring.boot.autoconfigure;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import io.coalestra.batch.Window;
import io.coalestra.policy.Resilience;
import io.coalestra.source.AdaptiveConcurrency;
import io.coalestra.source.BatchSource;
import io.coalestra.source.Source;
import io.coalestra.source.SourceSettings;
import io.coalestra.spring.boot.autoconfigure.CoalestraProperties.SourceRule;
import io.coalestra.spring.boot.autoconfigure.fault.Faults;
import io.coalestra.spring.boot.autoconfigure.fault.PropertyNames;
import org.jspecify.annotations.Nullable;

/**
 * Lays what the properties say of a source over what it says itself: first the bases that
 * its settings build on, from the ground up, then the settings under its own name.
 */
final class SourceRules {

	// Shared by all builders.
	private static final String BASES = "coalestra.bases";

	private final String property;

	private final Map<String, SourceRule> sources;

	private final Map<String, SourceRule> bases;

	private final Resilience defaultResilience;

	/**
	 * Makes the rules.
	 * @param property the property below which the settings are
	 * @param sources the settings by name of source
	 * @param bases what they build on
	 * @param defaultResilience how failures are met where neither they nor a source say
	 * so
	 */
	SourceRules(String property, Map<String, SourceRule> sources, Map<String, SourceRule> bases,
			Resilience defaultResilience) {
		this.property = property;
		this.sources = sources;
		this.bases = bases;
		this.defaultResilience = defaultResilience;
	}

	/**
	 * Returns what a source's settings are called.
	 * @param source the source's name
	 * @return the property
	 */
	String propertyOf(String source) {
		return PropertyNames.ofEntry(this.property, source);
	}

	Source configure(Source source, Faults faults) {
		Deque<Layer> layers = layersOf(source.name(), faults);
		if (layers.isEmpty()) {
			return source;
		}
		return faults.make(propertyOf(source.name()),
				() -> source.with(source.settings().with((settings) -> apply(layers, source, settings, faults))),
				source);
	}

	private Deque<Layer> layersOf(String source, Faults faults) {
		Deque<Layer> layers = new ArrayDeque<>();
		Set<String> visited = new HashSet<>();
		SourceRule rule = this.sources.get(source);
		String property = propertyOf(source);
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
		Window window = source.settings().window();
		for (Layer layer : layers) {
			apply(layer.property(), layer.rule(), settings, faults);
			window = windowOver(window, layer, source, faults);
			resilience = ResilienceRules.over(resilience, layer.property(), layer.rule().retry(),
					layer.rule().circuit(), faults);
		}
		if (window != null) {
			settings.window(window);
		}
		if (own != null || !resilience.equals(this.defaultResilience)) {
			settings.resilience(resilience);
		}
	}

	private static @Nullable Window windowOver(@Nullable Window below, Layer layer, Source source, Faults faults) {
		Duration length = layer.rule().window();
		Window.Kind kind = layer.rule().windowKind();
		if (length == null && kind == null) {
			return below;
		}
		if (!(source instanceof BatchSource)) {
			faults.add(layer.property() + ((length != null) ? ".window" : ".window-kind"),
					"is set for a source that is not of the batch kind (expected: no window)",
					"Remove it, or make source \"" + source.name() + "\" by Source.batch.");
			return below;
		}
		if (length == null && below == null) {
			faults.add(layer.property() + ".window-kind", "is set without a window (expected: how long it is)",
					"Set " + layer.property() + ".window, for example to 5ms.");
			return below;
		}
		Duration effective = (length != null) ? length : Objects.requireNonNull(below).length();
		Window.Kind effectiveKind = (kind != null) ? kind : (below != null) ? below.kind() : Window.Kind.ADAPTIVE;
		return faults.make(layer.property(), () -> new Window(effectiveKind, effective),
				Window.adaptive(Duration.ZERO));
	}

	private static void apply(String property, SourceRule rule, SourceSettings.Builder settings, Faults faults) {
		faults.set(property, rule.priority(), settings::priority);
		faults.set(property, rule.timeout(), settings::timeout);
		faults.set(property, rule.queueTimeout(), settings::queueTimeout);
		faults.set(property, rule.maxConcurrency(), settings::maxConcurrency);
		faults.set(property + ".adaptive-concurrency", rule.adaptiveConcurrency(),
				(adaptive) -> settings.adaptiveConcurrency(
						new AdaptiveConcurrency(adaptive.minimum(), adaptive.maximum(), adaptive.tolerance())));
		faults.set(property, rule.maxBatchSize(), settings::maxBatchSize);
		faults.set(property, rule.transportTimeout(), settings::transportTimeout);
		declare(property + ".non-blocking", rule.nonBlocking(), true, settings::nonBlocking, faults);
		declare(property + ".remember-support", rule.rememberSupport(), false, settings::forgetSupport, faults);
		faults.set(property, rule.hedgeAfter(), settings::hedgeAfter);
		faults.set(property, rule.abandonedCalls(), settings::abandonedCalls);
	}

	private static void declare(String property, @Nullable Boolean value, boolean allowed, Runnable declaration,
			Faults faults) {
		if (value == null) {
			return;
		}
		if (value != allowed) {
			faults.add(property, "is " + value + " (expected: " + allowed + ", or not set)",
					"Remove " + property + ", or set it to " + allowed + ".");
			return;
		}
		faults.set(property.substring(0, property.lastIndexOf('.')), value, (said) -> declaration.run());
	}

	private record Layer(String property, SourceRule rule) {
	}

}
