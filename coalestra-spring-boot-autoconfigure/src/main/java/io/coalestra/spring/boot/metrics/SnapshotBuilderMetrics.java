package io.coalestra.spring.boot.metrics;

import java.time.Duration;
import java.util.Objects;
import java.util.function.ToDoubleFunction;

import io.coalestra.cache.CacheStatistics;
import io.coalestra.health.BuilderHealth;
import io.coalestra.health.BuilderHealth.Capacity;
import io.coalestra.health.BuilderHealth.CircuitCount;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.spring.boot.builder.PerBuilder;
import io.coalestra.spring.boot.health.HealthJudgement;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.jspecify.annotations.Nullable;

/**
 * The state of a {@link SnapshotBuilder} as gauges, read when the registry asks for them.
 * No tag names a resource. Safe for concurrent use.
 */
public final class SnapshotBuilderMetrics implements MeterBinder {

	private final SnapshotBuilder builder;

	private final Tags name;

	private final HealthJudgement judgement;

	/**
	 * Makes the binder of the builder that has no name.
	 * @param builder whose state is measured
	 */
	public SnapshotBuilderMetrics(SnapshotBuilder builder) {
		this(builder, PerBuilder.DEFAULT, HealthJudgement.DEFAULT);
	}

	/**
	 * Makes a binder.
	 * @param builder whose state is measured
	 * @param name the builder's name
	 * @param judgement how its state is judged
	 */
	public SnapshotBuilderMetrics(SnapshotBuilder builder, String name, HealthJudgement judgement) {
		this.builder = Objects.requireNonNull(builder, "builder");
		this.name = Tags.of("builder", name);
		this.judgement = Objects.requireNonNull(judgement, "judgement");
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		gauge(registry, "coalestra.health.severity", "How grave the state is: 0 healthy, 1 degraded, 2 critical",
				Tags.empty(), this::severityOf);
		gauge(registry, "coalestra.flights", "Reads in progress", Tags.empty(), BuilderHealth::flights);
		Gauge.builder("coalestra.flights.oldest", this.builder, (asked) -> secondsOf(asked.health().oldestFlight()))
			.description("Age of the oldest read in progress; zero without one")
			.baseUnit("seconds")
			.tags(this.name)
			.register(registry);
		gauge(registry, "coalestra.refreshes", "Background refreshes in progress", Tags.empty(),
				BuilderHealth::backgroundRefreshes);
		gauge(registry, "coalestra.calls.running", "Calls of sources that have not ended", Tags.empty(),
				BuilderHealth::runningCalls);
		gauge(registry, "coalestra.calls.runaway", "Calls that were given up and have not ended", Tags.empty(),
				(health) -> health.runawayCalls().values().stream().mapToLong(Long::longValue).sum());
		for (String state : new String[] { "open", "half_open" }) {
			gauge(registry, "coalestra.circuits", "Circuits that are not closed", Tags.of("state", state),
					(health) -> countOf(health, state));
		}
		bindCache(registry);
		bindLimits(registry);
		bindSinks(registry);
		gauge(registry, "coalestra.submissions.pending", "Submissions that wait or are being written", Tags.empty(),
				(health) -> health.submissions().pending());
		gauge(registry, "coalestra.submissions.max", "Most submissions that may wait or be being written", Tags.empty(),
				(health) -> health.submissions().maxPending());
		gauge(registry, "coalestra.subscriptions", "Subscriptions that have not ended", Tags.empty(),
				(health) -> health.subscriptions().active());
		gauge(registry, "coalestra.payload.copies.active", "Copies of payloads being made", Tags.empty(),
				(health) -> health.payloadCopies().active());
		count(registry, "coalestra.submissions.refused", "Submissions turned away because the backlog was full",
				(health) -> health.submissions().refused());
		count(registry, "coalestra.submissions.failed", "Submissions that were taken and could not be written",
				(health) -> health.submissions().failed());
		count(registry, "coalestra.payload.copies", "Copies of payloads made",
				(health) -> health.payloadCopies().completed());
		count(registry, "coalestra.payload.copies.failed", "Payloads that could not be copied",
				(health) -> health.payloadCopies().failed());
		// A limit that a source is given at run time has no gauge before the next start.
		this.builder.health().capacity().keySet().forEach((limiter) -> bindCapacity(registry, limiter));
	}

