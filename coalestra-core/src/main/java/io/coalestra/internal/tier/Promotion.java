package io.coalestra.internal.tier;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.coalestra.cache.CommitGroup;
import io.coalestra.cache.Revision;
import io.coalestra.cache.WriteRule;
import io.coalestra.cache.WriteStatus;
import io.coalestra.internal.flight.Comparison;
import io.coalestra.internal.flight.Flight;
import io.coalestra.internal.store.Draft;
import io.coalestra.internal.store.Written;
import io.coalestra.key.ResourceKeys;
import io.coalestra.tier.TierEntry;
import io.coalestra.tier.TierVersion;
import io.coalestra.time.TimeSource;
import org.jspecify.annotations.Nullable;

/**
 * Brings what the tier has into the cache, like any other value by authority and time,
 * and says whether it is good: fresh by this node's policies, not older than what this
 * node has or has met, and readable.
 */
final class Promotion {

	private final TierServices services;

	private final SharedValues values;

	private final SeenVersions seen;

	Promotion(TierServices services, SharedValues values, SeenVersions seen) {
		this.services = services;
		this.values = values;
		this.seen = seen;
	}

	/**
	 * Takes a value.
	 * @param flight the flight that asked
	 * @param entry what the tier has
	 * @param took how long it took
	 * @return the value, or null where it is not good; the flight's trail says why
	 */
	@Nullable Revision<?> one(Flight flight, TierEntry entry, Duration took) {
		if (this.seen.isBehind(flight.key(), entry.version())) {
			trace(flight, "older than what is known: the tier went back");
			return null;
		}
		long now = this.services.time().epochNanos();
		SharedValues.Shared shared = this.values.decode(flight.key(), entry.payload(), now, took, flight);
		if (shared == null) {
			flight.compared(Comparison.REFUTED);
			trace(flight, "unreadable");
			return null;
		}
		Draft draft = shared.draft();
		// What was forced there is forced here as well.
		boolean goesBack = shared.rule() == WriteRule.FORCE && isForcedAfterAll(draft, entry.version());
		if (!goesBack && isOutdated(draft, entry.version().rank(), entry.version().order())) {
			trace(flight, "older than what this node has, or had");
			return null;
		}
		if (goesBack) {
			this.seen.noteForced(flight.key(), entry.version());
		}
		else {
			this.seen.note(flight.key(), entry.version());
		}
		Written written = this.services.store().write(draft, goesBack ? WriteRule.FORCE : WriteRule.MONOTONIC);
		return usable(flight, written, now);
	}

	/**
	 * Takes the values of a group's instance, which become visible together.
	 * @param flights the flights that asked, one a member, in the group's order
	 * @param members the members' keys
	 * @param entry what the tier has
	 * @param took how long it took
	 * @return the values, or null where they are not all good
	 */
	@Nullable List<Revision<?>> together(List<Flight> flights, ResourceKeys members, TierEntry entry, Duration took) {
		if (this.seen.isBehind(members.get(0), entry.version())) {
			flights.forEach((flight) -> trace(flight, "older than what is known: the tier went back"));
			return null;
		}
		long now = this.services.time().epochNanos();
		List<Draft> drafts = drafts(flights, entry, now, took);
		if (drafts == null) {
			flights.forEach((flight) -> {
				flight.compared(Comparison.REFUTED);
				trace(flight, "unreadable");
			});
			return null;
		}
		for (Draft draft : drafts) {
			int rank = this.services.store().rankOf(draft.key(), draft.origin().source());
			if (isOutdated(draft, rank, draft.statement().observedAt())) {
				flights.forEach((flight) -> trace(flight, "in part older than what this node has, or had"));
				return null;
			}
		}
		this.seen.note(members.get(0), entry.version());
		List<Written> written = this.services.store()
			.writeTogether(drafts, WriteRule.MONOTONIC, new CommitGroup(members));
		List<Revision<?>> good = new ArrayList<>(written.size());
		for (int i = 0; i < written.size(); i++) {
			Revision<?> usable = usable(flights.get(i), written.get(i), now);
			if (usable != null) {
				good.add(usable);
			}
		}
		return (good.size() == written.size()) ? good : null;
	}

	private @Nullable List<Draft> drafts(List<Flight> flights, TierEntry entry, long now, Duration took) {
		List<byte[]> envelopes = GroupFormat.decode(entry.payload(), flights.size());
		if (envelopes == null) {
			return null;
		}
		List<Draft> drafts = new ArrayList<>(envelopes.size());
		for (int i = 0; i < envelopes.size(); i++) {
			Flight flight = flights.get(i);
			SharedValues.Shared shared = this.values.decode(flight.key(), envelopes.get(i), now, took, flight);
			if (shared == null) {
				return null;
			}
			drafts.add(shared.draft());
		}
		return drafts;
	}

	// Forced after what this node has met, and after what it has came here: then it goes
	// over that, whatever its time. A generation alone does not say so, since it stands
	// beside everything that is written later.
	private boolean isForcedAfterAll(Draft draft, TierVersion version) {
		Revision<?> own = this.services.store().current(draft.key());
		if (own != null) {
			long came = Math.max(own.provenance().fetchedAt(), own.provenance().observedAt());
			if (came / SeenVersions.NANOS_OF_A_GENERATION > version.generation()) {
				return false;
			}
		}
		return this.seen.isForcedAfter(draft.key(), version);
	}

	private boolean isOutdated(Draft draft, int rank, long order) {
		return this.seen.isOlder(draft.key(), rank, order) || isOlderThanOwn(draft);
	}

	private boolean isOlderThanOwn(Draft draft) {
		Revision<?> own = this.services.store().current(draft.key());
		if (own == null) {
			return false;
		}
		int rank = this.services.store().rankOf(draft.key(), draft.origin().source());
		Revision.Provenance from = own.provenance();
		return rank < from.rank() || (rank == from.rank() && draft.statement().observedAt() < from.observedAt());
	}

	private @Nullable Revision<?> usable(Flight flight, Written written, long now) {
		Revision<?> winner = (written.status() == WriteStatus.STORED) ? written.offered() : written.stored();
		if (written.status() == WriteStatus.IGNORED_INVALIDATED || winner == null) {
			trace(flight, "invalidated meanwhile");
			return null;
		}
		// A refresh wants what is not itself about to expire.
		boolean fresh = isRefresh(flight) ? now <= winner.lifetime().quietUntil()
				: !this.services.store().isStale(winner, now);
		trace(flight, "found, observed " + TimeSource.toInstant(winner.provenance().observedAt())
				+ (fresh ? "" : ", not fresh enough"));
		return fresh ? winner : null;
	}

	/**
	 * Returns whether a flight reads again what is still good, behind everybody's back.
	 * @param flight the flight
	 * @return true if so
	 */
	static boolean isRefresh(Flight flight) {
		return flight.voyage().metadata().containsKey("background_refresh");
	}

	private void trace(Flight flight, String detail) {
		flight.trace(this.services.time().monotonicNanos(), "tier", this.services.name(), detail);
	}

}
