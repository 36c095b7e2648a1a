package io.coalestra.internal.store;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import java.util.function.ObjIntConsumer;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

import io.coalestra.cache.CacheStatistics;
import io.coalestra.cache.CommitGroup;
import io.coalestra.cache.ResourceVersion;
import io.coalestra.cache.Revision;
import io.coalestra.cache.SnapshotCache;
import io.coalestra.cache.WriteRule;
import io.coalestra.cache.WriteStatus;
import io.coalestra.key.ResourceKey;
import io.coalestra.key.ResourceKeys;
import io.coalestra.policy.Freshness;
import io.coalestra.policy.KeyPolicies;
import io.coalestra.policy.RefreshMode;
import io.coalestra.policy.SourceAuthority;
import io.coalestra.time.TimeSource;
import org.jspecify.annotations.Nullable;

/**
 * The engine's only way into the cache: decides which revision stays, gives versions,
 * dates them, and judges what is read.
 *
 * <p>
 * Everything about one key is decided inside the cache's atomic change of that key, the
 * version included, so that versions of a key rise in the order in which they are stored.
 */
public final class RevisionStore {

	private final SnapshotCache cache;

	private final String origin;

	// Policies are replaced before the stamp is counted up, and whoever dates a revision
	// reads the stamp before the policies: what bears the new stamp is dated by the new
	// ones.
	private volatile KeyPolicies<SourceAuthority> authority;

	private final Lifetimes lifetimes;

	private final CacheLedger ledger;

	private final Epochs epochs;

	private final Dating dating;

	private volatile KeyPolicies<Freshness> freshness;

	// Answers whether what is in doubt can be compared; set before the first doubt.
	private volatile BooleanSupplier comparing = () -> true;

	// Knows of what was seen; set before the first write.
	private volatile Memory memory = (key, rank, observedAt) -> false;

	private final StoreCounts counts = new StoreCounts();

	private final Lineage lineage;

	/**
	 * Makes the store of a builder.
	 * @param cache the cache
	 * @param origin the origin of versions
	 * @param freshness the freshness of keys
	 * @param authority the ranks of sources
	 * @param random draws the spread
	 */
	public RevisionStore(SnapshotCache cache, String origin, KeyPolicies<Freshness> freshness,
			KeyPolicies<SourceAuthority> authority, RandomGenerator random) {
		this(cache, origin, freshness, authority, random, Dating.FINAL);
	}

	/**
	 * Makes a store.
	 * @param cache the cache
	 * @param origin the origin of versions
	 * @param freshness the freshness of keys
	 * @param authority the ranks of sources
	 * @param random draws the spread
	 * @param dating whether what this store writes is dated for its readers
	 */
	public RevisionStore(SnapshotCache cache, String origin, KeyPolicies<Freshness> freshness,
			KeyPolicies<SourceAuthority> authority, RandomGenerator random, Dating dating) {
		this.cache = cache;
		this.ledger = CacheLedger.of(cache);
		this.epochs = this.ledger.epochs();
		this.lineage = new Lineage(cache, this.epochs);
		this.dating = dating;
		this.origin = origin;
		this.freshness = freshness;
		this.authority = authority;
		this.lifetimes = new Lifetimes(random);
	}

	/**
	 * Returns what this store shares with others over the same cache.
	 * @return the ledger
	 */
	public CacheLedger ledger() {
		return this.ledger;
	}

	/**
	 * Returns what is stored for a key, unjudged.
	 * @param key the key
	 * @return the revision, or null
	 */
	public @Nullable Revision<?> get(ResourceKey<?> key) {
		return this.cache.get(key);
	}

	/**
	 * Returns what is stored for many keys, unjudged, as long as none is missing.
	 * @param keys the keys
	 * @param found takes the revisions, at the positions of their keys
	 * @return false if one is missing
	 */
	public boolean getAll(ResourceKeys keys, @Nullable Revision<?>[] found) {
		return this.cache.getAll(keys, found);
	}

