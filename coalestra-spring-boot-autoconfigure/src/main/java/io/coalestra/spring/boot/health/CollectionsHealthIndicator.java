package io.coalestra.spring.boot.health;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

import io.coalestra.collections.CollectionRegistry;
import io.coalestra.collections.access.CollectionStatistics;
import io.coalestra.collections.access.RowCollection;
import io.coalestra.collections.flush.BufferedWriteBehind;
import io.coalestra.collections.flush.FlushStatistics;
import io.coalestra.tier.coherence.TierGate;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;

/**
 * A {@link HealthIndicator} that reports the collections: {@link Status#UP}, or
 * {@link CoalestraHealthIndicator#DEGRADED} while writes are pending for too long, or
 * nearly as many as may be, or the store takes nothing of a collection, or while the
 * shared tier is left alone because it failed. It reads counters only, and asks no
 * database: that is what the data source's own indicator does. Safe for concurrent use.
 */
public final class CollectionsHealthIndicator extends AbstractHealthIndicator {

	/** From how many of the writes that may be pending on the health is degraded. */
	private static final double NEARLY_FULL = 0.9;

	private final CollectionRegistry registry;

	private final BufferedWriteBehind writeBehind;

	private final Duration maxAge;

	private final @Nullable TierGate sharedTier;

	/**
	 * Makes an indicator.
	 * @param registry what it reports
	 * @param writeBehind what keeps pending writes
	 * @param maxAge from which age of the oldest pending write on the health is degraded
	 * @param sharedTier the collections' way to the shared tier, or null where there is
	 * none
	 */
	public CollectionsHealthIndicator(CollectionRegistry registry, BufferedWriteBehind writeBehind, Duration maxAge,
			@Nullable TierGate sharedTier) {
		super("The state of the collections could not be taken");
		this.registry = Objects.requireNonNull(registry, "registry");
		this.writeBehind = Objects.requireNonNull(writeBehind, "writeBehind");
		this.maxAge = Objects.requireNonNull(maxAge, "maxAge");
		this.sharedTier = sharedTier;
	}

	@Override
	protected void doHealthCheck(Health.Builder health) {
		FlushStatistics flush = this.writeBehind.statistics();
		boolean late = flush.pending() > 0 && flush.oldestAge().compareTo(this.maxAge) >= 0;
		boolean full = flush.pending() >= NEARLY_FULL * flush.maxPending();
		boolean unable = flush.collections().values().stream().anyMatch(FlushStatistics.OfCollection::isUnable);
		boolean alone = this.sharedTier != null && this.sharedTier.isAway();
		health.status((late || full || unable || alone) ? CoalestraHealthIndicator.DEGRADED : Status.UP);
		health.withDetail("writeBehind", describe(flush));
		if (this.sharedTier != null) {
			health.withDetail("sharedTier", describe(this.sharedTier.state()));
		}
		for (RowCollection<?, ?> collection : this.registry.collections()) {
			health.withDetail(collection.name(),
					describe(collection.statistics(), flush.collections().get(collection.name())));
		}
	}

	private static Map<String, Object> describe(FlushStatistics flush) {
		Map<String, Object> details = new LinkedHashMap<>();
		details.put("pending", flush.pending());
		details.put("maxPending", flush.maxPending());
		details.put("oldestAge", flush.oldestAge());
		details.put("conflicts", flush.conflicts());
		details.put("dropped", flush.dropped());
		details.put("failures", flush.failures());
		return details;
	}

	private static Map<String, Object> describe(TierGate.State tier) {
		Map<String, Object> details = new LinkedHashMap<>();
		details.put("connection", tier.tier().connection().name().toLowerCase(Locale.ROOT));
		details.put("circuit", tier.circuit());
		if (tier.silentSince() != null) {
			details.put("silentSince", tier.silentSince());
			details.put("reason", String.valueOf(tier.reason()));
		}
		return details;
	}

	private static Map<String, Object> describe(CollectionStatistics state,
			FlushStatistics.@Nullable OfCollection flush) {
		Map<String, Object> details = new LinkedHashMap<>();
		details.put("localRows", state.localRows());
		details.put("loadFailures", state.loadFailures());
		details.put("conflicts", state.conflicts());
		details.put("dropped", state.dropped());
		details.put("unsettled", state.unsettled());
		if (flush != null && flush.pending() > 0) {
			details.put("pending", flush.pending());
			details.put("oldestAge", flush.oldestAge());
		}
		if (flush != null && flush.isUnable()) {
			details.put("unableFor", flush.unableFor());
		}
		return details;
	}

}
