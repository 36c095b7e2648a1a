package io.coalestra.spring.boot.metrics;

import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

import io.coalestra.collections.CollectionRegistry;
import io.coalestra.collections.access.CollectionStatistics;
import io.coalestra.collections.access.RowCollection;
import io.coalestra.collections.flush.BufferedWriteBehind;
import io.coalestra.collections.flush.FlushStatistics;
import io.coalestra.tier.coherence.TierGate;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.jspecify.annotations.Nullable;

/**
 * What collections do, as meters tagged by the collection's name; reads by the tier that
 * answered. No tag names a row. A read costs the meters nothing: they are asked for when
 * they are published. Safe for concurrent use.
 */
public final class CollectionMetrics implements MeterBinder {

	private final CollectionRegistry registry;

	private final BufferedWriteBehind writeBehind;

	private final @Nullable TierGate sharedTier;

	/**
	 * Makes the meters.
	 * @param registry whose collections are measured: those that there are when the
	 * meters are bound
	 * @param writeBehind what keeps pending writes
	 * @param sharedTier the collections' way to the shared tier, or null where there is
	 * none
	 */
	public CollectionMetrics(CollectionRegistry registry, BufferedWriteBehind writeBehind,
			@Nullable TierGate sharedTier) {
		this.registry = Objects.requireNonNull(registry, "registry");
		this.writeBehind = Objects.requireNonNull(writeBehind, "writeBehind");
		this.sharedTier = sharedTier;
	}

	@Override
	public void bindTo(MeterRegistry meters) {
		this.registry.collections().forEach((collection) -> {
			bind(meters, collection);
			TimeGauge
				.builder("coalestra.collection.unable", this.writeBehind, TimeUnit.MILLISECONDS,
						(asked) -> unableMillis(asked, collection.name()))
				.description("For how long the store has taken nothing of the collection's pending writes")
				.tag("collection", collection.name())
				.register(meters);
		});
		Gauge.builder("coalestra.collections.pending", this.writeBehind, (asked) -> asked.statistics().pending())
			.description("Writes that were accepted and not stored")
			.register(meters);
		TimeGauge
			.builder("coalestra.collections.pending.age", this.writeBehind, TimeUnit.MILLISECONDS,
					(asked) -> asked.statistics().oldestAge().toMillis())
			.description("How long the oldest of them has waited")
			.register(meters);
		if (this.sharedTier != null) {
			count(meters, this.sharedTier, "given", TierGate.Counts::given);
			count(meters, this.sharedTier, "late", TierGate.Counts::late);
			count(meters, this.sharedTier, "failed", TierGate.Counts::failed);
			count(meters, this.sharedTier, "spared", TierGate.Counts::spared);
		}
	}

	private static long unableMillis(BufferedWriteBehind writeBehind, String collection) {
		FlushStatistics.OfCollection state = writeBehind.statistics().collections().get(collection);
		return (state != null) ? state.unableFor().toMillis() : 0;
	}

	private static void count(MeterRegistry meters, TierGate tier, String outcome,
			ToDoubleFunction<TierGate.Counts> value) {
		FunctionCounter
			.builder("coalestra.collections.shared.requests", tier,
					(asked) -> value.applyAsDouble(asked.state().counts()))
			.description("Requests of collections to the shared tier by what became of them")
			.tag("outcome", outcome)
			.register(meters);
	}

	private static void bind(MeterRegistry meters, RowCollection<?, ?> collection) {
		String reads = "coalestra.collection.reads";
		String rows = "Reads by the tier that answered";
		count(meters, collection, reads, rows, "tier", "local", CollectionStatistics::localHits);
		count(meters, collection, reads, rows, "tier", "shared", CollectionStatistics::sharedHits);
		count(meters, collection, reads, rows, "tier", "store", CollectionStatistics::storeHits);
		count(meters, collection, reads, rows, "tier", "none", CollectionStatistics::absences);
		String writes = "coalestra.collection.writes";
		String outcomes = "Writes by what became of them";
		count(meters, collection, writes, outcomes, "outcome", "stored", CollectionStatistics::writes);
		count(meters, collection, writes, outcomes, "outcome", "deferred", CollectionStatistics::deferred);
		count(meters, collection, writes, outcomes, "outcome", "refused", CollectionStatistics::refused);
		count(meters, collection, writes, outcomes, "outcome", "dropped", CollectionStatistics::dropped);
		count(meters, collection, "coalestra.collection.conflicts", "Attempts that another writer's version defeated",
				CollectionStatistics::conflicts);
		count(meters, collection, "coalestra.collection.queries", "Queries for rows to the store",
				CollectionStatistics::storeCalls);
		count(meters, collection, "coalestra.collection.load.failures", "Rows that could not be loaded",
				CollectionStatistics::loadFailures);
		Gauge.builder("coalestra.collection.local.rows", collection, (asked) -> asked.statistics().localRows())
			.description("About how many rows are in memory")
			.tag("collection", collection.name())
			.register(meters);
		Gauge.builder("coalestra.collection.unsettled", collection, (asked) -> asked.statistics().unsettled())
			.description("Rows that the shared tier may hold in an older version")
			.tag("collection", collection.name())
			.register(meters);
	}

	private static void count(MeterRegistry meters, RowCollection<?, ?> collection, String name, String description,
			ToDoubleFunction<CollectionStatistics> value) {
		counter(collection, name, description, value).register(meters);
	}

	private static void count(MeterRegistry meters, RowCollection<?, ?> collection, String name, String description,
			String tag, String tagValue, ToDoubleFunction<CollectionStatistics> value) {
		counter(collection, name, description, value).tag(tag, tagValue).register(meters);
	}

	private static FunctionCounter.Builder<? extends RowCollection<?, ?>> counter(RowCollection<?, ?> collection,
			String name, String description, ToDoubleFunction<CollectionStatistics> value) {
		return FunctionCounter.builder(name, collection, (asked) -> value.applyAsDouble(asked.statistics()))
			.description(description)
			.tag("collection", collection.name());
	}

}