	/**
	 * Returns what is stored for a key, unless it was invalidated by a tag.
	 * @param key the key
	 * @return the revision, or null
	 */
	public @Nullable Revision<?> current(ResourceKey<?> key) {
		Revision<?> stored = this.cache.get(key);
		return (stored != null && this.epochs.isCurrent(stored.lifetime().epoch(), stored.provenance().tags())) ? stored
				: null;
	}

	/**
	 * Returns the stamp that hot revisions carry.
	 * @return the stamp
	 */
	public int stamp() {
		return this.ledger.stamp();
	}

	/**
	 * Returns the epoch that a read notes before it begins.
	 * @return the epoch
	 */
	public int epoch() {
		return this.epochs.current();
	}

	/**
	 * Returns the stamp of commits.
	 * @return the stamp
	 */
	public CommitStamp commits() {
		return this.ledger.commits();
	}

	/**
	 * Returns a key's freshness.
	 * @param key the key
	 * @return the policy
	 */
	public Freshness freshness(ResourceKey<?> key) {
		return this.freshness.of(key);
	}

	/**
	 * Judges what is stored for a key. What is found to be worthless is removed.
	 * @param key the key
	 * @param now the reader's time
	 * @param maxAge how old it may be for this reader, or null
	 * @return what it is worth
	 */
	public Judgement judge(ResourceKey<?> key, long now, @Nullable Duration maxAge) {
		Revision<?> found = this.cache.get(key);
		Revision<?> revision = (found != null) ? valid(found, now) : null;
		if (revision == null) {
			return Judgement.MISSING;
		}
		if (maxAge != null && TimeSource.minus(now, revision.provenance().observedAt()) > TimeSource.toNanos(maxAge)) {
			return Judgement.MISSING;
		}
		if (isDoubted(revision) && (this.comparing.getAsBoolean()
				|| isOlderThanKnown(key, revision.provenance().rank(), revision.provenance().observedAt()))) {
			return new Judgement(Judgement.Worth.STALE_FALLBACK, revision, Judgement.Refresh.NOT_DUE);
		}
		if (now <= this.lineage.freshUntil(revision)) {
			boolean quiet = now <= revision.lifetime().quietUntil();
			return new Judgement(Judgement.Worth.FRESH, revision,
					quiet ? Judgement.Refresh.NOT_DUE : Judgement.Refresh.AHEAD);
		}
		if (freshness(key).refreshMode() == RefreshMode.STALE_WHILE_REVALIDATE) {
			return new Judgement(Judgement.Worth.STALE_SERVED, revision, Judgement.Refresh.REVALIDATE);
		}
		return new Judgement(Judgement.Worth.STALE_FALLBACK, revision, Judgement.Refresh.NOT_DUE);
	}

	/**
	 * Returns whether a revision is past its time to live.
	 * @param revision the revision
	 * @param now the reader's time
	 * @return true if it is, or if anything that it was computed from is
	 */
	public boolean isStale(Revision<?> revision, long now) {
		return now > this.lineage.freshUntil(revision);
	}

	/**
	 * Finds a value that may stand in where every source failed.
	 * @param key the key
	 * @param now the time
	 * @return the revision, or null
	 */
	public @Nullable Revision<?> fallback(ResourceKey<?> key, long now) {
		Revision<?> found = this.cache.get(key);
		Revision<?> revision = (found != null) ? valid(found, now) : null;
		return (revision != null && (freshness(key).staleOnError() || !isStale(revision, now))) ? revision : null;
	}

	/**
	 * Returns whether a value that a source gave past its time to live may stand in where
	 * every source failed, whether or not it is stored. Whether what a derived one was
	 * computed from still stands, only the cache can tell.
	 * @param answer the value
	 * @return true if so, as long as it is usable
	 */
	public boolean mayStandIn(Revision<?> answer) {
		return answer.provenance().dependencies().isEmpty() && freshness(answer.key()).staleOnError();
	}

