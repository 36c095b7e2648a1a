package io.coalestra.internal.tier;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

import io.coalestra.cache.Revision;
import io.coalestra.cache.WriteRule;
import io.coalestra.cache.WriteStatus;
import io.coalestra.internal.flight.FillRight;
import io.coalestra.internal.flight.Flight;
import io.coalestra.key.ResourceKey;
import io.coalestra.signal.Metric;
import io.coalestra.tier.TierContent;
import io.coalestra.tier.TierKey;
import io.coalestra.tier.TierLookup;
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
 * A fill is written once, and told to nobody. A publication or an invalidation is kept,
 * one a key, the newest, until the tier has taken it: it is tried again every second, and
 * as long as it is not there its key is not read from the tier, which does not know of it
 * yet. Beyond the bound of keys the tier is cleared as a whole when it is back.
 *
 * <p>
 * What is kept is read and written under this object's monitor, which is never held while
 * the tier or the store is called. A key is with the tier at most once at a time, so that
 * its writes do not overtake each other.
 */
final class SharedWrites {

	private static final long RETRY_AFTER = Duration.ofSeconds(1).toNanos();

	private static final int MAX_WRITES_A_REQUEST = 256;

	private static final int REMARKS_A_LIFE = 4;

	private final TierServices services;

	private final SharedValues values;

	private final SeenVersions seen;

	private final Duration maxLife;

	private final int maxPending;

	private final Rejection rejection;

	private final Map<ResourceKey<?>, Pending> pending = new LinkedHashMap<>();

	// Whether everything is to be cleared, and whether the tier has been asked to.
	private boolean isClearing;

	private boolean isClearingSent;

	// Written under the monitor, read anywhere.
	private volatile long era;

	private volatile int size;

	private volatile boolean isUnsettled;

	// When this node writes the mark of the last clearing again, by the monotonic clock.
	private final AtomicLong markedUntil;

	private TimeSource.@Nullable Timer retry;

	private boolean closed;

	// Set once, before the first write.
	private volatile @Nullable NoticeChannel notices;

	private final LongAdder filled = new LongAdder();

	private final LongAdder written = new LongAdder();

	private final LongAdder refused = new LongAdder();

	private final LongAdder failed = new LongAdder();

	private final LongAdder overflows = new LongAdder();

	SharedWrites(TierServices services, SharedValues values, SeenVersions seen, Duration maxLife, int maxPending,
			Rejection rejection) {
		this.services = services;
		this.values = values;
		this.seen = seen;
		this.maxLife = maxLife;
		this.maxPending = maxPending;
		this.rejection = rejection;
		this.markedUntil = new AtomicLong(services.time().monotonicNanos());
	}

	void connect(NoticeChannel channel) {
		this.notices = channel;
	}

	// --- what readers ask ---

	long era() {
		return this.era;
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
		synchronized (this) {
			return !this.isClearing && !this.pending.containsKey(key);
		}
	}

	/**
	 * Looks whether what was read is of the era that was asked for, and learns the tier's
	 * era if not. The mark of the last clearing is kept from expiring: each node that
	 * reads writes it again from time to time, and at once where the tier has lost it, so
	 * that all nodes agree on the era.
	 * @param asked the era that was asked for
	 * @param mark what the tier says of clearings
	 * @return true if it is
	 */
	boolean confirms(long asked, TierLookup mark) {
		long actual = eraOf(mark);
		raise(actual);
		remark(actual);
		return actual == asked;
	}

	// A clearing is an invalidation, whose generation is the era; what keeps it is a
	// value, whose order is.
	private static long eraOf(TierLookup mark) {
		return switch (mark) {
			case TierLookup.Removed removed -> removed.version().generation();
			case TierLookup.Found found ->
				Math.max(found.entry().version().generation(), found.entry().version().order());
			case TierLookup.Nothing nothing -> 0;
		};
	}

	/**
	 * Learns of an era. One that lies back changes nothing.
	 * @param actual the era
	 */
	void raise(long actual) {
		synchronized (this) {
			if (actual <= this.era) {
				return;
			}
			this.era = actual;
		}
		this.seen.forget();
	}

	private void remark(long actual) {
		long known = this.era;
		long now = this.services.time().monotonicNanos();
		long until = this.markedUntil.get();
		boolean isLost = actual < known;
		if (known == 0 || (!isLost && now - until < 0)) {
			return;
		}
		Duration life = markLife();
		if (this.markedUntil.compareAndSet(until, now + TimeSource.toNanos(life.dividedBy(REMARKS_A_LIFE)))) {
			TierWrite mark = new TierWrite.Update(SharedKeys.CLEARING, TierContent.of(0, known, new byte[0]),
					WriteRule.REPLACE_EQUAL, life);
			// Where it is not taken, the next read that misses the mark tries again.
			var unused = this.services.gate().write((tier) -> tier.write(List.of(mark)));
		}
	}

