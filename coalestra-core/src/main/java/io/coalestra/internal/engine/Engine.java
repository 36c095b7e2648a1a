package io.coalestra.internal.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.function.Consumer;
import java.util.function.Predicate;

import io.coalestra.cache.Revision;
import io.coalestra.health.BuilderHealth;
import io.coalestra.health.HealthComponent;
import io.coalestra.health.PayloadCopyHealth;
import io.coalestra.internal.capacity.Permits;
import io.coalestra.internal.chain.ChainCounters;
import io.coalestra.internal.chain.ChainServices;
import io.coalestra.internal.chain.Groups;
import io.coalestra.internal.chain.Retries;
import io.coalestra.internal.chain.RunningCalls;
import io.coalestra.internal.chain.SourceChain;
import io.coalestra.internal.chain.SourcePlan;
import io.coalestra.internal.chain.SourceSlot;
import io.coalestra.internal.chain.SourceSlots;
import io.coalestra.internal.flight.FlightRegistry;
import io.coalestra.internal.flight.Voyage;
import io.coalestra.internal.flight.WaitGraph;
import io.coalestra.internal.isolation.PayloadIsolation;
import io.coalestra.internal.publish.CachePublisher;
import io.coalestra.internal.signal.Activities;
import io.coalestra.internal.signal.Signals;
import io.coalestra.internal.signal.Sinks;
import io.coalestra.internal.store.CommitStamp;
import io.coalestra.internal.store.Judgement;
import io.coalestra.internal.store.RevisionStore;
import io.coalestra.internal.store.StoreCounts;
import io.coalestra.internal.subscription.SubscriptionServices;
import io.coalestra.internal.subscription.Subscriptions;
import io.coalestra.internal.tier.EngineTier;
import io.coalestra.internal.verdict.Classification;
import io.coalestra.key.ResourceKey;
import io.coalestra.key.ResourceKeys;
import io.coalestra.policy.DegradationPolicy;
import io.coalestra.policy.Freshness;
import io.coalestra.policy.KeyPolicies;
import io.coalestra.policy.SourceAuthority;
import io.coalestra.publish.ResourcePublisher;
import io.coalestra.publish.SubmissionStatistics;
import io.coalestra.signal.Activity;
import io.coalestra.signal.Activity.Build.Kind;
import io.coalestra.signal.Watch;
import io.coalestra.snapshot.CloseOptions;
import io.coalestra.snapshot.CloseReport;
import io.coalestra.snapshot.SessionOptions;
import io.coalestra.snapshot.Snapshot;
import io.coalestra.snapshot.SnapshotBuildException;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.snapshot.SnapshotRequest;
import io.coalestra.snapshot.SnapshotResult;
import io.coalestra.snapshot.SnapshotSession;
import io.coalestra.snapshot.SubscriptionStatistics;
import io.coalestra.source.ContextCarrier;
import io.coalestra.source.DerivedSource;
import io.coalestra.source.SourceDescription;
import io.coalestra.source.SourceSettings;
import io.coalestra.time.TimeSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The builder: answers warm builds itself, and hands the others to the stages.
 *
 * <p>
 * A warm build reads the clock once and the cache once for each key, and makes two
 * objects. Nothing on its way takes a lock, waits, or is shared for writing but one
 * striped counter, and those of a sink of metrics, for which one build of sixteen reads
 * the clock again.
 */
public final class Engine implements SnapshotBuilder {

	private static final Logger logger = LoggerFactory.getLogger(Engine.class);

	private static final int MAX_REREADS = 4;

	private static final Watch.End WARM_END = new Watch.End("success", null, Map.of("path", "warm"));

	private final EngineSettings settings;

	private final TimeSource time;

	private final RevisionStore store;

	private final StoreCounts counts;

	private final CommitStamp commits;

	private final SourcePlan plan;

	private final EngineParts parts;

	private final RefreshScheduler refreshes;

	private final CachePublisher publisher;

	private final Subscriptions subscriptions;

	private final Activities activities;

	private final Meters meters;

	private final Reports reports;

	private final Derivations derivations;

