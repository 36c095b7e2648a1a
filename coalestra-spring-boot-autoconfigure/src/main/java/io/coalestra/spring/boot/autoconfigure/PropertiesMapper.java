package io.coalestra.spring.boot.autoconfigure;

import java.util.Map;

import io.coalestra.Coalestra;
import io.coalestra.Coalestra.TimeoutDeclarations;
import io.coalestra.cache.SnapshotCache;
import io.coalestra.health.HealthPolicy;
import io.coalestra.policy.ObservationPolicy;
import io.coalestra.policy.Resilience;
import io.coalestra.publish.SubmissionSettings;
import io.coalestra.signal.BufferSettings;
import io.coalestra.snapshot.CloseOptions;
import io.coalestra.spring.boot.autoconfigure.CoalestraProperties.Health;
import io.coalestra.spring.boot.autoconfigure.CoalestraProperties.Observation;
import io.coalestra.spring.boot.autoconfigure.CoalestraProperties.Shutdown;
import io.coalestra.spring.boot.autoconfigure.CoalestraProperties.SourceRule;
import io.coalestra.spring.boot.autoconfigure.fault.CoreMessage;
import io.coalestra.spring.boot.autoconfigure.fault.Faults;

/**
 * Lays {@link CoalestraProperties} over a configuration. Every fault is collected under
 * the name of its property.
 */
final class PropertiesMapper {

	/**
	 * The properties of the builder that has no name, and of what all builders share.
	 */
	static final String PREFIX = "coalestra";

	private final CoalestraProperties properties;

	private final String prefix;

	private final Map<String, SourceRule> bases;

	private final Faults faults;

	/**
	 * Makes a mapper.
	 * @param builder the properties of a builder
	 * @param faults takes what is wrong
	 */
	PropertiesMapper(BuilderProperties builder, Faults faults) {
		this.properties = builder.properties();
		this.prefix = builder.prefix();
		this.bases = builder.bases();
		this.faults = faults;
	}

	PropertiesMapper(CoalestraProperties properties, Faults faults) {
		this(BuilderProperties.of(properties), faults);
	}

	void apply(Coalestra coalestra) {
		this.faults.set(this.prefix, this.properties.name(), coalestra::name);
		this.faults.set(this.prefix, this.properties.defaultDeadline(), coalestra::defaultDeadline);
		this.faults.set(this.prefix, this.properties.maxConcurrency(), coalestra::maxConcurrency);
		this.faults.set(this.prefix, this.properties.transportTimeoutGrace(), coalestra::transportTimeoutGrace);
		this.faults.set(this.prefix, this.properties.deadlineDispatchGrace(), coalestra::deadlineDispatchGrace);
		this.faults.set(this.prefix, this.properties.supportMemory(), coalestra::supportMemory);
		this.faults.set(this.prefix + ".cache", this.properties.cache().maxEntries(),
				(maxEntries) -> coalestra.cache(SnapshotCache.bounded(maxEntries)));
		coalestra.freshness(KeyRules.freshness(this.prefix + ".freshness", this.properties.freshness(), this.faults))
			.authority(KeyRules.authority(this.prefix + ".authority", this.properties.authority(), this.faults))
			.observation(observation())
			.defaultResilience(defaultResilience())
			.timeoutDeclarations(timeoutDeclarations())
			.submissions(submissions())
			.sinkBuffering(this.properties.events().buffering())
			.sinkBuffer(sinkBuffer());
		RequestRules.apply(this.prefix, this.properties, coalestra, this.faults);
		// Both are used elsewhere; what is wrong with them is said here, with the rest.
		healthPolicy();
		closeOptions();
		if (this.properties.explain().size() < 0) {
			this.faults.add(this.prefix + ".explain.size",
					"is " + this.properties.explain().size() + " (expected: not negative)",
					"Correct " + this.prefix + ".explain.size, for example to 50, or to 0 to keep none.");
		}
	}

	private SubmissionSettings submissions() {
		return this.faults.make(this.prefix + ".submissions",
				() -> new SubmissionSettings(this.properties.submissions().maxPending(),
						this.properties.submissions().drainLimit()),
				SubmissionSettings.DEFAULT);
	}

	private BufferSettings sinkBuffer() {
		return this.faults.make(this.prefix + ".events",
				() -> new BufferSettings(this.properties.events().maxPending(), this.properties.events().overflow()),
				BufferSettings.DEFAULT);
	}

	HealthPolicy healthPolicy() {
		Health health = this.properties.health();
		if (health.baselineAge().isNegative()) {
			this.faults.add(this.prefix + ".health.baseline-age",
					CoreMessage.readable("is " + health.baselineAge() + " (expected: not negative)"),
					"Correct " + this.prefix
							+ ".health.baseline-age, for example to 60s, or to 0s to compare with no sample.");
		}
		return this.faults.make(this.prefix + ".health",
				() -> new HealthPolicy(health.capacityWaitingDegraded(), health.capacityWaitingCriticalRatio(),
						health.bufferBacklogDegradedRatio(), health.bufferBacklogCriticalRatio(),
						health.runawayCallsDegraded(), health.flightAgeDegraded(), health.counterDeltaDegraded(),
						health.counterDeltaCritical()),
				HealthPolicy.DEFAULT);
	}

	CloseOptions closeOptions() {
		Shutdown shutdown = this.properties.shutdown();
		return this.faults.make(this.prefix + ".shutdown",
				() -> CloseOptions.DEFAULT.drain(shutdown.drain())
					.calls(shutdown.calls())
					.resources(shutdown.resources())
					.sinks(shutdown.sinks()),
				CloseOptions.DEFAULT);
	}

	SourceRules sourceRules() {
		return new SourceRules(this.prefix + ".sources", this.properties.sources(), this.bases, defaultResilience());
	}

	private Resilience defaultResilience() {
		return ResilienceRules.over(Resilience.DEFAULT, this.prefix + ".defaults", this.properties.defaults().retry(),
				this.properties.defaults().circuit(), this.faults);
	}

	private ObservationPolicy observation() {
		Observation observation = this.properties.observation();
		return this.faults.make(this.prefix + ".observation",
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
