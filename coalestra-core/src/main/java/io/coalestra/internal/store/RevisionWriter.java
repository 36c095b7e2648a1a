package io.coalestra.internal.store;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;

import io.coalestra.cache.CommitGroup;
import io.coalestra.cache.ResourceVersion;
import io.coalestra.cache.Revision;
import io.coalestra.cache.SnapshotCache;
import io.coalestra.cache.WriteRule;
import io.coalestra.cache.WriteStatus;
import io.coalestra.key.ResourceKey;
import io.coalestra.policy.Freshness;
import org.jspecify.annotations.Nullable;

/**
 * Writes drafts of one call or publication, one after another: makes a revision of each
 * inside the cache's atomic change of its key, and decides whether it stays.
 *
 * <p>
 * Belongs to one thread. A batch brings many values that differ in key and payload only,
 * so their provenance and their lifetime are made once and shared as long as nothing that
 * goes into them changes.
 */
final class RevisionWriter implements UnaryOperator<@Nullable Revision<?>> {

	private final RevisionStore store;

	private final SnapshotCache cache;

	private final WriteRule rule;

	private final @Nullable CommitGroup group;

	// The change in progress: set before the cache applies it, read after.
	private @Nullable Draft draft;

	// Read before the policies are, so that what bears it is dated by them or later ones.
	private int stamp;

	// What an "unchanged" confirms.
	private @Nullable Revision<?> base;

	private WriteStatus status = WriteStatus.IGNORED_INVALIDATED;

	private @Nullable Revision<?> offered;

	private @Nullable Revision<?> previous;

	// What the last revision was made with, and may be shared with the next.
	private Draft.@Nullable Statement lastStatement;

	private Revision.@Nullable Provenance lastProvenance;

	private @Nullable Freshness lastFreshness;

	private Revision.@Nullable Lifetime lastLifetime;

	RevisionWriter(RevisionStore store, SnapshotCache cache, WriteRule rule, @Nullable CommitGroup group) {
		this.store = store;
		this.cache = cache;
		this.rule = rule;
		this.group = group;
	}

	/**
	 * Offers a draft.
	 * @param offer the draft
	 * @return what came of it
	 */
	Written write(Draft offer) {
		this.draft = offer;
		this.stamp = this.store.dated();
		this.base = null;
		this.status = WriteStatus.IGNORED_INVALIDATED;
		this.offered = null;
		this.previous = null;
		Revision<?> now = this.cache.compute(offer.key(), this);
		if (this.status == WriteStatus.STORED) {
			this.store.countWrite();
		}
		return new Written(this.status, this.offered, now, this.previous);
	}

	/**
	 * Decides, inside the cache's atomic change of the key.
	 * @param stored what is stored, or null
	 * @return what is to be stored
	 */
	@Override
	public @Nullable Revision<?> apply(@Nullable Revision<?> stored) {
		Draft offer = Objects.requireNonNull(this.draft);
		this.previous = stored;
		Revision<?> comparable = (stored != null
				&& this.store.isCurrent(stored.lifetime().epoch(), stored.provenance().tags())) ? stored : null;
		if (stored != null && offer.reading().isUncompared() && this.store.isDoubted(stored)) {
			this.stamp = Stamps.inDoubt(this.stamp);
		}
		int rank = this.store.rankOf(offer.key(), offer.origin().source());
		Revision<?> made = revision(offer, rank, comparable);
		this.offered = made;
		if (made == null) {
			return stored;
		}
		this.status = decide(offer, made.provenance().tags(), rank, comparable);
		return (this.status == WriteStatus.STORED) ? made : undoubted(offer, stored);
	}

	// What a read that began after the doubt does not replace is in doubt no more, unless
	// the read itself was not compared: then the stamp says so.
	private @Nullable Revision<?> undoubted(Draft offer, @Nullable Revision<?> stored) {
		boolean read = !(offer.reading() instanceof Draft.Event) && this.status != WriteStatus.IGNORED_INVALIDATED;
		if (!read || stored == null || !this.store.isDoubted(stored)) {
			return stored;
		}
		return this.store.vouched(stored, this.stamp);
	}

