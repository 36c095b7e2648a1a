package io.coalestra.internal.tier;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;

import io.coalestra.cache.Revision;
import io.coalestra.cache.WriteRule;
import io.coalestra.cache.WriteStatus;
import io.coalestra.key.ResourceKey;
import io.coalestra.signal.Metric;
import io.coalestra.tier.TierContent;
import io.coalestra.tier.TierVersion;
import io.coalestra.tier.TierWrite;
import io.coalestra.tier.TierWriteResult;
import io.coalestra.tier.coherence.NoticeChannel;
import io.coalestra.tier.coherence.TierAnswer;
import io.coalestra.tier.coherence.TierChange;
import io.coalestra.time.TimeSource;
import org.jspecify.annotations.Nullable;

/**
 * Writes to the tier what this node has decided, and tells the others when it is there.
 *
 * <p>
 * A publication or an invalidation is kept, one a key, the newest, until the tier has
 * taken it: it is tried again every second, and as long as it is not there its key is not
 * read from the tier, which does not know of it yet. Beyond the bound of keys the tier is
 * cleared as a whole when it is back.
 *
 * <p>
 * What is kept is read and written under this object's monitor, which is never held while
 * the tier or the store is called. A key is with the tier at most once at a time, so that
 * its writes do not overtake each other.
 */
final class SharedWrites {

	private static final long RETRY_AFTER = Duration.ofSeconds(1).toNanos();

	private static final int MAX_WRITES_A_REQUEST = 256;

	private final TierServices services;

	private final SharedValues values;

	private final SeenVersions seen;

	private final SharedEra era;

	private final StoredLife life;

	private final int maxPending;

	private final Rejection rejection;

	private final Map<ResourceKey<?>, PendingNews> pending = new LinkedHashMap<>();

	// Whether everything is to be cleared, whether the tier has been asked to, and how
	// often it was wanted: what is cleared before it was wanted again does not count.
	private boolean isClearing;

	private boolean isClearingSent;

	private int clearings;

	// Written under the monitor, read anywhere.
	private volatile int size;

	private volatile boolean isUnsettled;

	private TimeSource.@Nullable Timer retry;

	// Completed, once it is there, when nothing is with the tier any more: nothing is
	// tried again then.
	private @Nullable CompletableFuture<Integer> drained;

	// Set once, before the first write.
	private volatile @Nullable NoticeChannel notices;

	private final LongAdder written = new LongAdder();

	private final LongAdder refused = new LongAdder();

	private final LongAdder failed = new LongAdder();

	private final LongAdder overflows = new LongAdder();

	SharedWrites(TierServices services, SharedValues values, SeenVersions seen, SharedEra era, StoredLife life,
			int maxPending, Rejection rejection) {
		this.services = services;
		this.values = values;
		this.seen = seen;
		this.era = era;
		this.life = life;
		this.maxPending = maxPending;
		this.rejection = rejection;
	}

	void connect(NoticeChannel channel) {
		this.notices = channel;
	}

	/**
	 * Returns whether the tier may be asked for a key.
	 * @param key the key
	 * @return false as long as it does not know what this node has written
	 */
	boolean isSettled(ResourceKey<?> key) {
		if (!this.isUnsettled) {
			return true;
		}
		ResourceKey<?> home = this.services.keys().home(key);
		synchronized (this) {
			return !this.isClearing && !this.pending.containsKey(home);
		}
	}

	// --- news ---

	/**
	 * Writes publications that the cache has stored.
	 * @param revisions the revisions
	 * @param rule the rule by which they were stored
	 */
	void publish(List<Revision<?>> revisions, WriteRule rule) {
		List<News> news = new ArrayList<>(revisions.size());
		for (Revision<?> revision : revisions) {
			ResourceKey<?> key = revision.key();
			boolean isAlone = this.services.keys().group(key) == null;
			Duration kept = isAlone ? this.life.of(revision) : null;
			TierContent content = (kept != null) ? this.values.encode(revision, rule) : null;
			this.seen.noteOwn(key, revision.provenance().rank(), revision.provenance().observedAt(), rule);
			// What cannot be kept there, or only with others, must not leave an older one
			// there.
			news.add((content != null && kept != null) ? new News.Update(key, content, rule, kept) : invalidation(key));
		}
		submit(news);
	}