	private final PayloadIsolation isolation;

	private final @Nullable EngineTier tier;

	private final Tokens tokens;

	private final ExecutorService executor;

	private final Sinks sinks;

	private final HealthComponents components = new HealthComponents();

	private final Checkup checkup;

	private final Shutdown shutdown;

	// Raised by the first close; read by every build.
	private volatile boolean closed;

	// Written by the first close, when it has ended.
	private volatile CloseReport closeReport = new CloseReport(List.of());

	private Engine(EngineSettings settings) {
		this.settings = settings;
		this.time = settings.timeSource();
		this.sinks = new Sinks(settings.eventSinks(), settings.metricSink(), settings.sinkBuffering(),
				settings.sinkBuffer());
		Signals signals = new Signals(this.sinks, this.time, settings.name(), settings.watcher());
		this.activities = signals.activities();
		this.meters = new Meters(signals, this.time);
		this.reports = new Reports(signals, this.meters, settings.buildListeners());
		this.derivations = new Derivations(settings.sources());
		this.store = new RevisionStore(settings.cache(), settings.name(), settings.freshness(), settings.authority(),
				settings.random());
		this.counts = this.store.counts();
		this.commits = this.store.commits();
		this.isolation = new PayloadIsolation(settings.copier());
		this.plan = new SourcePlan(SourceSlots.of(settings.sources(), settings.resilience()::of, this.time, signals),
				settings.supportMemory());
		this.executor = (settings.executor() != null) ? settings.executor() : Executors
			.newThreadPerTaskExecutor(Thread.ofVirtual().name("coalestra-" + settings.name() + "-", 0).factory());
		this.refreshes = new RefreshScheduler();
		DependencyAcquirer dependencies = new DependencyAcquirer(this.refreshes, this.derivations);
		FlightRegistry registry = new FlightRegistry();
		Groups groups = new Groups(settings.groups());
		this.store.ledger().addFence(registry);
		this.tier = (settings.sharedTier() != null) ? EngineTier.open(settings.sharedTier(), settings.name(),
				new EngineTier.Parts(this.store, registry, this.isolation, signals, this.time, this.executor,
						this.derivations::covers, groups::of, this::compareAgain))
				: null;
		this.tokens = new Tokens(this.store, registry, this.derivations, this.tier);
		ChainServices services = new ChainServices(this.plan, registry, new WaitGraph(), this.store, this.isolation,
				settings.observation(), new Permits(settings.maxConcurrency()), this.executor, new RunningCalls(),
				this.time, signals, new ChainCounters(), new Retries(settings.random()), groups,
				TimeSource.toNanos(settings.transportTimeoutGrace()),
				TimeSource.toNanos(settings.deadlineDispatchGrace()), this.tier);
		this.parts = new EngineParts(services, new SourceChain(services, dependencies));
		dependencies.connect(this.parts);
		this.refreshes.connect(this.parts);
		this.publisher = new CachePublisher(this.store, this.isolation, signals, this.time, settings.observation(),
				settings.submissions(), this.executor, settings.name(), () -> {
				}, this.tier);
		this.subscriptions = new Subscriptions(new SubscriptionServices(settings.name(), this::buildAsync, this.store,
				settings.sources()
					.stream()
					.filter(DerivedSource.class::isInstance)
					.map(DerivedSource.class::cast)
					.toList(),
				this.executor, this.time, signals));
		if (this.tier != null) {
			this.components.add(this.tier.health());
		}
		this.checkup = new Checkup(this, this.parts, this.plan, this.sinks, this.components);
		this.shutdown = new Shutdown(settings, this.parts, this.refreshes, this.sinks, this.tier);
	}

	/**
	 * Makes a builder.
	 * @param settings what it was configured with, checked
	 * @return the builder
	 */
	public static SnapshotBuilder start(EngineSettings settings) {
		if (settings.sources().isEmpty()) {
			logger.info("Builder {} has no sources: it answers what is published to it, and nothing else",
					settings.name());
		}
		return new Engine(settings);
	}

	EngineSettings settings() {
		return this.settings;
	}

	EngineParts parts() {
		return this.parts;
	}