	private WriteStatus decide(Draft offer, Set<String> tags, int rank, @Nullable Revision<?> stored) {
		if (offer.reading().isFenced() || !this.store.isCurrent(offer.reading().epoch(), tags)) {
			return WriteStatus.IGNORED_INVALIDATED;
		}
		// What is too old to serve counts as absent, whether or not it was pruned.
		Revision<?> rival = (stored != null && offer.origin().fetchedAt() <= stored.lifetime().usableUntil()) ? stored
				: null;
		if (offer.reading() instanceof Draft.Event && this.rule != WriteRule.FORCE
				&& this.store.isOlderThanKnown(offer.key(), rank, offer.statement().observedAt())) {
			return WriteStatus.IGNORED_OLDER;
		}
		return effectiveRule(offer, rival).decide(rank, offer.statement().observedAt(),
				(rival != null) ? currentProvenance(rival) : null);
	}

	// The policies may have changed since what is stored was ranked.
	private Revision.Provenance currentProvenance(Revision<?> stored) {
		return (stored.lifetime().stamp() == this.stamp) ? stored.provenance()
				: this.store.ranked(stored.key(), stored.provenance());
	}

	// Where the time was only assumed, what comes later is not a duplicate of what came
	// at the same tick; but a read never replaces an event that arrived as it began.
	private WriteRule effectiveRule(Draft offer, @Nullable Revision<?> stored) {
		boolean eventByRead = stored != null && stored.provenance().attempts() == 0 && offer.origin().attempts() > 0;
		return (this.rule == WriteRule.MONOTONIC && offer.statement().dating() == Draft.Dating.ASSUMED && !eventByRead)
				? WriteRule.REPLACE_EQUAL : this.rule;
	}

	// --- making a revision ---

	private @Nullable Revision<?> revision(Draft offer, int rank, @Nullable Revision<?> stored) {
		return switch (offer.content()) {
			case Draft.Content.Unchanged unchanged -> confirmed(offer, rank, unchanged.known(), stored);
			case Draft.Content.Absent absent -> made(offer, rank, null, true, stored);
			case Draft.Content.Value value -> made(offer, rank, value.payload(), value.shareable(), stored);
		};
	}

	private @Nullable Revision<?> confirmed(Draft offer, int rank, @Nullable Revision<?> known,
			@Nullable Revision<?> stored) {
		Revision<?> confirmed = (known != null) ? known : stored;
		// A source confirms what it gave a version of; a derived value stands by its
		// inputs'.
		boolean versioned = confirmed != null
				&& (confirmed.version().sourceVersion() != null || !offer.origin().dependencies().isEmpty());
		if (confirmed == null || !versioned || !confirmed.provenance().source().equals(offer.origin().source())) {
			return null;
		}
		this.base = confirmed;
		return made(offer, rank, confirmed.payload(), confirmed.isShareable(), (stored != null) ? stored : confirmed);
	}

	// Only of what is proven immutable does equal mean the same: an entity may be equal
	// by
	// its id alone.
	@SuppressWarnings("ReferenceEquality") // what is confirmed is the very object
	private static boolean isSame(@Nullable Object payload, boolean shareable, Revision<?> stored) {
		return payload == stored.payload() || (shareable && stored.isShareable() && isEqual(payload, stored.payload()));
	}

	@SuppressWarnings("unchecked") // the payload answers the key; readers check its type
	private Revision<Object> made(Draft offer, int rank, @Nullable Object payload, boolean shareable,
			@Nullable Revision<?> stored) {
		Revision<?> same = (stored != null && isSame(payload, shareable, stored)) ? stored : null;
		return new Revision<>((ResourceKey<Object>) offer.key(), (same != null) ? same.payload() : payload,
				(same != null) ? same.isShareable() : shareable, provenance(offer, rank), version(offer, same),
				lifetime(offer, payload == null), this.group);
	}

