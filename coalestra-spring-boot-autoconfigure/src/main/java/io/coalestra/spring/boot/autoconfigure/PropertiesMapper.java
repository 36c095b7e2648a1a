package io.coalestra.spring.boot.autoconfigure;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import io.coalestra.Coalestra;
import io.coalestra.Coalestra.TimeoutDeclarations;
import io.coalestra.cache.SnapshotCache;
import io.coalestra.health.HealthPolicy;
import io.coalestra.policy.Freshness;
import io.coalestra.policy.KeyPolicies;
import io.coalestra.policy.ObservationPolicy;
import io.coalestra.policy.Resilience;
import io.coalestra.policy.SourceAuthority;
import io.coalestra.publish.SubmissionSettings;
import io.coalestra.signal.BufferSettings;
import io.coalestra.snapshot.CloseOptions;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.source.Source;
import io.coalestra.source.SourceDescription;
import io.coalestra.source.SourceSettings;
import io.coalestra.source.TimeoutGuarantee;
import io.coalestra.spring.boot.autoconfigure.CoalestraProperties.Health;
import io.coalestra.spring.boot.autoconfigure.CoalestraProperties.Observation;
import io.coalestra.spring.boot.autoconfigure.CoalestraProperties.Shutdown;
import io.coalestra.spring.boot.autoconfigure.fault.CoreMessage;
import io.coalestra.spring.boot.autoconfigure.fault.Faults;
import io.coalestra.spring.boot.autoconfigure.fault.PropertyNames;
import org.jspecify.annotations.Nullable;

/**
 * Lays {@link CoalestraProperties} over a configuration. Every fault is collected under
 * the name of its property.
 */
final class PropertiesMapper {

	private static final String PREFIX = "coalestra";

	private final CoalestraProperties properties;

	private final Faults faults;

	PropertiesMapper(CoalestraProperties properties, Faults faults) {
		this.properties = properties;
		this.faults = faults;
	}

	void apply(Coalestra coalestra) {
		this.faults.set(PREFIX, this.properties.name(), coalestra::name);
		this.faults.set(PREFIX, this.properties.defaultDeadline(), coalestra::defaultDeadline);
		this.faults.set(PREFIX, this.properties.maxConcurrency(), coalestra::maxConcurrency);
		this.faults.set(PREFIX, this.properties.transportTimeoutGrace(), coalestra::transportTimeoutGrace);
		this.faults.set(PREFIX, this.properties.deadlineDispatchGrace(), coalestra::deadlineDispatchGrace);
		this.faults.set(PREFIX, this.properties.supportMemory(), coalestra::supportMemory);
		this.faults.set(PREFIX + ".cache", this.properties.cache().maxEntries(),
				(maxEntries) -> coalestra.cache(SnapshotCache.bounded(maxEntries)));
		coalestra.freshness(KeyRules.freshness(this.properties.freshness(), this.faults))
			.authority(KeyRules.authority(this.properties.authority(), this.faults))
			.observation(observation())
			.defaultResilience(defaultResilience())
			.timeoutDeclarations(timeoutDeclarations())
			.submissions(submissions())
			.sinkBuffering(this.properties.events().buffering())
			.sinkBuffer(sinkBuffer());
		// Both are used elsewhere; what is wrong with them is said here, with the rest.
		healthPolicy();
		closeOptions();
		if (this.properties.explain().size() < 0) {
			this.faults.add(PREFIX + ".explain.size",
					"is " + this.properties.explain().size() + " (expected: not negative)",
					"Correct coalestra.explain.size, for example to 50, or to 0 to keep none.");
		}
	}

	/**
	 * Checks and applies what can change while a builder is at work.
	 * @param builder the builder
	 * @param original the sources as their code and beans say
	 */
	void reapply(SnapshotBuilder builder, List<Source> original) {
		KeyPolicies<Freshness> freshness = KeyRules.freshness(this.properties.freshness(), this.faults);
		KeyPolicies<SourceAuthority> authority = KeyRules.authority(this.properties.authority(), this.faults);
		if (this.properties.maxConcurrency() < 1) {
			this.faults.add(PREFIX + ".max-concurrency",
					"is " + this.properties.maxConcurrency() + " (expected: 1 or more)",
					"Correct coalestra.max-concurrency, for example to 8.");
		}
		SourceRules rules = sourceRules();
		List<Source> configured = original.stream().map((source) -> rules.configure(source, this.faults)).toList();
		this.faults.throwIfAny();
		Map<String, SourceDescription> present = new LinkedHashMap<>();
		builder.sources().forEach((source) -> present.put(source.name(), source));
		configured.forEach((source) -> checkChange(source, present.get(source.name())));
		this.faults.throwIfAny();
		Resilience defaults = defaultResilience();
		for (Source source : configured) {
			SourceSettings wanted = source.settings();
			SourceDescription before = Objects.requireNonNull(present.get(source.name()));
			// What was stated and is no longer gives way to the defaults.
			boolean withdrawn = wanted.resilience() == null && before.settings().resilience() != null;
			builder.adjustSource(source.name(), (settings) -> {
				settings.from(wanted);
				if (withdrawn) {
					settings.resilience(defaults);
				}
			});
		}
		builder.replaceFreshness(freshness);
		builder.replaceAuthority(authority);
		builder.replaceMaxConcurrency(this.properties.maxConcurrency());
	}

