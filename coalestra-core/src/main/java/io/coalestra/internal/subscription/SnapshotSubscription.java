package io.coalestra.internal.subscription;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import io.coalestra.internal.subscription.Subscriptions.Tally;
import io.coalestra.key.ResourceKey;
import io.coalestra.signal.EventType;
import io.coalestra.signal.Metric;
import io.coalestra.snapshot.Snapshot;
import io.coalestra.snapshot.SnapshotBuildException;
import io.coalestra.snapshot.SnapshotRequest;
import io.coalestra.time.TimeSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One subscription: builds when something changed and the subscriber asked for more, and
 * delivers what then is the newest. Nothing is queued: a change is one flag.
 *
 * <p>
 * At most one thread works for it at a time. The claim says so: whoever signals takes it
 * if it is free and starts the work, else leaves a mark that its holder sees before
 * letting go. The flags are raised by any thread, before the signal; what is marked as
 * the worker's is touched by the holder of the claim alone.
 */
final class SnapshotSubscription implements Flow.Subscription {

	private static final Logger logger = LoggerFactory.getLogger(SnapshotSubscription.class);

	// After a build that had to ask sources, so that subscriptions whose builds change
	// what the others hold do not drive each other.
	private static final long PAUSE = Duration.ofMillis(100).toNanos();

	private static final long FIRST_RETRY = Duration.ofMillis(500).toNanos();

	private static final long LONGEST_RETRY = Duration.ofMinutes(1).toNanos();

	// Then others that share the executor have their turn.
	private static final int MAX_BUILDS_AT_A_TIME = 64;

	private static final Flow.Subscriber<Snapshot> NOBODY = new Flow.Subscriber<>() {

		@Override
		public void onSubscribe(Flow.Subscription given) {
		}

		@Override
		public void onNext(Snapshot snapshot) {
		}

		@Override
		public void onError(Throwable mistake) {
		}

		@Override
		public void onComplete() {
		}

	};

	private static final int FREE = 0;

	private static final int HELD = 1;

	private static final int HELD_AND_SIGNALLED = 2;

	private final Subscriptions register;

	private final SubscriptionServices services;

	private final Dependants dependants;

	private final SnapshotRequest request;

	private final AtomicInteger claim = new AtomicInteger(HELD);

	private final AtomicLong demand = new AtomicLong();

	private volatile boolean changed = true;

	// Raised by the retry's timer: what failed is tried again, whether or not anything
	// has
	// changed.
	private volatile boolean retryDue;

	private volatile boolean cancelled;

	private volatile boolean closing;

	private volatile @Nullable IllegalArgumentException badDemand;

	private volatile @Nullable CompletableFuture<Snapshot> building;

	// On whose thread the subscriber is being told something, so that one which closes
	// the
	// builder is not waited for. Written by the holder of the claim.
	private volatile @Nullable Thread telling;

	private final CompletableFuture<Void> ended = new CompletableFuture<>();

	// --- the worker's, from here on ---

	// Let go of at the end, as the rules of Flow have it.
	private Flow.Subscriber<? super Snapshot> subscriber;

	private Set<ResourceKey<?>> declared = Set.of();

	private Set<ResourceKey<?>> watched = Set.of();

	private @Nullable TracedSnapshot last;

	private @Nullable TracedSnapshot delivered;

	private long deliveries;

	private String reason = "cancelled";

	private boolean paused;

	private long notBefore;

	private int failures;

	private TimeSource.@Nullable Timer timer;

	private TimeSource.@Nullable Timer retry;

	SnapshotSubscription(Subscriptions register, SubscriptionServices services, SnapshotRequest request,
			Flow.Subscriber<? super Snapshot> subscriber) {
		this.register = register;
		this.services = services;
		this.dependants = services.dependants();
		this.request = request;
		this.subscriber = subscriber;
	}

	/**
	 * Introduces itself to the subscriber, on the calling thread, and then begins.
	 */
	void begin() {
		try {
			this.declared = this.dependants.declared(this.request.keys());
		}
		catch (RuntimeException | Error ex) {
			// A declaration of the application threw: nothing has begun.
			this.register.remove(this, this.watched);
			this.ended.complete(null);
			throw ex;
		}
		watch(this.declared);
		tell(() -> this.subscriber.onSubscribe(this));
		this.services.execute(this::work);
	}

	// --- signals, by any thread ---

	void changed() {
		this.changed = true;
		signal();
	}