	Tokens tokens() {
		return this.tokens;
	}

	RefreshScheduler refreshes() {
		return this.refreshes;
	}

	ContextCarrier.Captured captured() {
		return this.settings.contextCarrier().capture();
	}

	/**
	 * Tells that a build has left the warm path.
	 * @param kind what is made
	 * @param request what is asked for
	 * @return follows it
	 */
	Watch watch(Kind kind, SnapshotRequest request) {
		return this.activities.begun((builder) -> activity(builder, kind, request));
	}

	private static Activity activity(String builder, Kind kind, SnapshotRequest request) {
		return new Activity.Build(builder, kind, request.keys());
	}

	Map<String, Object> isolated(Map<String, Object> metadata) {
		return this.isolation.isolateEntries(metadata);
	}

	Meters meters() {
		return this.meters;
	}

	Reports reports() {
		return this.reports;
	}

	SubmissionStatistics submissions() {
		return this.publisher.submissions();
	}

	Derivations derivations() {
		return this.derivations;
	}

	/**
	 * Lays the policies of the builder under a request.
	 * @param request the request
	 * @return what is to be built
	 */
	SnapshotRequest withDefaults(SnapshotRequest request) {
		return request.withDefaults(this.settings.defaultConsistency(), this.settings.defaultDegradation());
	}

	@Override
	public Snapshot build(SnapshotRequest stated) {
		requireOpen();
		SnapshotRequest request = withDefaults(stated);
		Watch begun = watchBeforehand(request);
		long now = this.time.epochNanos();
		Snapshot warm = warm(request, now, begun);
		return (warm != null) ? warm : new Course<>(cold(request, now, begun), this::delivered).await();
	}

	@Override
	public CompletableFuture<Snapshot> buildAsync(SnapshotRequest stated) {
		requireOpen();
		SnapshotRequest request = withDefaults(stated);
		Watch begun = watchBeforehand(request);
		long now = this.time.epochNanos();
		Snapshot warm = warm(request, now, begun);
		return (warm != null) ? CompletableFuture.completedFuture(warm)
				: new Course<>(cold(request, now, begun), this::delivered).promise();
	}

	private Watch watchBeforehand(SnapshotRequest request) {
		return this.activities.areWarmBuildsWatched() ? watch(Kind.SNAPSHOT, request) : Watch.NONE;
	}

	private Build cold(SnapshotRequest request, long now, Watch begun) {
		try {
			return new Build(this, request, now, begun);
		}
		catch (RuntimeException | Error ex) {
			begun.ended(new Watch.End("error", ex, Map.of("path", "cold")));
			throw ex;
		}
	}

	private Snapshot delivered(Build build) {
		ArraySnapshot snapshot = build.snapshot();
		this.reports.built(build, snapshot);
		SnapshotBuildException lack = build.verdict().exception(snapshot);
		if (lack != null) {
			throw lack;
		}
		return snapshot;
	}

	@Override
	public SnapshotResult tryBuild(SnapshotRequest stated) {
		requireOpen();
		SnapshotRequest request = withDefaults(stated);
		try {
			Watch begun = watchBeforehand(request);
			long now = this.time.epochNanos();
			Snapshot warm = warm(request, now, begun);
			return (warm != null) ? accepted(request, warm)
					: new Course<>(cold(request, now, begun), (build) -> classified(request, build)).await();
		}
		catch (RuntimeException ex) {
			return this.reports.tried(Classification.broken(request, null, ex));
		}
	}

	@Override
	public CompletableFuture<SnapshotResult> tryBuildAsync(SnapshotRequest stated) {
		requireOpen();
		SnapshotRequest request = withDefaults(stated);
		try {
			Watch begun = watchBeforehand(request);
			long now = this.time.epochNanos();
			Snapshot warm = warm(request, now, begun);
			return (warm != null) ? CompletableFuture.completedFuture(accepted(request, warm))
					: new Course<>(cold(request, now, begun), (build) -> classified(request, build))
						.promise((thrown) -> this.reports.tried(Classification.broken(request, null, thrown)));
		}
		catch (RuntimeException ex) {
			return CompletableFuture.completedFuture(this.reports.tried(Classification.broken(request, null, ex)));
		}
	}