	private @Nullable Revision<?> valid(Revision<?> found, long now) {
		// Before it is dated anew: what was cleared must not come back with a current
		// stamp.
		if (!this.epochs.isCurrent(found.lifetime().epoch(), found.provenance().tags())) {
			drop(found, this.counts.invalidations());
			return null;
		}
		Revision<?> revision = Stamps.isDated(found.lifetime().stamp(), stamp()) ? found : redated(found);
		if (!this.epochs.isCurrent(revision.lifetime().epoch(), revision.provenance().tags())
				|| (revision.group() != null && revision.group().isWithdrawn())
				|| !this.lineage.isCurrent(revision, now)) {
			drop(revision, this.counts.invalidations());
			return null;
		}
		if (now > revision.lifetime().usableUntil()) {
			drop(revision, this.counts.expirations());
			return null;
		}
		return revision;
	}

	private void drop(Revision<?> revision, LongAdder count) {
		if (this.cache.remove(revision)) {
			count.increment();
			CacheLedger.withdraw(revision);
		}
	}

	// The policies have changed since the revision was dated: date it anew, in place.
	private Revision<?> redated(Revision<?> revision) {
		// Dated by what holds now, what is in doubt stays so.
		// The stamp first: where a doubt comes between, it is below its bound.
		int now = stamp();
		Revision<?> dated = vouched(revision, isDoubted(revision) ? doubted(revision, now) : now);
		this.cache.compute(revision.key(), (stored) -> (stored == revision) ? dated : stored);
		return dated;
	}

	private int doubted(Revision<?> revision, int now) {
		Revision.Provenance from = revision.provenance();
		return isOlderThanKnown(revision.key(), from.rank(), from.observedAt()) ? Stamps.behind(now)
				: Stamps.inDoubt(now);
	}

	/**
	 * Returns the stamp that is as good as the current one where values that are in doubt
	 * cannot be compared.
	 * @param current the current stamp
	 * @return what else hot revisions may carry; the same where they can be compared
	 */
	public int stampInDoubt(int current) {
		return this.comparing.getAsBoolean() ? current : Stamps.inDoubt(current);
	}

	Revision.Provenance ranked(ResourceKey<?> key, Revision.Provenance from) {
		return new Revision.Provenance(from.source(), from.observedAt(), from.fetchedAt(), from.latency(),
				from.attempts(), rankOf(key, from.source()), from.metadata(), from.tags(), from.dependencies());
	}

	/**
	 * Returns the rank of a source for a key.
	 * @param key the key
	 * @param source the source's or publisher's name
	 * @return the rank
	 */
	public int rankOf(ResourceKey<?> key, String source) {
		return this.authority.of(key).rankOf(source);
	}

	private Revision.Lifetime lifetime(ResourceKey<?> key, boolean absent, long since, long latencyNanos,
			@Nullable Duration ttl, @Nullable Duration maxStale, int epoch, int current) {
		Freshness policy = freshness(key);
		return absent ? this.lifetimes.absent(policy, since, ttl, epoch, current)
				: this.lifetimes.present(policy, since, latencyNanos, ttl, maxStale, epoch, current);
	}

	/**
	 * Offers a draft.
	 * @param draft the draft
	 * @param rule the rule by which it replaces what is stored
	 * @return what came of it
	 */
	public Written write(Draft draft, WriteRule rule) {
		Written written = new RevisionWriter(this, this.cache, rule, null).write(draft);
		tell(draft, written);
		return written;
	}

	/**
	 * Offers drafts, each of which becomes visible by itself.
	 * @param drafts the drafts, of distinct keys
	 * @param rule the rule by which they replace what is stored
	 * @param outcome is told what came of the draft at a position, before the next is
	 * offered
	 */
	public void writeEach(List<Draft> drafts, WriteRule rule, ObjIntConsumer<Written> outcome) {
		RevisionWriter writer = new RevisionWriter(this, this.cache, rule, null);
		inBulk(drafts.size(), () -> {
			for (int i = 0; i < drafts.size(); i++) {
				Written written = writer.write(drafts.get(i));
				outcome.accept(written, i);
				tell(drafts.get(i), written);
			}
		});
	}

	private void inBulk(int size, Runnable changes) {
		if (size > 1) {
			this.cache.inBulk(changes);
		}
		else {
			changes.run();
		}
	}

