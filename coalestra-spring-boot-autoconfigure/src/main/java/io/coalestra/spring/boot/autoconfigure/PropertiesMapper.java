package io.coalestra.spring.boot.autoconfigure;

import io.coalestra.Coalestra;
import io.coalestra.Coalestra.TimeoutDeclarations;
import io.coalestra.cache.SnapshotCache;
import io.coalestra.health.HealthPolicy;
import io.coalestra.policy.ObservationPolicy;
import io.coalestra.policy.Resilience;
import io.coalestra.signal.BufferSettings;
import io.coalestra.snapshot.CloseOptions;
import io.coalestra.spring.boot.autoconfigure.CoalestraProperties.Health;
import io.coalestra.spring.boot.autoconfigure.CoalestraProperties.Observation;
import io.coalestra.spring.boot.autoconfigure.CoalestraProperties.Shutdown;

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
			.sinkBuffering(this.properties.events().buffering())
			.sinkBuffer(sinkBuffer());
		// Both are used elsewhere; what is wrong with them is said here, with the rest.
		healthPolicy();
		closeOptions();
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