	private SnapshotResult accepted(SnapshotRequest request, Snapshot warm) {
		return this.reports.tried(new SnapshotResult.Accepted(request, warm,
				request.degradation().actions(DegradationPolicy.Standing.ACCEPTED)));
	}

	private SnapshotResult classified(SnapshotRequest request, Build build) {
		ArraySnapshot snapshot = build.snapshot();
		this.reports.built(build, snapshot);
		return this.reports.tried(Classification.of(request, snapshot, build.verdict()));
	}

	@Override
	public List<SnapshotResult> tryBuildAll(Collection<SnapshotRequest> requests) {
		requireOpen();
		List<SnapshotRequest> inOrder = List.copyOf(requests);
		List<CompletableFuture<SnapshotResult>> begun = new ArrayList<>(inOrder.size());
		inOrder.forEach((request) -> begun.add(tryBuildAsync(request)));
		try {
			CompletableFuture.allOf(begun.toArray(CompletableFuture<?>[]::new)).get();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			begun.forEach((build) -> build.cancel(true));
		}
		catch (ExecutionException ex) {
			throw new IllegalStateException("a build without exceptions threw one", ex.getCause());
		}
		List<SnapshotResult> results = new ArrayList<>(begun.size());
		for (int i = 0; i < begun.size(); i++) {
			results.add(begun.get(i).isCancelled()
					? Classification.broken(inOrder.get(i), null, new CancellationException("interrupted"))
					: begun.get(i).join());
		}
		return Collections.unmodifiableList(results);
	}

	private @Nullable Snapshot warm(SnapshotRequest request, long now, Watch begun) {
		if (!request.acceptsCached()) {
			return null;
		}
		ResourceKeys keys = request.keys();
		@Nullable Revision<?>[] revisions = new Revision<?>[keys.size()];
		for (int attempt = 0; attempt < MAX_REREADS; attempt++) {
			long seen = this.commits.begin();
			if (!readHot(keys, revisions, now)) {
				return null;
			}
			if (this.commits.isUnchanged(seen)) {
				return warm(request, revisions, now, begun);
			}
		}
		return null;
	}

	private boolean readHot(ResourceKeys keys, @Nullable Revision<?>[] revisions, long now) {
		int stamp = this.store.stamp();
		if (!this.store.getAll(keys, revisions)) {
			return false;
		}
		int other = stamp;
		boolean isOtherKnown = false;
		for (Revision<?> found : revisions) {
			if (found == null) {
				return false;
			}
			if (!found.isHot(now, stamp)) {
				// What is in doubt is as warm as anything while it cannot be compared.
				other = isOtherKnown ? other : this.store.stampInDoubt(stamp);
				isOtherKnown = true;
				if (!found.isHot(now, other)) {
					return false;
				}
			}
		}
		return true;
	}

	private @Nullable Snapshot warm(SnapshotRequest request, @Nullable Revision<?>[] revisions, long now, Watch begun) {
		if (request.isJudged() && !this.reports.meetsPolicies(request, revisions, now)) {
			// Said, or repaired, by a build that can do so.
			return null;
		}
		this.counts.warm(revisions.length);
		this.meters.builtWarm(request.keys(), now);
		begun.ended(WARM_END);
		return new ArraySnapshot(request, revisions, now, this.isolation, null, coherenceUnknownSince());
	}

	/**
	 * Returns since when a change of another node may have been missed.
	 * @return the moment, or null when all is well, or nothing is shared
	 */
	@Nullable Instant coherenceUnknownSince() {
		return (this.tier != null) ? this.tier.unknownSince() : null;
	}

	void requireOpen() {
		if (this.closed) {
			throw new IllegalStateException("builder " + this.settings.name() + ": closed (expected: open)");
		}
	}

	@Override
	public SnapshotSession openSession(SessionOptions options) {
		requireOpen();
		return new EngineSession(this, options);
	}

