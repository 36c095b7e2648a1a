package io.coalestra.internal.store;

import java.lang.ref.WeakReference;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Predicate;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.coalestra.cache.CommitGroup;
import io.coalestra.cache.Revision;
import io.coalestra.cache.SnapshotCache;
import io.coalestra.key.ResourceKey;

/**
 * What all who use one cache share beside its entries: the count of versions, the stamp
 * of commits, the epochs, whom to tell of changes, and whose reads an invalidation
 * fences. A builder and the publishers over its cache find the same ledger, and so agree.
 *
 * <p>
 * Found by the cache's identity, and forgotten with the cache. Each part says for itself
 * who writes it; the list of fences is written when a builder starts.
 */
public final class CacheLedger {

	private static final Cache<SnapshotCache, CacheLedger> KNOWN = Caffeine.newBuilder()
		.weakKeys()
		.executor(Runnable::run)
		.build();

	private final Epochs epochs = new Epochs();

	private final CommitStamp commits = new CommitStamp();

	private final AtomicLong versions = new AtomicLong();

	// The stamp in the lower half; in the upper the bound below which what bears a stamp
	// is in doubt. One value, so that no reader sees the stamp of a doubt without its
	// bound.
	private final AtomicLong stamps = new AtomicLong();

	private final LongAdder evictions = new LongAdder();

	private final Changes changes = new Changes();

	// Weak, so that a ledger keeps no builder alive that was dropped without closing.
	private final List<WeakReference<ReadFence>> fences = new CopyOnWriteArrayList<>();

	private CacheLedger() {
	}

	/**
	 * Finds the ledger of a cache.
	 * @param cache the cache
	 * @return its ledger, always the same
	 */
	public static CacheLedger of(SnapshotCache cache) {
		return KNOWN.get(cache, CacheLedger::open);
	}

	private static CacheLedger open(SnapshotCache cache) {
		CacheLedger ledger = new CacheLedger();
		cache.onEviction((revision) -> {
			ledger.evictions.increment();
			withdraw(revision);
		});
		return ledger;
	}

	static void withdraw(Revision<?> revision) {
		CommitGroup group = revision.group();
		if (group != null) {
			group.withdraw();
		}
	}

	Epochs epochs() {
		return this.epochs;
	}

	CommitStamp commits() {
		return this.commits;
	}

	long nextVersion() {
		return this.versions.incrementAndGet();
	}

	// Counts up when bounds have to be computed anew, or everything was cleared.
	int stamp() {
		return (int) this.stamps.get();
	}

	void clear() {
		this.epochs.clear();
		restamp();
	}

	void restamp() {
		this.stamps.incrementAndGet();
	}

	void doubt() {
		this.stamps.updateAndGet((known) -> {
			int next = (int) known + 1;
			return ((long) next << Integer.SIZE) | next;
		});
	}

	int doubtedBelow() {
		return (int) (this.stamps.get() >>> Integer.SIZE);
	}

	long evictions() {
		return this.evictions.sum();
	}

	/**
	 * Returns whom to tell of changes.
	 * @return the changes
	 */
	public Changes changes() {
		return this.changes;
	}

	/**
	 * Adds reads that invalidations fence.
	 * @param fence fences them; kept weakly
	 */
	public void addFence(ReadFence fence) {
		this.fences.removeIf((known) -> known.refersTo(null));
		this.fences.add(new WeakReference<>(fence));
	}

	/**
	 * Removes reads that need no fence any more.
	 * @param fence what was added
	 */
	public void removeFence(ReadFence fence) {
		this.fences.removeIf((known) -> known.refersTo(fence));
	}

	void fence(ResourceKey<?> key) {
		eachFence((fence) -> fence.fence(key));
	}

	void fenceIf(Predicate<? super ResourceKey<?>> condition) {
		eachFence((fence) -> fence.fenceIf(condition));
	}

	private void eachFence(Consumer<ReadFence> action) {
		for (WeakReference<ReadFence> known : this.fences) {
			ReadFence fence = known.get();
			if (fence != null) {
				action.accept(fence);
			}
		}
	}

	/**
	 * Keeps reads in progress from filling the cache and from being joined.
	 */
	public interface ReadFence {

		/**
		 * Fences the reads of a key.
		 * @param key the key
		 */
		void fence(ResourceKey<?> key);

		/**
		 * Fences the reads of all keys that meet a condition.
		 * @param condition the condition
		 */
		void fenceIf(Predicate<? super ResourceKey<?>> condition);

	}

}
