package io.coalestra.internal.subscription;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.LongAdder;

import io.coalestra.internal.store.Changes;
import io.coalestra.key.ResourceKey;
import io.coalestra.snapshot.Snapshot;
import io.coalestra.snapshot.SnapshotRequest;
import io.coalestra.snapshot.SubscriptionStatistics;

/**
 * Who subscribed, and to which keys.
 *
 * <p>
 * The index is written under this object's monitor and read by whoever changes the cache,
 * without it. A subscription is in the index before it first reads the cache, so that
 * each change either is in what it reads, or is told to it. While there is no
 * subscription, the store is not listened to.
 */
public final class Subscriptions implements Changes.Listener {

	private final ConcurrentMap<ResourceKey<?>, Set<SnapshotSubscription>> index = new ConcurrentHashMap<>();

	private final Set<SnapshotSubscription> all = ConcurrentHashMap.newKeySet();

	private final SubscriptionServices services;

	private final Changes changes;

	private final LongAdder delivered = new LongAdder();

	private final LongAdder unchanged = new LongAdder();

	private final LongAdder failedBuilds = new LongAdder();

	private final LongAdder failedSubscribers = new LongAdder();

	// Guarded by the monitor.
	private boolean closed;

	/**
	 * Makes a register of subscriptions.
	 * @param services what they share
	 */
	public Subscriptions(SubscriptionServices services) {
		this.services = services;
		this.changes = services.store().ledger().changes();
	}

	/**
	 * Adds a subscription, and has it deliver from now on.
	 * @param request what it asks for
	 * @param subscriber takes the snapshots
	 * @throws IllegalStateException if the builder was closed
	 */
	public void add(SnapshotRequest request, Flow.Subscriber<? super Snapshot> subscriber) {
		SnapshotSubscription subscription = new SnapshotSubscription(this, this.services, request, subscriber);
		synchronized (this) {
			if (this.closed) {
				throw new IllegalStateException("builder: closed (expected: open)");
			}
			if (this.all.isEmpty()) {
				this.changes.add(this);
			}
			this.all.add(subscription);
		}
		subscription.begin();
	}

	// Called by the subscription alone, never twice at a time.
	synchronized void watch(SnapshotSubscription subscription, Set<ResourceKey<?>> before, Set<ResourceKey<?>> after) {
		if (!this.all.contains(subscription)) {
			return;
		}
		for (ResourceKey<?> key : after) {
			if (!before.contains(key)) {
				this.index.computeIfAbsent(key, (added) -> ConcurrentHashMap.newKeySet()).add(subscription);
			}
		}
		Set<ResourceKey<?>> dropped = new HashSet<>(before);
		dropped.removeAll(after);
		unwatch(subscription, dropped);
	}

	private void unwatch(SnapshotSubscription subscription, Set<ResourceKey<?>> keys) {
		for (ResourceKey<?> key : keys) {
			Set<SnapshotSubscription> watching = this.index.get(key);
			if (watching != null && watching.remove(subscription) && watching.isEmpty()) {
				this.index.remove(key);
			}
		}
	}

	synchronized void remove(SnapshotSubscription subscription, Set<ResourceKey<?>> watched) {
		if (this.all.remove(subscription)) {
			unwatch(subscription, watched);
			if (this.all.isEmpty()) {
				this.changes.remove(this);
			}
		}
	}

	@Override
	public void changed(ResourceKey<?> key) {
		Set<SnapshotSubscription> watching = this.index.get(key);
		if (watching != null) {
			watching.forEach(SnapshotSubscription::changed);
		}
	}

	@Override
	public void anyChanged() {
		this.all.forEach(SnapshotSubscription::changed);
	}

	void count(Tally tally) {
		switch (tally) {
			case DELIVERED -> this.delivered.increment();
			case UNCHANGED -> this.unchanged.increment();
			case FAILED_BUILD -> this.failedBuilds.increment();
			case FAILED_SUBSCRIBER -> this.failedSubscribers.increment();
		}
	}

	/**
	 * Returns what subscriptions have done.
	 * @return the statistics
	 */
	public SubscriptionStatistics statistics() {
		return new SubscriptionStatistics(this.all.size(), this.index.size(), this.delivered.sum(),
				this.unchanged.sum(), this.failedBuilds.sum(), this.failedSubscribers.sum());
	}

	/**
	 * Takes no subscription any more, and ends those that there are.
	 * @return ends when the subscribers have been told, but for one on whose thread this
	 * is called
	 */
	public CompletableFuture<Void> close() {
		synchronized (this) {
			this.closed = true;
		}
		List<CompletableFuture<Void>> ends = new ArrayList<>();
		this.all.forEach((subscription) -> ends.add(subscription.close()));
		return CompletableFuture.allOf(ends.toArray(CompletableFuture<?>[]::new));
	}

	/**
	 * What is counted.
	 */
	enum Tally {

		DELIVERED, UNCHANGED, FAILED_BUILD, FAILED_SUBSCRIBER

	}

}