	/**
	 * Offers drafts that become visible together.
	 * @param drafts the drafts, of distinct keys
	 * @param rule the rule by which they replace what is stored
	 * @param group what they are committed as, or null where they only appear together
	 * @return what came of each, in their order
	 */
	public List<Written> writeTogether(List<Draft> drafts, WriteRule rule, @Nullable CommitGroup group) {
		List<Written> written = new ArrayList<>(drafts.size());
		RevisionWriter writer = new RevisionWriter(this, this.cache, rule, group);
		try {
			inBulk(drafts.size(), () -> this.ledger.commits().commit(() -> writeAll(drafts, writer, written)));
		}
		catch (RuntimeException | Error ex) {
			if (group != null) {
				group.withdraw();
			}
			throw ex;
		}
		// Only now, since whoever is told may look.
		for (int i = 0; i < drafts.size(); i++) {
			tell(drafts.get(i), written.get(i));
		}
		return written;
	}

	// Where a cache or a policy of the application throws, nothing was written: still
	// within
	// the commit, so that nobody has seen what is taken back.
	private void writeAll(List<Draft> drafts, RevisionWriter writer, List<Written> written) {
		try {
			for (Draft draft : drafts) {
				written.add(writer.write(draft));
			}
		}
		catch (RuntimeException | Error ex) {
			for (Written one : written) {
				takeBack(one, ex);
			}
			throw ex;
		}
	}

	@SuppressWarnings("ReferenceEquality") // what this very write has stored
	private void takeBack(Written written, Throwable because) {
		Revision<?> offered = written.offered();
		if (written.status() != WriteStatus.STORED || offered == null) {
			return;
		}
		try {
			this.cache.compute(offered.key(), (stored) -> (stored == offered) ? written.previous() : stored);
		}
		catch (RuntimeException | Error ex) {
			because.addSuppressed(ex);
		}
	}

	boolean isCurrent(int epoch, Set<String> tags) {
		return this.epochs.isCurrent(epoch, tags);
	}

	ResourceVersion nextVersion(@Nullable String sourceVersion) {
		return new ResourceVersion(this.origin, this.ledger.nextVersion(), sourceVersion);
	}

	/**
	 * Returns the stamp with which what is written is dated.
	 */
	int dated() {
		return (this.dating == Dating.FINAL) ? stamp() : Stamps.provisional(stamp());
	}

	Lifetimes lifetimes() {
		return this.lifetimes;
	}

	void countWrite() {
		this.counts.writes().increment();
	}

	private void tell(Draft draft, Written written) {
		if (this.ledger.changes().isHeeded() && written.isNews(draft.origin().fetchedAt())) {
			this.ledger.changes().changed(draft.key());
		}
	}

	/**
	 * Removes a key, and keeps reads of it that are in progress from storing it again.
	 * @param key the key
	 * @return true if it was stored
	 */
	public boolean invalidate(ResourceKey<?> key) {
		// The fence first: a read that writes before it is removed below, one that writes
		// after it is not stored.
		this.ledger.fence(key);
		Revision<?> removed = this.cache.remove(key);
		if (removed != null) {
			this.counts.invalidations().increment();
			CacheLedger.withdraw(removed);
		}
		// Also where nothing was stored: a reader may hold what was fenced.
		this.ledger.changes().changed(key);
		return removed != null;
	}

	/**
	 * Keeps reads in progress from storing keys that meet a condition.
	 * @param condition the condition
	 */
	public void fenceIf(Predicate<? super ResourceKey<?>> condition) {
		this.ledger.fenceIf(condition);
		this.ledger.changes().anyChanged();
	}

	/**
	 * Finds the stored keys that meet a condition.
	 * @param condition the condition
	 * @return the keys
	 */
	public List<ResourceKey<?>> keys(Predicate<? super ResourceKey<?>> condition) {
		List<ResourceKey<?>> keys = new ArrayList<>();
		this.cache.forEach((revision) -> {
			if (condition.test(revision.key())) {
				keys.add(revision.key());
			}
		});
		return keys;
	}

	/**
	 * Makes everything that carries a tag worthless.
	 * @param tag the tag
	 */
	public void invalidateTag(String tag) {
		this.epochs.invalidate(tag);
		// Tagged revisions are never hot, so that readers of others need not be told.
		this.ledger.changes().anyChanged();
	}