	/**
	 * Writes an invalidation.
	 * @param key the key
	 */
	void invalidate(ResourceKey<?> key) {
		submit(List.of(invalidation(key)));
	}

	private News invalidation(ResourceKey<?> key) {
		return new News.Invalidation(this.services.keys().home(key), Set.of(key));
	}

	/**
	 * Clears the tier, in constant time.
	 */
	void clear() {
		synchronized (this) {
			this.isClearing = true;
			this.clearings++;
			this.isUnsettled = true;
			// What was to be written before goes with the rest; what is with the tier is
			// settled by its answer.
			this.pending.values().removeIf((one) -> !one.isSent());
			this.size = this.pending.size();
		}
		sendAll();
	}

	private void submit(List<News> news) {
		boolean tooMany = false;
		synchronized (this) {
			for (News one : news) {
				PendingNews present = this.pending.get(one.home());
				if (present != null) {
					present.add(one);
				}
				else if (this.pending.size() < this.maxPending) {
					this.pending.put(one.home(), new PendingNews(one));
				}
				else {
					tooMany = true;
				}
			}
			this.size = this.pending.size();
			this.isUnsettled = true;
		}
		if (tooMany) {
			this.overflows.increment();
			clear();
		}
		else {
			sendAll();
		}
	}

	// --- sending ---

	private void sendAll() {
		if (sendsClearing()) {
			return;
		}
		List<PendingNews> batch = take();
		while (!batch.isEmpty()) {
			if (!send(batch)) {
				return;
			}
			batch = take();
		}
	}

	private synchronized List<PendingNews> take() {
		List<PendingNews> batch = new ArrayList<>();
		for (PendingNews one : this.pending.values()) {
			if (one.isReady() && batch.size() < MAX_WRITES_A_REQUEST) {
				one.send();
				batch.add(one);
			}
		}
		return batch;
	}

	// Returns false where the tier is known not to have taken it.
	private boolean send(List<PendingNews> batch) {
		long now = this.era.current();
		List<TierWrite> writes = new ArrayList<>(batch.size() * 2);
		for (PendingNews one : batch) {
			for (News news : one.sent()) {
				writes.add(news.write(this.services.keys().stored(one.home(), now), this.life.longestFill()));
			}
		}
		var answer = this.services.gate().write((tier) -> tier.write(writes));
		var unused = answer.thenAccept((given) -> ended(batch, now, given));
		return !(answer.isDone() && answer.join() instanceof TierAnswer.Withheld<?>);
	}

	private void ended(List<PendingNews> batch, long sentIn, TierAnswer<List<TierWriteResult>> answer) {
		if (answer instanceof TierAnswer.Given<List<TierWriteResult>> given) {
			taken(batch, sentIn, given.value());
			sendAll();
		}
		else {
			this.failed.add(batch.size());
			count("failure", batch.size());
			synchronized (this) {
				batch.forEach(PendingNews::failed);
				retryLater();
			}
		}
		lookWhetherDrained();
	}

	private void taken(List<PendingNews> batch, long sentIn, List<TierWriteResult> results) {
		boolean isOver = sentIn != this.era.current();
		List<TierChange> changes = new ArrayList<>(batch.size());
		List<Runnable> rejected = new ArrayList<>();
		int next = 0;
		for (PendingNews one : batch) {
			for (News news : one.sent()) {
				TierWriteResult result = results.get(next++);
				TierVersion current = result.current();
				if (isOver) {
					// It is not there, and is written again into the era that is.
					continue;
				}
				if (current != null) {
					this.seen.note(news.home(), current);
				}
				// Written before, when its answer came too late, or by another node,
				// whose
				// value this one takes.
				boolean isKnown = one.isRepeated() && result.status() == WriteStatus.IGNORED_DUPLICATE;
				if (result.isStored() || isKnown) {
					changes.addAll(changes(news, current));
				}
				if (!result.isStored() && current != null) {
					rejected.add(() -> this.rejection.rejected(news.home(), current, result.status()));
				}
			}
		}
		synchronized (this) {
			for (PendingNews one : batch) {
				if (isOver || sentIn != this.era.current()) {
					one.outlived();
				}
				else if (one.settled()) {
					this.pending.remove(one.home());
				}
			}
			this.size = this.pending.size();
			this.isUnsettled = this.isClearing || !this.pending.isEmpty();
		}
		this.written.add(changes.size());
		this.refused.add(rejected.size());
		count("stored", changes.size());
		count("refused", rejected.size());
		tell(changes);
		rejected.forEach(Runnable::run);
	}