	// It stands for longer than anything that was written before it.
	private Duration markLife() {
		return this.maxLife.multipliedBy(2).plus(this.services.gate().tier().longestFill().multipliedBy(2));
	}

	// --- fills ---

	/**
	 * Fills the tier with what sources have given. Told to nobody.
	 * @param flights the flights that have landed with it
	 * @param revisions what they landed with
	 */
	void fill(List<Flight> flights, List<Revision<?>> revisions) {
		if (this.services.gate().isAway()) {
			return;
		}
		List<TierWrite> fills = new ArrayList<>(flights.size());
		List<ResourceKey<?>> keys = new ArrayList<>(flights.size());
		long filledIn = this.era;
		for (int i = 0; i < flights.size(); i++) {
			FillRight right = Objects.requireNonNull(flights.get(i).fillRight());
			Revision<?> revision = revisions.get(i);
			Duration life = lifeOf(revision);
			TierContent content = (life != null) ? this.values.encode(revision, WriteRule.MONOTONIC) : null;
			// What was asked of another era has its answer from there.
			boolean isOfEra = right.key().equals(SharedKeys.stored(revision.key(), filledIn));
			if (content != null && life != null && isOfEra) {
				fills.add(new TierWrite.Fill(right.key(), content, right.token(), life));
				keys.add(revision.key());
			}
		}
		if (fills.isEmpty()) {
			return;
		}
		var unused = this.services.gate().write((tier) -> tier.write(fills)).thenAccept((answer) -> {
			switch (answer) {
				case TierAnswer.Given<List<TierWriteResult>> given -> filled(keys, filledIn, given.value());
				case TierAnswer.Withheld<List<TierWriteResult>> withheld -> count("fill", "failure", fills.size());
			}
		});
	}

	private void filled(List<ResourceKey<?>> keys, long filledIn, List<TierWriteResult> results) {
		// Versions of an era that is over say nothing about this one.
		boolean isOver = filledIn != this.era;
		int stored = 0;
		for (int i = 0; i < results.size(); i++) {
			TierVersion current = results.get(i).current();
			if (current != null && !isOver) {
				this.seen.note(keys.get(i), current);
			}
			stored += results.get(i).isStored() ? 1 : 0;
		}
		this.filled.add(stored);
		count("fill", "stored", stored);
		count("fill", "refused", results.size() - stored);
	}