	/**
	 * Makes everything worthless, and then frees the memory.
	 */
	public void clear() {
		this.ledger.clear();
		this.cache.clear();
		this.ledger.changes().anyChanged();
	}

	/**
	 * Replaces the freshness of keys: everything is dated anew when it is looked at next.
	 * @param policies the policies
	 */
	public void replaceFreshness(KeyPolicies<Freshness> policies) {
		this.freshness = policies;
		this.ledger.restamp();
	}

	/**
	 * Replaces the ranks of sources: everything is ranked anew when it is looked at next.
	 * @param policies the ranks
	 */
	public void replaceAuthority(KeyPolicies<SourceAuthority> policies) {
		this.authority = policies;
		this.ledger.restamp();
	}

	/**
	 * Puts all that is stored in doubt, and keeps reads in progress from storing what
	 * they bring: other nodes may have changed any of it unnoticed. What is in doubt is
	 * read anew before it is used; where nobody answers, it stands in.
	 */
	public void doubt() {
		// The fence first: what is written before it bears a stamp that is doubted.
		this.ledger.fenceIf((key) -> true);
		this.ledger.doubt();
		this.ledger.changes().anyChanged();
	}

	/**
	 * Says when there is nothing to compare with, so that what is in doubt serves as if
	 * it were not.
	 * @param condition answers whether values can be compared; asked for each value that
	 * is in doubt
	 */
	public void comparingWhile(BooleanSupplier condition) {
		this.comparing = condition;
	}

	Revision<?> vouched(Revision<?> revision, int current) {
		Revision.Provenance from = revision.provenance();
		Revision.Lifetime old = revision.lifetime();
		return revision.renewed(ranked(revision.key(), from), lifetime(revision.key(), revision.isAbsent(), old.since(),
				from.latency().toNanos(), old.ttl(), old.maxStale(), old.epoch(), current));
	}

	/**
	 * Ends the doubt about a revision that was compared, unless something newer was seen.
	 * @param revision the revision, as it is stored
	 * @param asOf the stamp before it was looked at: a doubt that began later stays
	 */
	@SuppressWarnings("ReferenceEquality") // the very revision, not one like it
	public void confirm(Revision<?> revision, int asOf) {
		Revision.Provenance from = revision.provenance();
		if (isDoubted(revision) && !isOlderThanKnown(revision.key(), from.rank(), from.observedAt())) {
			Revision<?> confirmed = vouched(revision, asOf);
			this.cache.compute(revision.key(), (stored) -> (stored == revision) ? confirmed : stored);
		}
	}

	/**
	 * Says what is older than what this node has seen, whether or not that is stored.
	 * @param memory remembers it
	 */
	public void forgetting(Memory memory) {
		this.memory = memory;
	}

	boolean isOlderThanKnown(ResourceKey<?> key, int rank, long observedAt) {
		return this.memory.isOlder(key, rank, observedAt);
	}

	boolean isDoubted(Revision<?> revision) {
		return Stamps.isInDoubt(revision.lifetime().stamp(), this.ledger.doubtedBelow());
	}

	/**
	 * Removes what is too old to serve.
	 * @param now the time
	 * @return how many were removed
	 */
	public int prune(long now) {
		List<Revision<?>> all = new ArrayList<>();
		this.cache.forEach(all::add);
		int pruned = 0;
		for (Revision<?> revision : all) {
			pruned += (valid(revision, now) == null) ? 1 : 0;
		}
		return pruned;
	}

	/**
	 * Returns what is counted of reads and writes.
	 * @return the counts
	 */
	public StoreCounts counts() {
		return this.counts;
	}

	/**
	 * Returns what the cache has done.
	 * @return the statistics
	 */
	public CacheStatistics statistics() {
		return this.counts.statistics(this.cache.size(), this.cache.maxEntries(), this.ledger.evictions());
	}

	/**
	 * Whether revisions are dated by the policies that their readers go by.
	 */
	public enum Dating {

		/** They are. */
		FINAL,

		/**
		 * They are not: their writer stands apart from the readers, who date them anew.
		 */
		PROVISIONAL

	}

}