	// An equals that throws says only that the payloads cannot be told to be the same.
	private static boolean isEqual(@Nullable Object payload, @Nullable Object stored) {
		try {
			return Objects.equals(payload, stored);
		}
		catch (RuntimeException | StackOverflowError ex) {
			return false;
		}
	}

	@SuppressWarnings("ReferenceEquality") // one object for all values of a call
	private Revision.Provenance provenance(Draft offer, int rank) {
		Revision.Provenance last = this.lastProvenance;
		if (last != null && this.base == null && this.lastStatement == offer.statement() && last.rank() == rank) {
			return last;
		}
		Draft.Origin origin = offer.origin();
		Revision.Provenance made = new Revision.Provenance(origin.source(), offer.statement().observedAt(),
				origin.fetchedAt(), origin.latency(), origin.attempts(), rank, metadata(offer), tags(offer),
				origin.dependencies());
		if (this.base == null) {
			this.lastStatement = offer.statement();
			this.lastProvenance = made;
			this.lastLifetime = null;
		}
		return made;
	}

	// Called after the provenance: the statement is the last one if nothing is confirmed.
	@SuppressWarnings("ReferenceEquality") // a policy is the same object for many keys
	private Revision.Lifetime lifetime(Draft offer, boolean absent) {
		Freshness policy = this.store.freshness(offer.key());
		int epoch = offer.reading().epoch();
		Revision.Lifetime last = this.lastLifetime;
		boolean plain = this.base == null && !absent && policy.spread().isNone();
		if (plain && last != null && policy == this.lastFreshness && last.epoch() == epoch
				&& last.stamp() == this.stamp) {
			return last;
		}
		Draft.Statement statement = offer.statement();
		Revision.Lifetime old = (this.base != null) ? this.base.lifetime() : null;
		Duration ttl = (statement.ttl() == null && old != null) ? old.ttl() : statement.ttl();
		Duration maxStale = (statement.maxStale() == null && old != null) ? old.maxStale() : statement.maxStale();
		Lifetimes lifetimes = this.store.lifetimes();
		Revision.Lifetime made = absent ? lifetimes.absent(policy, statement.since(), ttl, epoch, this.stamp)
				: lifetimes.present(policy, statement.since(), offer.origin().latency().toNanos(), ttl, maxStale, epoch,
						stamp);
		if (plain) {
			this.lastFreshness = policy;
			this.lastLifetime = made;
		}
		return made;
	}

	// What the source does not say anew about a value that it confirms still holds.
	private Map<String, Object> metadata(Draft offer) {
		Map<String, Object> stated = offer.statement().metadata();
		return (this.base != null && stated.isEmpty()) ? ofSource(this.base.provenance().metadata()) : stated;
	}

	// What a source has confirmed is its own, whoever brought it.
	private static Map<String, Object> ofSource(Map<String, Object> metadata) {
		if (!metadata.containsKey(Draft.SHARED_TIER)) {
			return metadata;
		}
		Map<String, Object> own = new LinkedHashMap<>(metadata);
		own.remove(Draft.SHARED_TIER);
		return Collections.unmodifiableMap(own);
	}

	private Set<String> tags(Draft offer) {
		Set<String> stated = offer.statement().tags();
		return (this.base != null && stated.isEmpty()) ? this.base.provenance().tags() : stated;
	}

	private ResourceVersion version(Draft offer, @Nullable Revision<?> same) {
		String stated = offer.statement().version();
		String sourceVersion = (this.base != null && stated == null) ? this.base.version().sourceVersion() : stated;
		if (same == null) {
			return this.store.nextVersion(sourceVersion);
		}
		return Objects.equals(sourceVersion, same.version().sourceVersion()) ? same.version()
				: new ResourceVersion(same.version().origin(), same.version().sequence(), sourceVersion);
	}

}