	// The version of what is kept for a group says nothing of one member.
	private List<TierChange> changes(News news, @Nullable TierVersion current) {
		TierVersion version = (this.services.keys().group(news.home()) == null) ? current : null;
		return news.told().stream().map((key) -> new TierChange(SharedKeys.told(key), version)).toList();
	}

	private void tell(List<TierChange> changes) {
		NoticeChannel channel = this.notices;
		if (channel != null) {
			channel.tell(changes);
		}
	}

	// --- clearing ---

	private boolean sendsClearing() {
		int wanted;
		synchronized (this) {
			if (!this.isClearing) {
				return false;
			}
			if (this.isClearingSent) {
				return true;
			}
			this.isClearingSent = true;
			wanted = this.clearings;
		}
		var unused = this.services.gate()
			.write((tier) -> tier.write(List.of(this.era.clearing())))
			.thenAccept((answer) -> cleared(wanted, answer));
		return true;
	}

	private void cleared(int wanted, TierAnswer<List<TierWriteResult>> answer) {
		TierVersion current = (answer instanceof TierAnswer.Given<List<TierWriteResult>> given)
				? given.value().getFirst().current() : null;
		if (current == null) {
			synchronized (this) {
				this.isClearingSent = false;
				retryLater();
			}
			lookWhetherDrained();
			return;
		}
		// Before the tier is read again.
		this.era.raise(current.generation());
		synchronized (this) {
			this.isClearing = wanted != this.clearings;
			this.isClearingSent = false;
			this.isUnsettled = this.isClearing || !this.pending.isEmpty();
		}
		tell(List.of(new TierChange(SharedKeys.CLEARING, current)));
		sendAll();
		lookWhetherDrained();
	}

	// --- trying again ---

	// Under the monitor.
	private void retryLater() {
		if (this.retry == null && this.drained == null) {
			this.retry = this.services.time().schedule(this::tryAgain, RETRY_AFTER);
		}
	}

	private void tryAgain() {
		synchronized (this) {
			this.retry = null;
			this.pending.values().forEach(PendingNews::tryAgain);
		}
		sendAll();
	}

	// --- the end ---

	/**
	 * Writes what waits once more, and then tries nothing again.
	 * @return completed when the tier has answered, with the number of keys that it did
	 * not take
	 */
	CompletableFuture<Integer> drain() {
		CompletableFuture<Integer> asked;
		synchronized (this) {
			asked = (this.drained != null) ? this.drained : new CompletableFuture<>();
			this.drained = asked;
			if (this.retry != null) {
				this.retry.cancel();
			}
		}
		tryAgain();
		lookWhetherDrained();
		return asked;
	}

	private void lookWhetherDrained() {
		CompletableFuture<Integer> asked;
		int left;
		synchronized (this) {
			asked = this.drained;
			boolean isSending = this.isClearingSent || this.pending.values().stream().anyMatch(PendingNews::isSent);
			if (asked == null || isSending) {
				return;
			}
			left = this.pending.size() + (this.isClearing ? 1 : 0);
		}
		asked.complete(left);
	}

	private void count(String status, int number) {
		if (number > 0) {
			this.services.signals().record(Metric.SHARED_TIER_WRITE, number, "news", status, this.services.name());
		}
	}

	WriteCounts counts() {
		return new WriteCounts(this.written.sum(), this.refused.sum(), this.failed.sum(), this.overflows.sum(),
				this.size);
	}

	/**
	 * Is told that the tier has something newer than what was to be written.
	 */
	interface Rejection {

		/**
		 * The tier kept what it has.
		 * @param key the key
		 * @param current the version that it has
		 * @param status why
		 */
		void rejected(ResourceKey<?> key, TierVersion current, WriteStatus status);

	}

}
