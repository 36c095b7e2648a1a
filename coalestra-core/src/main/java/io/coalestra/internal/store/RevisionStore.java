package io.coalestra.internal.store;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

import io.coalestra.cache.CacheStatistics;
import io.coalestra.cache.CommitGroup;
import io.coalestra.cache.DependencyVersion;
import io.coalestra.cache.ResourceVersion;
import io.coalestra.cache.Revision;
import io.coalestra.cache.SnapshotCache;
import io.coalestra.cache.WriteRule;
import io.coalestra.cache.WriteStatus;
import io.coalestra.key.ResourceKey;
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

	private static final int MAX_DEPENDENCY_DEPTH = 256;

	private final SnapshotCache cache;

	private final String origin;

	private final KeyPolicies<SourceAuthority> authority;

	private final Lifetimes lifetimes;

	private final Epochs epochs = new Epochs();

	private final CommitStamp commits = new CommitStamp();

	private final AtomicLong versions = new AtomicLong();

	private final KeyPolicies<Freshness> freshness;

	// Counts up when bounds have to be computed anew, or everything was cleared.
	private volatile int stamp;

	private final LongAdder freshHits = new LongAdder();

	private final LongAdder staleHits = new LongAdder();

	private final LongAdder misses = new LongAdder();

	private final LongAdder writes = new LongAdder();

	private final LongAdder invalidations = new LongAdder();

	private final LongAdder evictions = new LongAdder();

	private final LongAdder expirations = new LongAdder();

	/**
	 * Makes a store.
	 * @param cache the cache, whose only user this is
	 * @param origin the origin of versions
	 * @param freshness the freshness of keys
	 * @param authority the ranks of sources
	 * @param random draws the spread
	 */
	public RevisionStore(SnapshotCache cache, String origin, KeyPolicies<Freshness> freshness,
			KeyPolicies<SourceAuthority> authority, RandomGenerator random) {
		this.cache = cache;
		this.origin = origin;
		this.freshness = freshness;
		this.authority = authority;
		this.lifetimes = new Lifetimes(random);
		cache.onEviction((revision) -> {
			this.evictions.increment();
			withdraw(revision);
		});
	}

	private static void withdraw(Revision<?> revision) {
		CommitGroup group = revision.group();
		if (group != null) {
			group.withdraw();
		}
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
		return this.stamp;
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
		return this.commits;
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
		if (maxAge != null && now - revision.provenance().observedAt() > TimeSource.toNanos(maxAge)) {
			return Judgement.MISSING;
		}
		if (now <= freshUntil(revision)) {
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
		return now > freshUntil(revision);
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

	private @Nullable Revision<?> valid(Revision<?> found, long now) {
		Revision<?> revision = (found.lifetime().stamp() == this.stamp) ? found : redated(found);
		if (!this.epochs.isCurrent(revision.lifetime().epoch(), revision.provenance().tags())
				|| (revision.group() != null && revision.group().isWithdrawn())
				|| !dependenciesCurrent(revision, now, 0, new IdentityHashMap<>(0))) {
			drop(found, this.invalidations);
			return null;
		}
		if (now > revision.lifetime().usableUntil()) {
			drop(found, this.expirations);
			return null;
		}
		return revision;
	}

	private void drop(Revision<?> revision, LongAdder count) {
		if (this.cache.remove(revision)) {
			count.increment();
			withdraw(revision);
		}
	}

	// The policies have changed since the revision was dated: date it anew, in place.
	private Revision<?> redated(Revision<?> revision) {
		Revision.Provenance from = revision.provenance();
		int rank = rankOf(revision.key(), from.source());
		Revision.Provenance ranked = new Revision.Provenance(from.source(), from.observedAt(), from.fetchedAt(),
				from.latency(), from.attempts(), rank, from.metadata(), from.tags(), from.dependencies());
		Revision.Lifetime old = revision.lifetime();
		Revision<?> dated = revision.renewed(ranked, lifetime(revision.key(), revision.isAbsent(), old.since(),
				from.latency().toNanos(), old.ttl(), old.maxStale(), old.epoch()));
		this.cache.compute(revision.key(), (stored) -> (stored == revision) ? dated : stored);
		return dated;
	}

	private int rankOf(ResourceKey<?> key, String source) {
		return this.authority.of(key).rankOf(source);
	}

	private Revision.Lifetime lifetime(ResourceKey<?> key, boolean absent, long since, long latencyNanos,
			@Nullable Duration ttl, @Nullable Duration maxStale, int epoch) {
		Freshness policy = freshness(key);
		return absent ? this.lifetimes.absent(policy, since, ttl, epoch, this.stamp)
				: this.lifetimes.present(policy, since, latencyNanos, ttl, maxStale, epoch, this.stamp);
	}

	/**
	 * Returns whether everything that a revision was computed from is still what it was,
	 * all the way down. What is only past its time to live still counts.
	 */
	// Each revision is visited once, however many share it; one that is met while it is
	// being visited depends on itself.
	private boolean dependenciesCurrent(Revision<?> revision, long now, int depth, Map<Revision<?>, Boolean> visited) {
		List<DependencyVersion> dependencies = revision.provenance().dependencies();
		if (dependencies.isEmpty()) {
			return true;
		}
		Boolean known = visited.putIfAbsent(revision, false);
		if (known != null || depth > MAX_DEPENDENCY_DEPTH) {
			return known != null && known;
		}
		for (DependencyVersion dependency : dependencies) {
			Revision<?> current = this.cache.get(dependency.key());
			if (current == null || !current.version().isSameAs(dependency.version())
					|| now > current.lifetime().usableUntil()
					|| !this.epochs.isCurrent(current.lifetime().epoch(), current.provenance().tags())
					|| !dependenciesCurrent(current, now, depth + 1, visited)) {
				return false;
			}
		}
		visited.put(revision, true);
		return true;
	}

	// A derived value is no fresher than what it was computed from.
	private long freshUntil(Revision<?> revision) {
		if (revision.provenance().dependencies().isEmpty()) {
			return revision.lifetime().freshUntil();
		}
		long until = Long.MAX_VALUE;
		Set<Revision<?>> seen = Collections.newSetFromMap(new IdentityHashMap<>());
		Deque<Revision<?>> ahead = new ArrayDeque<>(List.of(revision));
		while (!ahead.isEmpty()) {
			Revision<?> next = ahead.remove();
			if (seen.add(next)) {
				until = Math.min(until, next.lifetime().freshUntil());
				for (DependencyVersion dependency : next.provenance().dependencies()) {
					Revision<?> current = this.cache.get(dependency.key());
					if (current == null) {
						return Long.MIN_VALUE;
					}
					ahead.add(current);
				}
			}
		}
		return until;
	}

	/**
	 * Offers a draft.
	 * @param draft the draft
	 * @param rule the rule by which it replaces what is stored
	 * @param fenced tells, inside the atomic change, whether the key was invalidated
	 * since the read began
	 * @return what came of it
	 */
	public Written write(Draft draft, WriteRule rule, BooleanSupplier fenced) {
		return write(draft, rule, fenced, null);
	}

	/**
	 * Offers drafts that become visible together.
	 * @param drafts the drafts, of distinct keys
	 * @param rule the rule by which they replace what is stored
	 * @param fences tell, each for the draft at its position, whether its key was
	 * invalidated since the read began
	 * @param group what they are committed as, or null where they only appear together
	 * @return what came of each, in their order
	 */
	public List<Written> writeTogether(List<Draft> drafts, WriteRule rule, List<BooleanSupplier> fences,
			@Nullable CommitGroup group) {
		List<Written> written = new ArrayList<>(drafts.size());
		this.commits.commit(() -> {
			for (int i = 0; i < drafts.size(); i++) {
				written.add(write(drafts.get(i), rule, fences.get(i), group));
			}
		});
		return written;
	}

	private Written write(Draft draft, WriteRule rule, BooleanSupplier fenced, @Nullable CommitGroup group) {
		Change change = new Change(draft, rule, fenced, group);
		Revision<?> now = this.cache.compute(draft.key(), change::apply);
		if (change.status == WriteStatus.STORED) {
			this.writes.increment();
		}
		return new Written(change.status, change.offered, now, change.previous);
	}

	/**
	 * Removes a key.
	 * @param key the key
	 * @return true if it was stored
	 */
	public boolean invalidate(ResourceKey<?> key) {
		Revision<?> removed = this.cache.remove(key);
		if (removed != null) {
			this.invalidations.increment();
			withdraw(removed);
		}
		return removed != null;
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
	}

	/**
	 * Makes everything worthless, and then frees the memory.
	 */
	public void clear() {
		this.epochs.clear();
		restamp();
		this.cache.clear();
	}

	@SuppressWarnings("NonAtomicVolatileUpdate") // under this object's monitor
	private synchronized void restamp() {
		this.stamp = this.stamp + 1;
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
	 * Counts reads.
	 * @param fresh found fresh
	 * @param stale found stale and used
	 * @param missed found unusable
	 */
	public void countReads(int fresh, int stale, int missed) {
		if (fresh > 0) {
			this.freshHits.add(fresh);
		}
		if (stale > 0) {
			this.staleHits.add(stale);
		}
		if (missed > 0) {
			this.misses.add(missed);
		}
	}

	/**
	 * Returns what the cache has done.
	 * @return the statistics
	 */
	public CacheStatistics statistics() {
		return new CacheStatistics(this.cache.size(), this.cache.maxEntries(), this.freshHits.sum(),
				this.staleHits.sum(), this.misses.sum(), this.writes.sum(), this.invalidations.sum(),
				this.evictions.sum(), this.expirations.sum());
	}

	/**
	 * One atomic change of one key, and what came of it. Applied once, under the cache's
	 * lock of the key; read by the same thread afterwards.
	 */
	private final class Change {

		private final Draft draft;

		private final WriteRule rule;

		private final BooleanSupplier fenced;

		private final @Nullable CommitGroup group;

		// What an "unchanged" confirms.
		private @Nullable Revision<?> base;

		private WriteStatus status = WriteStatus.IGNORED_INVALIDATED;

		private @Nullable Revision<?> offered;

		private @Nullable Revision<?> previous;

		private Change(Draft draft, WriteRule rule, BooleanSupplier fenced, @Nullable CommitGroup group) {
			this.draft = draft;
			this.rule = rule;
			this.fenced = fenced;
			this.group = group;
		}

		private @Nullable Revision<?> apply(@Nullable Revision<?> stored) {
			this.previous = stored;
			Revision<?> comparable = (stored != null
					&& RevisionStore.this.epochs.isCurrent(stored.lifetime().epoch(), stored.provenance().tags()))
							? stored : null;
			int rank = rankOf(this.draft.key(), this.draft.source());
			this.offered = revision(rank, comparable);
			if (this.offered == null) {
				return stored;
			}
			this.status = status(rank, comparable);
			return (this.status == WriteStatus.STORED) ? this.offered : stored;
		}

		private WriteStatus status(int rank, @Nullable Revision<?> stored) {
			if (this.fenced.getAsBoolean() || !RevisionStore.this.epochs.isCurrent(this.draft.epoch(), tags())) {
				return WriteStatus.IGNORED_INVALIDATED;
			}
			// What is too old to serve counts as absent, whether or not it was pruned.
			Revision<?> rival = (stored != null && this.draft.fetchedAt() <= stored.lifetime().usableUntil()) ? stored
					: null;
			return effectiveRule(rival).decide(rank, this.draft.observedAt(),
					(rival != null) ? rival.provenance() : null);
		}

		// Where the time was only assumed, what comes later is not a duplicate of what
		// came at the same tick; but a
		// read never replaces an event that arrived as it began.
		private WriteRule effectiveRule(@Nullable Revision<?> stored) {
			boolean eventByRead = stored != null && stored.provenance().attempts() == 0 && this.draft.attempts() > 0;
			return (this.rule == WriteRule.MONOTONIC && this.draft.dating() == Draft.Dating.ASSUMED && !eventByRead)
					? WriteRule.REPLACE_EQUAL : this.rule;
		}

		private @Nullable Revision<?> revision(int rank, @Nullable Revision<?> stored) {
			return switch (this.draft.content()) {
				case Draft.Content.Unchanged unchanged -> confirmed(rank, unchanged.known(), stored);
				case Draft.Content.Absent absent -> made(rank, null, true, stored);
				case Draft.Content.Value value -> made(rank, value.payload(), this.draft.shareable(), stored);
			};
		}

		private @Nullable Revision<?> confirmed(int rank, @Nullable Revision<?> known, @Nullable Revision<?> stored) {
			Revision<?> confirmed = (known != null) ? known : stored;
			if (confirmed == null || confirmed.version().sourceVersion() == null
					|| !confirmed.provenance().source().equals(this.draft.source())) {
				return null;
			}
			this.base = confirmed;
			return made(rank, confirmed.payload(), confirmed.isShareable(), (stored != null) ? stored : confirmed);
		}

		@SuppressWarnings("unchecked") // the payload answers the key; readers check its
										// type
		private Revision<Object> made(int rank, @Nullable Object payload, boolean shareable,
				@Nullable Revision<?> stored) {
			boolean same = stored != null && isSame(payload, stored.payload());
			Object kept = same ? Objects.requireNonNull(stored).payload() : payload;
			boolean keptShareable = same ? Objects.requireNonNull(stored).isShareable() : shareable;
			Draft from = this.draft;
			Revision.Provenance provenance = new Revision.Provenance(from.source(), from.observedAt(), from.fetchedAt(),
					Duration.ofNanos(from.latencyNanos()), from.attempts(), rank, metadata(), tags(),
					from.dependencies());
			Revision.Lifetime old = (this.base != null) ? this.base.lifetime() : null;
			Duration ttl = (from.ttl() == null && old != null) ? old.ttl() : from.ttl();
			Duration maxStale = (from.maxStale() == null && old != null) ? old.maxStale() : from.maxStale();
			return new Revision<>((ResourceKey<Object>) from.key(), kept, keptShareable, provenance,
					version(same ? stored : null), lifetime(from.key(), payload == null, from.since(),
							from.latencyNanos(), ttl, maxStale, from.epoch()),
					this.group);
		}

		// What the source does not say anew about a value that it confirms still holds.
		private Map<String, Object> metadata() {
			return (this.base != null && this.draft.metadata().isEmpty()) ? this.base.provenance().metadata()
					: this.draft.metadata();
		}

		private Set<String> tags() {
			return (this.base != null && this.draft.tags().isEmpty()) ? this.base.provenance().tags()
					: this.draft.tags();
		}

		private ResourceVersion version(@Nullable Revision<?> same) {
			String sourceVersion = (this.base != null && this.draft.sourceVersion() == null)
					? this.base.version().sourceVersion() : this.draft.sourceVersion();
			if (same == null) {
				return new ResourceVersion(RevisionStore.this.origin, RevisionStore.this.versions.incrementAndGet(),
						sourceVersion);
			}
			return Objects.equals(sourceVersion, same.version().sourceVersion()) ? same.version()
					: new ResourceVersion(same.version().origin(), same.version().sequence(), sourceVersion);
		}

		// An equals that throws says only that the payloads cannot be told to be the
		// same.
		private static boolean isSame(@Nullable Object payload, @Nullable Object stored) {
			try {
				return Objects.equals(payload, stored);
			}
			catch (RuntimeException ex) {
				return false;
			}
		}

	}

}