	@Override
	public void replaceFreshness(KeyPolicies<Freshness> policies) {
		this.store.replaceFreshness(Objects.requireNonNull(policies, "freshness"));
	}

	@Override
	public void replaceAuthority(KeyPolicies<SourceAuthority> policies) {
		this.store.replaceAuthority(Objects.requireNonNull(policies, "authority"));
	}

	@Override
	public ResourcePublisher publisher() {
		return this.publisher;
	}

	@Override
	public void subscribe(SnapshotRequest request, Flow.Subscriber<? super Snapshot> subscriber) {
		requireOpen();
		this.subscriptions.add(Objects.requireNonNull(request, "request"),
				Objects.requireNonNull(subscriber, "subscriber"));
	}

	@Override
	public SubscriptionStatistics subscriptions() {
		return this.subscriptions.statistics();
	}

	@Override
	public PayloadCopyHealth payloadCopies() {
		return this.isolation.health();
	}

	@Override
	public int prune() {
		return this.store.prune(this.time.epochNanos());
	}

	@Override
	public void forgetSupport() {
		this.plan.forgetSupport();
	}

	@Override
	public int resetCircuits(String source) {
		return slot(source).circuits().reset();
	}

	@Override
	public void replaceMaxConcurrency(int limit) {
		if (limit < 1) {
			throw new IllegalArgumentException("maxConcurrency: " + limit + " (expected: 1 or more)");
		}
		this.parts.services().permits().limit(limit);
	}

	@Override
	public void adjustSource(String source, Consumer<SourceSettings.Builder> changes) {
		slot(source).adjust(Objects.requireNonNull(changes, "changes"));
	}

	@Override
	public int refreshIf(Predicate<? super ResourceKey<?>> condition) {
		requireOpen();
		Map<ResourceKey<?>, Judgement.Refresh> wanted = new LinkedHashMap<>();
		this.store.keys(condition).forEach((key) -> wanted.put(key, Judgement.Refresh.REQUESTED));
		return this.refreshes.schedule(wanted, new Voyage(this.time.epochNanos(), Map.of(), captured(), null)).size();
	}

	private void compareAgain(ResourceKey<?> key) {
		this.refreshes.schedule(key, Judgement.Refresh.CONTRADICTED,
				new Voyage(this.time.epochNanos(), Map.of(), captured(), null));
	}

	private SourceSlot slot(String source) {
		for (SourceSlot slot : this.plan.slots()) {
			if (slot.name().equals(source)) {
				return slot;
			}
		}
		throw new IllegalArgumentException("source: \"" + source + "\" (expected: one of "
				+ this.plan.slots().stream().map(SourceSlot::name).toList() + ")");
	}

	@Override
	public boolean awaitRefreshes(Duration limit) throws InterruptedException {
		return this.refreshes.awaitIdle(limit);
	}

	@Override
	public boolean isClosed() {
		return this.closed;
	}

	@Override
	public BuilderHealth health() {
		return this.checkup.health();
	}

	@Override
	public void addHealthComponent(HealthComponent component) {
		this.components.add(component);
	}

	@Override
	public List<SourceDescription> sources() {
		return this.plan.slots().stream().map(SourceSlot::describe).toList();
	}

	@Override
	public CloseReport close(CloseOptions options) {
		synchronized (this) {
			if (this.closed) {
				return this.closeReport;
			}
			this.closed = true;
		}
		CloseReport report = this.shutdown.run(options, this::stopIntake, this::stopOwnExecutor);
		this.closeReport = report;
		return report;
	}

	private CompletableFuture<Void> stopIntake() {
		// First those for whom nothing can be built any more.
		CompletableFuture<Void> subscribers = this.subscriptions.close();
		this.publisher.close();
		this.store.ledger().removeFence(this.parts.registry());
		return subscribers;
	}

	private void stopOwnExecutor() {
		if (this.settings.executor() == null) {
			this.executor.shutdown();
		}
	}

	@Override
	public boolean awaitTermination(Duration limit) throws InterruptedException {
		return this.shutdown.awaitTermination(limit);
	}

	@Override
	public String toString() {
		return "builder " + this.settings.name();
	}

}
