package io.coalestra.internal.tier;

import java.util.List;

import io.coalestra.cache.Revision;
import io.coalestra.cache.WriteStatus;
import io.coalestra.key.ResourceKey;
import io.coalestra.signal.Metric;
import io.coalestra.tier.TierKey;
import io.coalestra.tier.TierVersion;
import io.coalestra.tier.coherence.CoherenceListener;
import io.coalestra.tier.coherence.Doubt;
import io.coalestra.tier.coherence.TierChange;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does what other nodes' changes ask for: what is older than they say is dropped, and
 * reads of it in progress are kept from the cache; after a doubt everything is compared
 * before it is used.
 *
 * <p>
 * Works on whichever thread brings the news, and keeps nothing but what the cache and the
 * memory of versions keep.
 */
final class Neighbours implements CoherenceListener, SharedWrites.Rejection {

	private static final Logger logger = LoggerFactory.getLogger(Neighbours.class);

	// How far the clocks of two nodes may be apart, in the unit of generations.
	private static final long CLOCK_ALLOWANCE = 1_000_000;

	private final TierServices services;

	private final SeenVersions seen;

	private final SharedEra era;

	Neighbours(TierServices services, SeenVersions seen, SharedEra era) {
		this.services = services;
		this.seen = seen;
		this.era = era;
	}

	@Override
	public void changed(List<TierChange> changes) {
		changes.forEach(this::contained);
		this.services.signals().record(Metric.SHARED_TIER_COHERENCE, changes.size(), "changed", this.services.name());
	}

	// One change that fails keeps nobody from the others, and everything from being used
	// unseen.
	private void contained(TierChange change) {
		try {
			changed(change);
		}
		catch (RuntimeException | Error ex) {
			// A cache or a policy of the application threw.
			logger.error("A change of another node, {}, could not be followed", change.key(), ex);
			doubted(Doubt.GAP);
		}
	}

	private void changed(TierChange change) {
		TierKey told = change.key();
		if (told.equals(SharedKeys.CLEARING)) {
			cleared(change.version());
		}
		else if (SharedKeys.isTag(told)) {
			this.services.store().invalidateTag(told.id());
		}
		else {
			ResourceKey<?> key = SharedKeys.resource(told);
			if (key != null) {
				changed(key, change.version());
			}
		}
	}

	private void cleared(@Nullable TierVersion version) {
		if (version != null) {
			this.era.raise(version.generation());
		}
		this.services.store().clear();
	}

	private void changed(ResourceKey<?> key, @Nullable TierVersion version) {
		if (version == null) {
			this.services.store().invalidate(key);
			return;
		}
		TierVersion met = this.seen.of(key);
		this.seen.note(key, version);
		Revision<?> own = this.services.store().get(key);
		boolean known = (own == null) ? met != null && SeenVersions.compare(met, version) >= 0
				: isNewer(own, met, version);
		if (!known) {
			this.services.store().invalidate(key);
		}
		else if (own != null && !isRemoval(version) && compare(own, version) > 0) {
			// Whoever wrote that, and whoever follows it, has not heard of what this node
			// has. Read again, it is compared with the tier, which is corrected if need
			// be;
			// by the own key, which knows its type.
			this.services.refreshing().accept(own.key());
		}
	}

	// What was observed well after a generation began is none of those that it ended,
	// though this node has not heard of it: it stays, and keeps older values out.
	private static boolean isNewer(Revision<?> own, @Nullable TierVersion met, TierVersion version) {
		boolean isAfterIt = !isRemoval(version) && own.provenance().observedAt()
				/ SeenVersions.NANOS_OF_A_GENERATION > version.generation() + CLOCK_ALLOWANCE;
		return (isOfGeneration(met, version) || isAfterIt) && compare(own, version) >= 0;
	}

	// A removal that this node has met before it is told of it, by a fill that was
	// refused, says nothing of what the node holds: that may be what was refused.
	private static boolean isOfGeneration(@Nullable TierVersion met, TierVersion version) {
		return met != null && met.generation() >= version.generation() && !(isRemoval(met) && isRemoval(version));
	}

	private static boolean isRemoval(TierVersion version) {
		return version.rank() == TierVersion.LOWEST_RANK;
	}

	private static int compare(Revision<?> own, TierVersion version) {
		Revision.Provenance from = own.provenance();
		int byRank = Integer.compare(from.rank(), version.rank());
		return (byRank != 0) ? byRank : Long.compare(from.observedAt(), version.order());
	}

	@Override
	public void rejected(ResourceKey<?> key, TierVersion current, WriteStatus status) {
		Revision<?> own = this.services.store().get(key);
		// Of two that say the same of themselves the tier has one, and this node perhaps
		// the other.
		if (own != null && compare(own, current) <= 0) {
			this.services.store().invalidate(key);
		}
	}

	@Override
	public void doubted(Doubt doubt) {
		this.services.store().doubt();
		this.services.signals().record(Metric.SHARED_TIER_COHERENCE, 1, doubt.wireName(), this.services.name());
	}

}