	// All is checked before anything changes.
	private void checkChange(Source source, @Nullable SourceDescription before) {
		String property = PropertyNames.ofEntry(SourceRules.SOURCES, source.name());
		SourceSettings wanted = source.settings();
		if (before == null) {
			this.faults.add(property, "is for a source that the builder does not have", "Start the application anew.");
			return;
		}
		SourceSettings old = before.settings();
		requireUnchanged(property + ".priority", old.priority(), wanted.priority());
		requireUnchanged(property + ".window", old.window(), wanted.window());
		requireUnchanged(property + ".adaptive-concurrency", old.adaptiveConcurrency(), wanted.adaptiveConcurrency());
		if (before.guarantee().safe() && !TimeoutGuarantee.of(source.name(), wanted).safe()) {
			this.faults.add(
					property + ".transport-timeout", CoreMessage.readable("is " + wanted.transportTimeout()
							+ " (expected: below its timeout " + wanted.timeout() + ")"),
					"Shorten it, or lengthen " + property + ".timeout.");
		}
	}

	private void requireUnchanged(String property, @Nullable Object before, @Nullable Object wanted) {
		if (!Objects.equals(before, wanted)) {
			this.faults.add(property,
					"has changed from " + before + " to " + wanted + ", which takes effect only at the start",
					"Set it back, or start the application anew.");
		}
	}

	private SubmissionSettings submissions() {
		return this.faults.make(PREFIX + ".submissions",
				() -> new SubmissionSettings(this.properties.submissions().maxPending(),
						this.properties.submissions().drainLimit()),
				SubmissionSettings.DEFAULT);
	}

	private BufferSettings sinkBuffer() {
		return this.faults.make(PREFIX + ".events",
				() -> new BufferSettings(this.properties.events().maxPending(), this.properties.events().overflow()),
				BufferSettings.DEFAULT);
	}

	HealthPolicy healthPolicy() {
		Health health = this.properties.health();
		if (health.baselineAge().isNegative()) {
			this.faults.add(PREFIX + ".health.baseline-age",
					CoreMessage.readable("is " + health.baselineAge() + " (expected: not negative)"),
					"Correct coalestra.health.baseline-age, for example to 60s, or to 0s to compare with no sample.");
		}
		return this.faults.make(PREFIX + ".health",
				() -> new HealthPolicy(health.capacityWaitingDegraded(), health.capacityWaitingCriticalRatio(),
						health.bufferBacklogDegradedRatio(), health.bufferBacklogCriticalRatio(),
						health.runawayCallsDegraded(), health.flightAgeDegraded(), health.counterDeltaDegraded(),
						health.counterDeltaCritical()),
				HealthPolicy.DEFAULT);
	}

	CloseOptions closeOptions() {
		Shutdown shutdown = this.properties.shutdown();
		return this.faults.make(PREFIX + ".shutdown",
				() -> CloseOptions.DEFAULT.drain(shutdown.drain())
					.calls(shutdown.calls())
					.resources(shutdown.resources())
					.sinks(shutdown.sinks()),
				CloseOptions.DEFAULT);
	}

	SourceRules sourceRules() {
		return new SourceRules(this.properties.sources(), this.properties.bases(), defaultResilience());
	}

	private Resilience defaultResilience() {
		return ResilienceRules.over(Resilience.DEFAULT, PREFIX + ".defaults", this.properties.defaults().retry(),
				this.properties.defaults().circuit(), this.faults);
	}

	private ObservationPolicy observation() {
		Observation observation = this.properties.observation();
		return this.faults.make(PREFIX + ".observation",
				() -> new ObservationPolicy(observation.futureTolerance(), observation.rejectFutureObservations()),
				ObservationPolicy.DEFAULT);
	}

	// The core has no rule that lets unsafe sources in and refuses undeclared ones; of
	// the beans, the discovery has already refused those.
	private TimeoutDeclarations timeoutDeclarations() {
		if (this.properties.allowUnsafeBlockingSources()) {
			return TimeoutDeclarations.UNSAFE_ALLOWED;
		}
		return this.properties.requireTimeoutDeclarations() ? TimeoutDeclarations.REQUIRED
				: TimeoutDeclarations.REPORTED;
	}

}
