package io.coalestra.health;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

import io.coalestra.cache.CacheStatistics;
import io.coalestra.source.TimeoutGuarantee;
import org.jspecify.annotations.Nullable;

/**
 * The state of a builder at one moment, taken from counters alone: no source is asked, no
 * lock is waited for, and nothing in it names a subject or a qualifier.
 *
 * @param takenAt when
 * @param closed whether the builder was closed
 * @param backgroundRefreshes refreshes in progress
 * @param flights reads in progress
 * @param oldestFlight how long the oldest of them has been going, or null when there is
 * none
 * @param rememberedSupport remembered answers of {@code supports}
 * @param capacity permits by limiter: {@code __global__} and each limited source
 * @param cache what the cache has done
 * @param circuits circuits that are not closed and at rest, by source and scope
 * @param runawayCalls calls that were given up and have not ended, by source
 * @param queueTimeouts calls that got no permit in time
 * @param sourceTimeouts calls that outlasted their source's time limit
 * @param deadlinesExceeded calls and waits that a deadline ended
 * @param inlineOverruns calls of inline sources that held their caller past its time, by
 * source
 * @param timeoutGuarantees what the sources declare about time
 * @param transportTimeoutViolations calls that outlasted what their client declared, by
 * source
 * @param containedSinkFailures exceptions of sinks that were contained
 */
public record BuilderHealth(Instant takenAt, boolean closed, long backgroundRefreshes, long flights,
		@Nullable Duration oldestFlight, long rememberedSupport, Map<String, Capacity> capacity, CacheStatistics cache,
		List<CircuitCount> circuits, Map<String, Long> runawayCalls, long queueTimeouts, long sourceTimeouts,
		long deadlinesExceeded, Map<String, Long> inlineOverruns, Map<String, TimeoutGuarantee> timeoutGuarantees,
		Map<String, Long> transportTimeoutViolations, long containedSinkFailures) {

	/**
	 * Checks and copies; maps are sorted by name.
	 */
	public BuilderHealth {
		Objects.requireNonNull(takenAt, "takenAt");
		Objects.requireNonNull(cache, "cache");
		capacity = Collections.unmodifiableMap(new TreeMap<>(capacity));
		circuits = List.copyOf(circuits);
		runawayCalls = Collections.unmodifiableMap(new TreeMap<>(runawayCalls));
		inlineOverruns = Collections.unmodifiableMap(new TreeMap<>(inlineOverruns));
		timeoutGuarantees = Collections.unmodifiableMap(new TreeMap<>(timeoutGuarantees));
		transportTimeoutViolations = Collections.unmodifiableMap(new TreeMap<>(transportTimeoutViolations));
	}

	/**
	 * Returns how many calls wait for a permit, over all limiters.
	 * @return the number of waiting calls
	 */
	public long waitingForCapacity() {
		return this.capacity.values().stream().mapToLong(Capacity::waiting).sum();
	}

	/**
	 * Judges the state.
	 * @return the findings, the gravest reason first where order matters to a reader
	 */
	public List<Finding> findings() {
		List<Finding> findings = new ArrayList<>();
		if (this.closed) {
			findings.add(new Finding(Severity.CRITICAL, "builder_closed", "", "the builder was closed"));
		}
		this.timeoutGuarantees.values().stream().filter((guarantee) -> !guarantee.safe()).forEach((guarantee) -> {
			boolean undeclared = guarantee.status() == TimeoutGuarantee.Status.UNDECLARED;
			findings.add(new Finding(undeclared ? Severity.DEGRADED : Severity.CRITICAL,
					undeclared ? "undeclared_source_timeout" : "unsafe_blocking_source", guarantee.source(),
					"a call of the source may never end: " + guarantee.status().wireName()));
		});
		this.capacity.forEach((name, permits) -> {
			if (permits.waiting() > 0) {
				findings.add(new Finding((permits.waiting() >= permits.limit()) ? Severity.CRITICAL : Severity.DEGRADED,
						"source_capacity_waiting", name,
						permits.waiting() + " calls wait for one of " + permits.limit() + " permits"));
			}
		});
		for (CircuitCount circuit : this.circuits) {
			findings.add(new Finding(Severity.DEGRADED,
					"open".equals(circuit.state()) ? "circuit_open" : "circuit_half_open", circuit.source(),
					circuit.count() + " circuits are " + circuit.state()));
		}
		this.runawayCalls.forEach((source, count) -> {
			if (count > 0) {
				findings.add(new Finding(Severity.DEGRADED, "runaway_calls", source,
						count + " calls were given up and have not ended"));
			}
		});
		return findings;
	}

	/**
	 * Returns the gravest severity among the findings.
	 * @return the severity
	 */
	public Severity severity() {
		Severity gravest = Severity.HEALTHY;
		for (Finding finding : findings()) {
			if (finding.severity().compareTo(gravest) > 0) {
				gravest = finding.severity();
			}
		}
		return gravest;
	}

	/**
	 * How grave a state is.
	 */
	public enum Severity {

		/** Nothing to see. */
		HEALTHY,

		/** It answers, but slower, older or with less reserve. */
		DEGRADED,

		/** It does not answer, or may stop to. */
		CRITICAL

	}

	/**
	 * Permits of one limiter.
	 *
	 * @param limit how many there are
	 * @param inUse how many are taken
	 * @param waiting how many calls wait for one
	 */
	public record Capacity(int limit, int inUse, int waiting) {
	}

	/**
	 * Circuits of one source in one state.
	 *
	 * @param source the source's name
	 * @param scope what shares one circuit, in lower case
	 * @param state {@code open} or {@code half_open}
	 * @param count how many there are
	 */
	public record CircuitCount(String source, String scope, String state, long count) {
	}

	/**
	 * Something that an operator should know.
	 *
	 * @param severity how grave it is
	 * @param reason a stable name for it
	 * @param component what it is about: a source or a limiter; empty for the builder
	 * @param message what it is, in a few words
	 */
	public record Finding(Severity severity, String reason, String component, String message) {
	}

}