	private @Nullable Duration lifeOf(Revision<?> revision) {
		long left = revision.lifetime().usableUntil() - this.services.time().epochNanos();
		if (revision.lifetime().usableUntil() == Long.MAX_VALUE || left >= TimeSource.toNanos(this.maxLife)) {
			return this.maxLife;
		}
		return (left >= 1_000_000) ? Duration.ofNanos(left) : null;
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
			Duration life = lifeOf(revision);
			TierContent content = (life != null) ? this.values.encode(revision, rule) : null;
			this.seen.noteOwn(revision.key(), revision.provenance().rank(), revision.provenance().observedAt(), rule);
			// What cannot be kept there must not leave an older one there.
			news.add((content != null && life != null)
					? new News.Update(revision.key(), content, rule, life, revision.provenance().observedAt())
					: new News.Invalidation(revision.key(), this.services.time().epochNanos()));
		}
		submit(news);
	}

	/**
	 * Writes an invalidation.
	 * @param key the key
	 */
	void invalidate(ResourceKey<?> key) {
		submit(List.of(new News.Invalidation(key, this.services.time().epochNanos())));
	}

	/**
	 * Clears the tier, in constant time.
	 */
	void clear() {
		synchronized (this) {
			this.isClearing = true;
			this.isClearingSent = false;
			this.isUnsettled = true;
			// What was to be written before goes with the rest; what is with the tier is
			// settled by its answer.
			this.pending.values().removeIf((one) -> !one.isSent);
			this.size = this.pending.size();
		}
		sendAll();
	}

	private void submit(List<News> news) {
		boolean tooMany = false;
		synchronized (this) {
			for (News one : news) {
				Pending present = this.pending.get(one.key());
				if (present != null) {
					present.add(one);
				}
				else if (this.pending.size() < this.maxPending) {
					this.pending.put(one.key(), new Pending(one));
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

	private void sendAll() {
		if (sendsClearing()) {
			return;
		}
		List<Pending> batch = take();
		while (!batch.isEmpty()) {
			if (!send(batch)) {
				return;
			}
			batch = take();
		}
	}

	private synchronized List<Pending> take() {
		List<Pending> batch = new ArrayList<>();
		for (Pending one : this.pending.values()) {
			if (!one.isSent && !one.hasFailed && batch.size() < MAX_WRITES_A_REQUEST) {
				one.send();
				batch.add(one);
			}
		}
		return batch;
	}

	// Returns false where the tier is known not to have taken it.
	private boolean send(List<Pending> batch) {
		long now = this.era;
		List<TierWrite> writes = new ArrayList<>(batch.size() * 2);
		batch.forEach((one) -> one.sent.forEach((news) -> writes.add(news.write(now, this.services))));
		var answer = this.services.gate().write((tier) -> tier.write(writes));
		var unused = answer.thenAccept((given) -> ended(batch, now, given));
		return !(answer.isDone() && answer.join() instanceof TierAnswer.Withheld<?>);
	}

	private void ended(List<Pending> batch, long sentIn, TierAnswer<List<TierWriteResult>> answer) {
		if (answer instanceof TierAnswer.Given<List<TierWriteResult>> given) {
			taken(batch, sentIn, given.value());
			sendAll();
			return;
		}
		this.failed.add(batch.size());
		count("news", "failure", batch.size());
		synchronized (this) {
			batch.forEach(Pending::failed);
			retryLater();
		}
	}

	private void taken(List<Pending> batch, long sentIn, List<TierWriteResult> results) {
		boolean isOver = sentIn != this.era;
		List<TierChange> changes = new ArrayList<>(batch.size());
		List<Runnable> rejected = new ArrayList<>();
		int next = 0;
		for (Pending one : batch) {
			for (News news : one.sent) {
				TierWriteResult result = results.get(next++);
				TierVersion current = result.current();
				if (isOver) {
					// It is not there, and is written again into the era that is.
					continue;
				}
				if (current != null) {
					this.seen.note(news.key(), current);
				}
				if (result.isStored()) {
					changes.add(new TierChange(SharedKeys.told(news.key()), current));
				}
				else if (current != null) {
					if (one.isRepeated && result.status() == WriteStatus.IGNORED_DUPLICATE) {
						// Written before, when its answer came too late, or by another
						// node,
						// whose value this one takes.
						changes.add(new TierChange(SharedKeys.told(news.key()), current));
					}
					rejected.add(() -> this.rejection.rejected(news.key(), current, result.status()));
				}
			}
		}
		synchronized (this) {
			for (Pending one : batch) {
				if (one.settled(!isOver && sentIn == this.era)) {
					this.pending.remove(one.key);
				}
			}
			this.size = this.pending.size();
			this.isUnsettled = this.isClearing || !this.pending.isEmpty();
		}
		this.written.add(changes.size());
		this.refused.add(rejected.size());
		count("news", "stored", changes.size());
		count("news", "refused", rejected.size());
		tell(changes);
		rejected.forEach(Runnable::run);
	}

	private void tell(List<TierChange> changes) {
		NoticeChannel channel = this.notices;
		if (channel != null) {
			channel.tell(changes);
		}
	}

	// --- clearing ---

	private boolean sendsClearing() {
		synchronized (this) {
			if (!this.isClearing) {
				return false;
			}
			if (this.isClearingSent) {
				return true;
			}
			this.isClearingSent = true;
		}
		var unused = this.services.gate()
			.write((tier) -> tier.write(List.of(new TierWrite.Invalidation(SharedKeys.CLEARING, markLife()))))
			.thenAccept(this::cleared);
		return true;
	}

	private void cleared(TierAnswer<List<TierWriteResult>> answer) {
		TierVersion current = (answer instanceof TierAnswer.Given<List<TierWriteResult>> given)
				? given.value().getFirst().current() : null;
		synchronized (this) {
			if (current == null) {
				this.isClearingSent = false;
				retryLater();
				return;
			}
			this.era = Math.max(this.era, current.generation());
			this.isClearing = false;
			this.isUnsettled = !this.pending.isEmpty();
		}
		this.seen.forget();
		tell(List.of(new TierChange(SharedKeys.CLEARING, current)));
		sendAll();
	}

	// --- trying again ---

	// Under the monitor.
	private void retryLater() {
		if (this.retry == null && !this.closed) {
			this.retry = this.services.time().schedule(this::tryAgain, RETRY_AFTER);
		}
	}

	private void tryAgain() {
		synchronized (this) {
			this.retry = null;
			this.pending.values().forEach((one) -> one.hasFailed = false);
		}
		sendAll();
	}

	void close() {
		synchronized (this) {
			this.closed = true;
			if (this.retry != null) {
				this.retry.cancel();
			}
		}
	}

	private void count(String kind, String status, int number) {
		if (number > 0) {
			this.services.signals().record(Metric.SHARED_TIER_WRITE, number, kind, status, this.services.name());
		}
	}

	Counts counts() {
		return new Counts(this.filled.sum(), this.written.sum(), this.refused.sum(), this.failed.sum(),
				this.overflows.sum(), this.size);
	}

	/**
	 * What became of writes.
	 *
	 * @param filled fills that the tier has stored
	 * @param written publications and invalidations that it has stored
	 * @param refused publications for which it had something newer
	 * @param failed requests that it did not take; they are repeated
	 * @param overflows how often too many waited, so that everything was cleared
	 * @param pending keys that wait now
	 */
	record Counts(long filled, long written, long refused, long failed, long overflows, int pending) {
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

	/**
	 * What this node has decided about a key.
	 */
	private sealed interface News {

		ResourceKey<?> key();

		TierWrite write(long era, TierServices services);

		/**
		 * Another value.
		 */
		record Update(ResourceKey<?> key, TierContent content, WriteRule rule, Duration life, long at) implements News {

			@Override
			public TierWrite write(long era, TierServices services) {
				return new TierWrite.Update(SharedKeys.stored(this.key, era), this.content, this.rule, this.life);
			}

		}

		/**
		 * What was there counts for nothing.
		 */
		record Invalidation(ResourceKey<?> key, long at) implements News {

			@Override
			public TierWrite write(long era, TierServices services) {
				return new TierWrite.Invalidation(SharedKeys.stored(this.key, era),
						services.gate().tier().longestFill());
			}

		}

	}

	/**
	 * What is to be written for a key: an invalidation, a forced update, an update, or of
	 * these what there is, in this order. Guarded by the monitor of the writes.
	 */
	private static final class Pending {

		private final ResourceKey<?> key;

		private List<News> next;

		private List<News> sent = List.of();

		private boolean isSent;

		private boolean hasFailed;

		// Whether some of it may be in the tier already.
		private boolean isRepeated;

		private Pending(News first) {
			this.key = first.key();
			this.next = List.of(first);
		}

		private void add(News news) {
			this.next = joined(this.next, news);
		}

		// An invalidation undoes what was to be written before; an update comes after it.
		private static List<News> joined(List<News> before, News news) {
			return switch (news) {
				case News.Invalidation invalidation -> List.of(news);
				case News.Update update -> joined(before, update);
			};
		}

		// What was forced goes over whatever the tier has, also where something ordinary
		// comes after it.
		private static List<News> joined(List<News> before, News.Update update) {
			List<News> joined = new ArrayList<>(3);
			News.Update newest = update;
			for (News one : before) {
				if (one instanceof News.Update earlier
						&& (earlier.rule() != WriteRule.FORCE || update.rule() == WriteRule.FORCE)) {
					newest = newer(earlier, update);
				}
				else {
					joined.add(one);
				}
			}
			joined.add(newest);
			return joined;
		}

		private static News.Update newer(News.Update earlier, News.Update later) {
			if (later.rule() == WriteRule.FORCE || earlier.content().rank() < later.content().rank()) {
				return later;
			}
			boolean older = earlier.content().rank() > later.content().rank()
					|| earlier.content().order() > later.content().order();
			return older ? earlier : later;
		}

		private void send() {
			this.sent = this.next;
			this.next = List.of();
			this.isSent = true;
		}

		private void failed() {
			List<News> all = weakened(this.sent);
			for (News news : this.next) {
				all = joined(all, news);
			}
			this.next = all;
			this.sent = List.of();
			this.isSent = false;
			this.hasFailed = true;
			this.isRepeated = true;
		}

		// Tried again, a forced update might go over a newer one of another node: all
		// that
		// is certain by then is that what was there before counts for nothing.
		private static List<News> weakened(List<News> sent) {
			List<News> weaker = new ArrayList<>(2);
			for (News news : sent) {
				weaker.add((news instanceof News.Update update && update.rule() == WriteRule.FORCE)
						? new News.Invalidation(update.key(), update.at()) : news);
			}
			return List.copyOf(weaker);
		}

		// Returns whether nothing is left to be written.
		private boolean settled(boolean inTheTier) {
			if (!inTheTier) {
				failed();
				this.hasFailed = false;
				return false;
			}
			this.sent = List.of();
			this.isSent = false;
			this.isRepeated = false;
			return this.next.isEmpty();
		}

	}

}