	private void bindLimits(MeterRegistry registry) {
		count(registry, "coalestra.source.timeouts", "Calls of sources that exceeded their time limit",
				BuilderHealth::sourceTimeouts);
		count(registry, "coalestra.source.inline.overruns", "Inline calls of sources that took too long",
				BuilderHealth::inlineOverrunCount);
		count(registry, "coalestra.deadlines.exceeded", "Calls and waits that a deadline ended",
				BuilderHealth::deadlinesExceeded);
	}

	private void bindSinks(MeterRegistry registry) {
		gauge(registry, "coalestra.sinks.pending", "Records that wait in the buffers before sinks", Tags.empty(),
				BuilderHealth::pendingSinkRecords);
		count(registry, "coalestra.sinks.dropped", "Records that the buffers before sinks gave up",
				BuilderHealth::droppedSinkRecords);
		count(registry, "coalestra.sinks.failed", "Records at which a sink threw", BuilderHealth::sinkFailures);
	}

	private static double secondsOf(@Nullable Duration age) {
		return (age != null) ? age.toNanos() / 1e9 : 0;
	}

	private int severityOf(BuilderHealth health) {
		return switch (this.judgement.assess(health).severity()) {
			case HEALTHY -> 0;
			case DEGRADED -> 1;
			case CRITICAL -> 2;
		};
	}

	private static long countOf(BuilderHealth health, String state) {
		return health.circuits()
			.stream()
			.filter((circuit) -> circuit.state().equals(state))
			.mapToLong(CircuitCount::count)
			.sum();
	}

	private void bindCache(MeterRegistry registry) {
		gauge(registry, "coalestra.cache.entries", "Entries of the local cache", Tags.empty(),
				(health) -> health.cache().size());
		gauge(registry, "coalestra.cache.entries.max", "Most entries of the local cache", Tags.empty(),
				(health) -> health.cache().maxEntries());
		removals(registry, "eviction", CacheStatistics::evictions);
		removals(registry, "expiration", CacheStatistics::expirations);
		removals(registry, "invalidation", CacheStatistics::invalidations);
	}

	private void removals(MeterRegistry registry, String cause, ToDoubleFunction<CacheStatistics> count) {
		FunctionCounter
			.builder("coalestra.cache.removals", this.builder, (asked) -> count.applyAsDouble(asked.health().cache()))
			.description("Entries that left the local cache")
			.tags(this.name.and("cause", cause))
			.register(registry);
	}

	private void bindCapacity(MeterRegistry registry, String limiter) {
		Tags tags = Tags.of("limiter", limiter);
		gauge(registry, "coalestra.capacity.limit", "Permits for calls of sources", tags,
				(health) -> capacityOf(health, limiter).limit());
		gauge(registry, "coalestra.capacity.used", "Permits that are taken", tags,
				(health) -> capacityOf(health, limiter).inUse());
		gauge(registry, "coalestra.capacity.waiting", "Calls that wait for a permit", tags,
				(health) -> capacityOf(health, limiter).waiting());
	}

	private static Capacity capacityOf(BuilderHealth health, String limiter) {
		return health.capacity().getOrDefault(limiter, new Capacity(0, 0, 0));
	}

	private void count(MeterRegistry registry, String name, String description, ToDoubleFunction<BuilderHealth> value) {
		FunctionCounter.builder(name, this.builder, (asked) -> value.applyAsDouble(asked.health()))
			.description(description)
			.tags(this.name)
			.register(registry);
	}

	private void gauge(MeterRegistry registry, String name, String description, Tags tags,
			ToDoubleFunction<BuilderHealth> value) {
		Gauge.builder(name, this.builder, (asked) -> value.applyAsDouble(asked.health()))
			.description(description)
			.tags(this.name.and(tags))
			.register(registry);
	}

}
