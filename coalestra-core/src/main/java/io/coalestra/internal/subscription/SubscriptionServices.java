package io.coalestra.internal.subscription;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;

import io.coalestra.internal.signal.Signals;
import io.coalestra.internal.store.RevisionStore;
import io.coalestra.snapshot.Snapshot;
import io.coalestra.snapshot.SnapshotRequest;
import io.coalestra.source.DerivedSource;
import io.coalestra.time.TimeSource;

/**
 * What subscriptions share.
 *
 * @param name the builder's name
 * @param build builds a snapshot without waiting; it is a {@link TracedSnapshot}
 * @param store holds what the snapshots are made of
 * @param derived the sources that compute values from others
 * @param executor runs deliveries
 * @param time the time
 * @param signals emits
 */
public record SubscriptionServices(String name, Function<SnapshotRequest, CompletableFuture<Snapshot>> build,
		RevisionStore store, List<DerivedSource> derived, Executor executor, TimeSource time, Signals signals) {

	Dependants dependants() {
		return new Dependants(this.derived, this.store);
	}

	// An executor that refuses, or is broken, must not lose a delivery.
	void execute(Runnable task) {
		try {
			this.executor.execute(task);
		}
		catch (RuntimeException ex) {
			executeApart(task);
		}
	}

	void executeApart(Runnable task) {
		Thread.ofVirtual().name("coalestra-" + this.name + "-subscription").start(task);
	}

}
