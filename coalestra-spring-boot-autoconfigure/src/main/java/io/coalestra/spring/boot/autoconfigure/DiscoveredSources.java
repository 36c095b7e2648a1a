package io.coalestra.spring.boot.autoconfigure;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import io.coalestra.source.Source;
import io.coalestra.source.SourceSettings;
import io.coalestra.source.TimeoutGuarantee;
import io.coalestra.spring.boot.autoconfigure.fault.CoreMessage;
import io.coalestra.spring.boot.autoconfigure.fault.Faults;
import org.jspecify.annotations.Nullable;

/**
 * The sources that were found as beans, in their order, with what the properties say laid
 * over what they say themselves. Immutable.
 */
final class DiscoveredSources {

	private final List<Source> sources;

	private final List<Source> unconfigured;

	/**
	 * Keeps sources.
	 * @param sources the sources, the properties laid over them
	 * @param unconfigured the same as they are without the properties
	 */
	DiscoveredSources(List<Source> sources, List<Source> unconfigured) {
		this.sources = List.copyOf(sources);
		this.unconfigured = List.copyOf(unconfigured);
	}

	List<Source> asList() {
		return this.sources;
	}

	/**
	 * Lays other properties over the sources.
	 * @param rules what the properties say now
	 * @param faults takes what is wrong, and what cannot change any more
	 * @return the sources
	 */
	List<Source> changed(SourceRules rules, Faults faults) {
		List<Source> changed = new ArrayList<>(this.sources.size());
		for (int i = 0; i < this.sources.size(); i++) {
			Source source = rules.configure(this.unconfigured.get(i), faults);
			check(rules.propertyOf(source.name()), this.sources.get(i), source, faults);
			changed.add(source);
		}
		return changed;
	}

	private static void check(String property, Source before, Source changed, Faults faults) {
		SourceSettings old = before.settings();
		SourceSettings wanted = changed.settings();
		requireUnchanged(property + ".priority", old.priority(), wanted.priority(), faults);
		requireUnchanged(property + ".window", old.window(), wanted.window(), faults);
		requireUnchanged(property + ".adaptive-concurrency", old.adaptiveConcurrency(), wanted.adaptiveConcurrency(),
				faults);
		if (TimeoutGuarantee.of(before.name(), old).safe() && !TimeoutGuarantee.of(before.name(), wanted).safe()) {
			faults.add(
					property + ".transport-timeout", CoreMessage.readable("is " + wanted.transportTimeout()
							+ " (expected: below its timeout " + wanted.timeout() + ")"),
					"Shorten it, or lengthen " + property + ".timeout.");
		}
	}

	private static void requireUnchanged(String property, @Nullable Object before, @Nullable Object wanted,
			Faults faults) {
		if (!Objects.equals(before, wanted)) {
			faults.add(property,
					"has changed from " + before + " to " + wanted + ", which takes effect only at the start",
					"Set it back, or start the application anew.");
		}
	}

}
