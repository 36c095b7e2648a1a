package io.coalestra.internal.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.coalestra.health.BuilderHealth;
import io.coalestra.internal.capacity.Permits;
import io.coalestra.internal.chain.ChainCounters;
import io.coalestra.internal.chain.SourcePlan;
import io.coalestra.internal.chain.SourceSlot;
import io.coalestra.internal.signal.Sinks;
import io.coalestra.snapshot.SubscriptionStatistics;
import io.coalestra.source.TimeoutGuarantee;
import org.jspecify.annotations.Nullable;

/**
 * Looks at all parts of a builder and says what state they are in. Each figure is of the
 * moment in which its part is looked at; nothing is stopped for it.
 */
final class Checkup {

	private final Engine engine;

	private final EngineParts parts;

	private final SourcePlan plan;

	private final Sinks sinks;

	private final HealthComponents components;

	Checkup(Engine engine, EngineParts parts, SourcePlan plan, Sinks sinks, HealthComponents components) {
		this.engine = engine;
		this.parts = parts;
		this.plan = plan;
		this.sinks = sinks;
		this.components = components;
	}

	BuilderHealth health() {
		Map<String, BuilderHealth.Capacity> capacity = new HashMap<>();
		capacity.put("__global__", capacityOf(this.parts.services().permits().state()));
		Map<String, Long> runaways = new HashMap<>();
		Map<String, Long> overruns = new HashMap<>();
		Map<String, Long> violations = new HashMap<>();
		Map<String, TimeoutGuarantee> guarantees = new HashMap<>();
		List<BuilderHealth.CircuitCount> circuits = new ArrayList<>();
		for (SourceSlot slot : this.plan.slots()) {
			Permits own = slot.permits();
			Permits.State permits = (own != null) ? own.state() : null;
			// Those whose limit was taken away are none.
			if (permits != null && permits.limit() != Integer.MAX_VALUE) {
				capacity.put(slot.name(), capacityOf(permits));
			}
			putIfPositive(runaways, slot.name(), slot.runaways().get());
			putIfPositive(overruns, slot.name(), slot.inlineOverruns().sum());
			putIfPositive(violations, slot.name(), slot.transportViolations().sum());
			guarantees.put(slot.name(), slot.guarantee());
			slot.circuits()
				.countsByState()
				.forEach((state, count) -> circuits
					.add(new BuilderHealth.CircuitCount(slot.name(), slot.circuits().scope(), state, count)));
		}
		ChainCounters counters = this.parts.services().counters();
		return new BuilderHealth(this.parts.time().now(), this.engine.settings().name(), this.engine.isClosed(),
				this.engine.refreshes().inProgress(), this.parts.registry().size(), oldestFlight(),
				this.plan.rememberedSupport(), capacity, this.parts.store().statistics(), circuits,
				this.parts.services().running().size(), runaways, counters.queueTimeouts().sum(),
				counters.sourceTimeouts().sum(), counters.deadlinesExceeded().sum(), overruns, guarantees, violations,
				this.sinks.statistics(), this.parts.signals().containedFailures(),
				this.engine.reports().revalidations(), this.engine.payloadCopies(), this.engine.submissions(),
				subscriptions(), this.components.report());
	}

	private @Nullable Duration oldestFlight() {
		Long oldest = this.parts.registry().oldest();
		return (oldest != null) ? Duration.ofNanos(Math.max(0, this.parts.time().monotonicNanos() - oldest)) : null;
	}

	private BuilderHealth.Subscriptions subscriptions() {
		SubscriptionStatistics statistics = this.engine.subscriptions();
		return new BuilderHealth.Subscriptions(statistics.active(), statistics.watchedKeys(), statistics.delivered(),
				statistics.failedBuilds(), statistics.failedSubscribers());
	}

	private static BuilderHealth.Capacity capacityOf(Permits.State state) {
		return new BuilderHealth.Capacity(state.limit(), state.inUse(), state.waiting());
	}

	private static void putIfPositive(Map<String, Long> counts, String name, long count) {
		if (count > 0) {
			counts.put(name, count);
		}
	}

}