	@Override
	public void request(long n) {
		if (n <= 0) {
			this.badDemand = new IllegalArgumentException("n: " + n + " (expected: 1 or more)");
		}
		else {
			this.demand.accumulateAndGet(n, TimeSource::plus);
		}
		signal();
	}

	@Override
	public void cancel() {
		this.cancelled = true;
		CompletableFuture<Snapshot> build = this.building;
		if (build != null) {
			build.cancel(true);
		}
		signal();
	}

	/**
	 * Ends it. What is told then is told apart from the executor, which may be the
	 * application's and at its end as well.
	 * @return ends when the subscriber has been told; at once where it is the subscriber
	 * that closes the builder
	 */
	CompletableFuture<Void> close() {
		this.closing = true;
		if (claim()) {
			this.services.executeApart(this::work);
		}
		return Thread.currentThread().equals(this.telling) ? CompletableFuture.completedFuture(null) : this.ended;
	}

	private void signal() {
		if (claim()) {
			this.services.execute(this::work);
		}
	}

	// Takes the claim if it is free, else leaves the mark.
	private boolean claim() {
		while (true) {
			int held = this.claim.get();
			if (held == HELD_AND_SIGNALLED) {
				return false;
			}
			if (this.claim.compareAndSet(held, (held == FREE) ? HELD : HELD_AND_SIGNALLED)) {
				return held == FREE;
			}
		}
	}

	// --- the work, by the holder of the claim ---

	private void work() {
		for (int builds = 0; builds < MAX_BUILDS_AT_A_TIME; builds++) {
			this.claim.set(HELD);
			if (hasEnded()) {
				// The claim is kept for good: there is nothing more to do.
				this.subscriber = NOBODY;
				this.ended.complete(null);
				return;
			}
			if (isDue()) {
				if (!build()) {
					return;
				}
			}
			else if (this.claim.compareAndSet(HELD, FREE)) {
				return;
			}
		}
		this.services.execute(this::work);
	}

	private boolean hasEnded() {
		IllegalArgumentException bad = this.badDemand;
		if (this.cancelled) {
			end(this.reason);
			return true;
		}
		if (bad != null) {
			end("failed");
			tell(() -> this.subscriber.onError(bad));
			return true;
		}
		if (this.closing) {
			end("closed");
			tell(this.subscriber::onComplete);
			return true;
		}
		return false;
	}

	private boolean isDue() {
		if (!this.changed || this.demand.get() == 0) {
			return false;
		}
		long now = this.services.time().monotonicNanos();
		if (this.paused && now - this.notBefore < 0) {
			arm(this.notBefore - now, this::signal);
			return false;
		}
		this.paused = false;
		this.changed = false;
		boolean again = this.retryDue;
		this.retryDue = false;
		return again || isOutdated(this.last);
	}

	private boolean isOutdated(@Nullable TracedSnapshot known) {
		try {
			return known == null || this.dependants.isOutdated(known, this.services.time().epochNanos());
		}
		catch (RuntimeException | Error ex) {
			// A cache of the application threw: the build will say so, and be tried
			// again.
			return true;
		}
	}

	/**
	 * Builds, and settles what comes of it.
	 * @return false if that is still to come; the claim is held until then
	 */
	private boolean build() {
		CompletableFuture<Snapshot> build;
		try {
			build = this.services.build().apply(this.request);
		}
		catch (RuntimeException | Error ex) {
			// The builder was closed; or its cache, or a policy of the application,
			// threw.
			build = CompletableFuture.failedFuture(ex);
		}
		if (build.isDone()) {
			settle(build);
			return true;
		}
		this.building = build;
		if (this.cancelled) {
			build.cancel(true);
		}
		CompletableFuture<Snapshot> begun = build;
		var unused = build.whenComplete((snapshot, ex) -> {
			this.building = null;
			try {
				settle(begun);
			}
			finally {
				work();
			}
		});
		return false;
	}

	private void settle(CompletableFuture<Snapshot> build) {
		try {
			arrived((TracedSnapshot) build.join());
		}
		catch (CompletionException ex) {
			failed((ex.getCause() != null) ? ex.getCause() : ex);
		}
		catch (RuntimeException | Error ex) {
			failed(ex);
		}
	}

