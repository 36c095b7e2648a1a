package io.coalestra;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

import io.coalestra.internal.engine.ResilienceChoice;
import io.coalestra.policy.Freshness;
import io.coalestra.policy.KeyPolicies;
import io.coalestra.policy.SourceAuthority;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.source.Source;
import io.coalestra.source.SourceDescription;
import io.coalestra.source.SourceSettings;
import io.coalestra.source.TimeoutGuarantee;
import org.jspecify.annotations.Nullable;

/**
 * What of a configuration can change while a builder is at work. All of it is checked
 * before anything changes.
 *
 * @param sources the sources, settings of the configuration laid over theirs
 * @param resilience how failures are met
 * @param freshness the freshness of keys
 * @param authority the ranks of sources
 * @param maxConcurrency how many source calls run at a time
 */
record Reconfiguration(List<Source> sources, ResilienceChoice resilience, KeyPolicies<Freshness> freshness,
		KeyPolicies<SourceAuthority> authority, int maxConcurrency) {

	void check(SnapshotBuilder builder, Consumer<String> faults) {
		Map<String, SourceDescription> present = new LinkedHashMap<>();
		builder.sources().forEach((source) -> present.put(source.name(), source));
		for (Source source : this.sources) {
			SourceDescription before = present.get(source.name());
			if (before == null) {
				faults.accept("source \"" + source.name() + "\": not of the builder (expected: one of "
						+ present.keySet() + ")");
			}
			else {
				check(before, source.settings(), faults);
			}
		}
	}

	private static void check(SourceDescription source, SourceSettings wanted, Consumer<String> faults) {
		SourceSettings old = source.settings();
		requireUnchanged(source, "priority", old.priority(), wanted.priority(), faults);
		requireUnchanged(source, "window", old.window(), wanted.window(), faults);
		requireUnchanged(source, "inline", old.isInline(), wanted.isInline(), faults);
		requireUnchanged(source, "adaptiveConcurrency", old.adaptiveConcurrency(), wanted.adaptiveConcurrency(),
				faults);
		if (source.guarantee().safe() && !TimeoutGuarantee.of(source.name(), wanted).safe()) {
			faults.accept("source \"" + source.name() + "\": transportTimeout: " + wanted.transportTimeout()
					+ " (expected: below timeout " + wanted.timeout() + ")");
		}
	}

	private static void requireUnchanged(SourceDescription source, String setting, @Nullable Object before,
			@Nullable Object wanted, Consumer<String> faults) {
		if (!Objects.equals(before, wanted)) {
			faults.accept("source \"" + source.name() + "\": " + setting + ": " + wanted + " (expected: " + before
					+ " as before, it cannot change while the builder is at work)");
		}
	}

	void apply(SnapshotBuilder builder) {
		for (Source source : this.sources) {
			builder.adjustSource(source.name(),
					(settings) -> settings.from(source.settings()).resilience(this.resilience.of(source)));
		}
		builder.replaceFreshness(this.freshness);
		builder.replaceAuthority(this.authority);
		builder.replaceMaxConcurrency(this.maxConcurrency);
	}

}
