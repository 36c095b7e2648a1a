package io.coalestra.spring.boot;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import io.coalestra.cache.CacheStatistics;
import io.coalestra.health.BuilderHealth;
import io.coalestra.health.BuilderHealth.Capacity;
import io.coalestra.health.BuilderHealth.CircuitCount;
import io.coalestra.health.ComponentHealth;
import io.coalestra.health.PayloadCopyHealth;
import io.coalestra.publish.SubmissionStatistics;
import io.coalestra.signal.BufferStatistics;
import io.coalestra.source.TimeoutGuarantee;
import io.coalestra.source.TimeoutGuarantee.Status;

/**
 * Makes the state of a builder that has two sources and nothing to complain of, and of
 * one that has.
 */
public class SampleHealth {

	private final Map<String, Capacity> capacity = new TreeMap<>(
			Map.of("__global__", new Capacity(16, 3, 0), "rest", new Capacity(4, 2, 0)));

	private final List<CircuitCount> circuits = new ArrayList<>();

	private final Map<String, Long> runawayCalls = new TreeMap<>();

	private final Map<String, BufferStatistics> buffers = new TreeMap<>();

	private final Map<String, ComponentHealth> components = new TreeMap<>();

	private long sourceTimeouts = 8;

	private boolean closed;

	public SampleHealth closed() {
		this.closed = true;
		return this;
	}

	public SampleHealth capacity(String limiter, int limit, int inUse, int waiting) {
		this.capacity.put(limiter, new Capacity(limit, inUse, waiting));
		return this;
	}

	public SampleHealth circuit(String source, String state, long count) {
		this.circuits.add(new CircuitCount(source, "subject", state, count));
		return this;
	}

	public SampleHealth runaway(String source, long calls) {
		this.runawayCalls.put(source, calls);
		return this;
	}

	public SampleHealth sourceTimeouts(long count) {
		this.sourceTimeouts = count;
		return this;
	}

	public SampleHealth buffer(String name, BufferStatistics statistics) {
		this.buffers.put(name, statistics);
		return this;
	}

	public SampleHealth component(String name, ComponentHealth state) {
		this.components.put(name, state);
		return this;
	}

	public BuilderHealth build() {
		Map<String, TimeoutGuarantee> guarantees = Map.of("rest",
				new TimeoutGuarantee("rest", Status.PROTECTED, Duration.ofMillis(1750), Duration.ofSeconds(2)),
				"memory", new TimeoutGuarantee("memory", Status.NON_BLOCKING, null, null));
		return new BuilderHealth(Instant.parse("2026-11-21T10:00:00Z"), "sample", this.closed, 1, 5,
				Duration.ofMillis(1500), 42, this.capacity, new CacheStatistics(10, 10_000, 100, 3, 7, 17, 2, 1, 4),
				this.circuits, 3, this.runawayCalls, 6, this.sourceTimeouts, 9, Map.of(), guarantees, Map.of(),
				this.buffers, 0, new BuilderHealth.Revalidations(4, 1),
				new PayloadCopyHealth(1, 2, 3, 4, Duration.ofMillis(5), Duration.ofMillis(2)),
				new SubmissionStatistics(7, 1024, 9, 20, 12, 1, 0, 2), new BuilderHealth.Subscriptions(3, 8, 21, 1, 0),
				this.components);
	}

}