	private void arrived(TracedSnapshot snapshot) {
		noteBuilt(snapshot);
		if (snapshot.isComplete()) {
			this.failures = 0;
			disarmRetry();
		}
		else {
			retryLater();
		}
		TracedSnapshot before = this.delivered;
		if (before != null && saysTheSame(before, snapshot)) {
			count(Tally.UNCHANGED, "unchanged");
			return;
		}
		if (this.cancelled) {
			return;
		}
		if (this.demand.get() != Long.MAX_VALUE) {
			this.demand.decrementAndGet();
		}
		this.delivered = snapshot;
		this.deliveries++;
		count(Tally.DELIVERED, "delivered");
		tell(() -> this.subscriber.onNext(snapshot));
	}

	private void failed(Throwable failure) {
		if (this.cancelled || this.closing) {
			return;
		}
		if (failure instanceof SnapshotBuildException incomplete
				&& incomplete.snapshot() instanceof TracedSnapshot partial) {
			noteFailed(partial);
		}
		count(Tally.FAILED_BUILD, "failed");
		this.services.signals()
			.emit(EventType.SUBSCRIPTION_BUILD_FAILED, "resources", this.request.keys().size(), "error_type",
					failure.getClass().getSimpleName(), "error", String.valueOf(failure.getMessage()));
		retryLater();
	}

	private void noteFailed(TracedSnapshot partial) {
		try {
			noteBuilt(partial);
		}
		catch (RuntimeException | Error ex) {
			// A cache of the application threw, as it probably did in the build, whose
			// failure is reported.
			this.last = null;
		}
	}

	private void noteBuilt(TracedSnapshot snapshot) {
		this.last = snapshot;
		if (!snapshot.isMadeWithoutCalls()) {
			pause();
		}
		Set<ResourceKey<?>> recorded = this.dependants.recorded(snapshot);
		if (!this.watched.containsAll(recorded)) {
			Set<ResourceKey<?>> all = new HashSet<>(this.declared);
			all.addAll(recorded);
			watch(all);
			// Those that are watched only now may have changed already.
			this.changed = true;
		}
	}

	private void watch(Set<ResourceKey<?>> keys) {
		this.register.watch(this, this.watched, keys);
		this.watched = keys;
	}

	// Failures that nobody's change will end: what failed is tried again.
	private void retryLater() {
		long span = Math.min(LONGEST_RETRY, FIRST_RETRY << Math.min(20, this.failures));
		this.failures++;
		disarmRetry();
		this.retry = this.services.time().schedule(() -> {
			this.retryDue = true;
			changed();
		}, span);
	}

	private void disarmRetry() {
		TimeSource.Timer armed = this.retry;
		if (armed != null) {
			armed.cancel();
			this.retry = null;
		}
		this.retryDue = false;
	}

	private void pause() {
		this.notBefore = this.services.time().monotonicNanos() + PAUSE;
		this.paused = true;
	}

	private void arm(long span, Runnable task) {
		TimeSource.Timer armed = this.timer;
		if (armed != null) {
			armed.cancel();
		}
		this.timer = this.services.time().schedule(task, span);
	}

	private static boolean saysTheSame(TracedSnapshot one, TracedSnapshot other) {
		for (int i = 0; i < one.keys().size(); i++) {
			var held = one.revision(i);
			var next = other.revision(i);
			boolean same = (held == null || next == null) ? held == next
					: held.version().isSameAs(next.version()) && one.isStale(i) == other.isStale(i);
			if (!same) {
				return false;
			}
		}
		return true;
	}

	private void tell(Runnable news) {
		this.telling = Thread.currentThread();
		try {
			news.run();
		}
		catch (Throwable ex) {
			thrown(ex);
		}
		finally {
			this.telling = null;
		}
	}

	// By the rules of java.util.concurrent.Flow, who throws has cancelled.
	private void thrown(Throwable ex) {
		this.reason = "failed";
		this.cancelled = true;
		this.register.count(Tally.FAILED_SUBSCRIBER);
		logger.warn("A subscriber of builder {} threw, which ends its subscription", this.services.name(), ex);
	}

	private void end(String why) {
		TimeSource.Timer armed = this.timer;
		if (armed != null) {
			armed.cancel();
		}
		disarmRetry();
		this.register.remove(this, this.watched);
		this.last = null;
		this.delivered = null;
		this.services.signals()
			.emit(EventType.SUBSCRIPTION_ENDED, "resources", this.request.keys().size(), "reason", why, "delivered",
					this.deliveries);
	}

	private void count(Tally tally, String status) {
		this.register.count(tally);
		this.services.signals().count(Metric.SUBSCRIPTION_DELIVERY, status);
	}

}
