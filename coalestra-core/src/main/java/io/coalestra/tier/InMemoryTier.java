package io.coalestra.tier;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

import io.coalestra.cache.WriteStatus;
import io.coalestra.time.TimeSource;
import org.jspecify.annotations.Nullable;

/**
 * A tier in the memory of one process: for tests, and the plainest form of what every
 * tier promises. Several builders that share one are nodes of one fleet.
 *
 * <p>
 * Safe for concurrent use. Futures are complete when they are returned; listeners are
 * told on a sender's thread. An entry that expired is gone, its generation included, once
 * no fill can come any more that this would refuse, and makes room when its key is next
 * read or written: it is not meant to hold much.
 */
public final class InMemoryTier implements SharedTier {

	private static final Duration LONGEST_FILL = Duration.ofMinutes(1);

	private static final Duration REMOVAL_LIFE = LONGEST_FILL.plusSeconds(10);

	private static final int MAX_PAYLOAD_BYTES = 1 << 20;

	private final TimeSource time;

	// Entries and incarnation are read and written under this object's monitor.
	private final Map<TierKey, TierEntry> entries = new HashMap<>();

	private int incarnation = 1;

	private final List<Subscriber> subscribers = new CopyOnWriteArrayList<>();

	private final InMemoryLeases leases;

	private final Instant since;

	/**
	 * Makes a tier.
	 * @param time the clock of the tier
	 */
	public InMemoryTier(TimeSource time) {
		this.time = Objects.requireNonNull(time, "time");
		this.leases = new InMemoryLeases(time);
		this.since = time.now();
	}

	@Override
	public String name() {
		return "memory";
	}

	@Override
	public Duration longestFill() {
		return LONGEST_FILL;
	}

	@Override
	public int maxPayloadBytes() {
		return MAX_PAYLOAD_BYTES;
	}

	@Override
	public synchronized CompletableFuture<List<TierLookup>> read(List<TierKey> keys) {
		Instant now = this.time.now();
		List<TierLookup> lookups = new ArrayList<>(keys.size());
		for (TierKey key : keys) {
			TierEntry stored = kept(key, now);
			FillToken token = new FillToken(Integer.toString(this.incarnation), TierRule.microsOf(now),
					TierRule.generationOf(stored));
			if (stored == null || stored.isExpired(now)) {
				lookups.add(new TierLookup.Nothing(token));
			}
			else {
				lookups.add(stored.isRemoval() ? new TierLookup.Removed(stored.version(), token)
						: new TierLookup.Found(stored, token));
			}
		}
		return CompletableFuture.completedFuture(lookups);
	}

	@Override
	public synchronized CompletableFuture<List<TierWriteResult>> write(List<? extends TierWrite> writes) {
		Instant now = this.time.now();
		List<TierWriteResult> results = new ArrayList<>(writes.size());
		for (TierWrite write : writes) {
			results.add(write(write, now));
		}
		return CompletableFuture.completedFuture(results);
	}

	private TierWriteResult write(TierWrite write, Instant now) {
		TierEntry stored = kept(write.key(), now);
		WriteStatus status = (write instanceof TierWrite.Fill fill && isTooLate(fill.token(), now))
				? WriteStatus.IGNORED_INVALIDATED : TierRule.decide(write, stored, now);
		if (status != WriteStatus.STORED) {
			return new TierWriteResult(status, (stored != null && !stored.isExpired(now)) ? stored.version() : null);
		}
		TierEntry entry = TierRule.entryOf(write, stored, now, REMOVAL_LIFE);
		this.entries.put(write.key(), entry);
		return new TierWriteResult(status, entry.version());
	}

	private boolean isTooLate(FillToken token, Instant now) {
		long age = TierRule.microsOf(now) - token.readAt();
		return !token.incarnation().equals(Integer.toString(this.incarnation)) || age < 0
				|| age > LONGEST_FILL.toNanos() / 1_000;
	}

	private @Nullable TierEntry kept(TierKey key, Instant now) {
		return this.entries.computeIfPresent(key,
				(same, stored) -> now.isBefore(TierRule.keptUntil(stored, REMOVAL_LIFE)) ? stored : null);
	}

	/**
	 * Loses all entries, as a server does that restarts empty.
	 */
	public synchronized void lose() {
		this.entries.clear();
		this.incarnation++;
	}

	@Override
	public CompletableFuture<Void> send(byte[] message) {
		this.subscribers.forEach((subscriber) -> subscriber.deliver(() -> subscriber.listener.received(message)));
		return CompletableFuture.completedFuture(null);
	}

	@Override
	public Subscription subscribe(TierListener listener) {
		Subscriber subscriber = new Subscriber(listener);
		this.subscribers.add(subscriber);
		subscriber.deliver(listener::subscribed);
		return () -> this.subscribers.remove(subscriber);
	}

	@Override
	public LeaseTable leases() {
		return this.leases;
	}

	@Override
	public TierHealth health() {
		return new TierHealth(name(), TierHealth.Connection.CONNECTED, this.since, null);
	}

	@Override
	public void close() {
		this.subscribers.clear();
	}

	/**
	 * One listener, told one thing at a time. Whoever brings the first of several things
	 * tells them all; the others leave theirs in the queue.
	 */
	private static final class Subscriber {

		private final TierListener listener;

		private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();

		private final AtomicInteger untold = new AtomicInteger();

		private Subscriber(TierListener listener) {
			this.listener = listener;
		}

		private void deliver(Runnable call) {
			this.waiting.add(call);
			if (this.untold.getAndIncrement() != 0) {
				return;
			}
			do {
				Objects.requireNonNull(this.waiting.poll()).run();
			}
			while (this.untold.decrementAndGet() != 0);
		}

	}

}
