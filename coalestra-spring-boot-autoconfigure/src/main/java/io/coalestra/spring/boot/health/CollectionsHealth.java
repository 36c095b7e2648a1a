package io.coalestra.spring.boot.health;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import io.coalestra.collections.CollectionRegistry;
import io.coalestra.collections.access.CollectionStatistics;
import io.coalestra.collections.access.RowCollection;
import io.coalestra.collections.flush.BufferedWriteBehind;
import io.coalestra.collections.flush.FlushStatistics;
import io.coalestra.health.ComponentHealth;
import io.coalestra.health.Finding;
import io.coalestra.health.HealthComponent;
import io.coalestra.health.Severity;
import io.coalestra.tier.coherence.TierGate;
import org.jspecify.annotations.Nullable;

/**
 * Reports the collections with a builder's health: what each holds and has done, the
 * deferred writes, and the way to the shared tier. Findings are writes that are pending
 * for too long, or nearly as many as may be, a store that takes nothing of a collection,
 * and a shared tier that is left alone because it failed. It reads counters only, and
 * asks no database. Safe for concurrent use.
 */
public final class CollectionsHealth implements HealthComponent {

	private static final String SCHEMA = "coalestra.collections-health";

	/** From how many of the writes that may be pending on it is a finding. */
	private static final double NEARLY_FULL = 0.9;

	private final CollectionRegistry registry;

	private final BufferedWriteBehind writeBehind;

	private final Duration maxAge;

	private final @Nullable TierGate sharedTier;

	/**
	 * Makes a component.
	 * @param registry what it reports
	 * @param writeBehind what keeps pending writes
	 * @param maxAge from which age of the oldest pending write on it is a finding
	 * @param sharedTier the collections' way to the shared tier, or null where there is
	 * none
	 */
	public CollectionsHealth(CollectionRegistry registry, BufferedWriteBehind writeBehind, Duration maxAge,
			@Nullable TierGate sharedTier) {
		this.registry = Objects.requireNonNull(registry, "registry");
		this.writeBehind = Objects.requireNonNull(writeBehind, "writeBehind");
		this.maxAge = Objects.requireNonNull(maxAge, "maxAge");
		this.sharedTier = sharedTier;
	}

	@Override
	public String healthName() {
		return "collections";
	}

	@Override
	public ComponentHealth componentHealth() {
		FlushStatistics flush = this.writeBehind.statistics();
		Map<String, Object> fields = new LinkedHashMap<>();
		fields.put("write_behind", report(flush));
		if (this.sharedTier != null) {
			fields.put("shared_tier", report(this.sharedTier.state()));
		}
		Map<String, Object> collections = new LinkedHashMap<>();
		for (RowCollection<?, ?> collection : this.registry.collections()) {
			collections.put(collection.name(),
					report(collection.statistics(), flush.collections().get(collection.name())));
		}
		fields.put("collections", collections);
		return new ComponentHealth(SCHEMA, 1, fields, Map.of("collection_writes_dropped", flush.dropped(),
				"write_behind_callback_failures", flush.callbackFailures()), findings(flush));
	}

	private List<Finding> findings(FlushStatistics flush) {
		List<Finding> findings = new ArrayList<>();
		if (flush.pending() > 0 && flush.oldestAge().compareTo(this.maxAge) >= 0) {
			findings.add(new Finding(Severity.DEGRADED, "writes_pending_long", "", "oldest_seconds",
					flush.oldestAge().toSeconds(), this.maxAge.toSeconds(), "deferred writes wait for too long"));
		}
		if (flush.pending() >= NEARLY_FULL * flush.maxPending()) {
			findings.add(new Finding(Severity.DEGRADED, "writes_pending_many", "", "pending", flush.pending(),
					flush.maxPending(), "nearly as many deferred writes wait as may"));
		}
		flush.collections().forEach((name, pending) -> {
			if (pending.isUnable()) {
				findings.add(new Finding(Severity.DEGRADED, "store_unable", name, "unable_seconds",
						pending.unableFor().toSeconds(), 0, "the store takes nothing of the collection"));
			}
		});
		if (this.sharedTier != null && this.sharedTier.isAway()) {
			findings.add(new Finding(Severity.DEGRADED, "shared_tier_away", "", "circuit_closed", false, true,
					"the shared tier is left alone: "
							+ Objects.requireNonNullElse(this.sharedTier.state().reason(), "it failed lately")));
		}
		return findings;
	}

	private static Map<String, @Nullable Object> report(FlushStatistics flush) {
		Map<String, @Nullable Object> report = new LinkedHashMap<>();
		report.put("pending", flush.pending());
		report.put("max_pending", flush.maxPending());
		report.put("oldest_seconds", flush.oldestAge().toSeconds());
		report.put("waiting_writers", flush.waitingWriters());
		report.put("stored", flush.stored());
		report.put("conflicts", flush.conflicts());
		report.put("refused", flush.refused());
		report.put("failures", flush.failures());
		report.put("recovered", flush.recovered());
		report.put("unclaimed", flush.unclaimed());
		return report;
	}

	private static Map<String, @Nullable Object> report(TierGate.State tier) {
		Map<String, @Nullable Object> report = new LinkedHashMap<>();
		report.put("connection", tier.tier().connection());
		report.put("circuit", tier.circuit());
		report.put("silent_since", tier.silentSince());
		report.put("reason", tier.reason());
		return report;
	}

	private static Map<String, @Nullable Object> report(CollectionStatistics state,
			FlushStatistics.@Nullable OfCollection flush) {
		Map<String, @Nullable Object> report = new LinkedHashMap<>();
		report.put("local_rows", state.localRows());
		report.put("loading", state.loading());
		report.put("load_failures", state.loadFailures());
		report.put("conflicts", state.conflicts());
		report.put("dropped", state.dropped());
		report.put("unsettled", state.unsettled());
		report.put("pending", (flush != null) ? flush.pending() : 0);
		report.put("oldest_seconds", (flush != null) ? flush.oldestAge().toSeconds() : 0);
		report.put("unable_seconds", (flush != null && flush.isUnable()) ? flush.unableFor().toSeconds() : null);
		return report;
	}

}
