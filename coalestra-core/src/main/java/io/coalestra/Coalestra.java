package io.coalestra;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;

import io.coalestra.cache.PayloadCopier;
import io.coalestra.cache.SnapshotCache;
import io.coalestra.internal.engine.Engine;
import io.coalestra.internal.engine.EngineSettings;
import io.coalestra.internal.engine.ResilienceChoice;
import io.coalestra.internal.isolation.PayloadIsolation;
import io.coalestra.internal.isolation.StructuralCopier;
import io.coalestra.internal.publish.CachePublisher;
import io.coalestra.internal.signal.Signals;
import io.coalestra.internal.signal.Sinks;
import io.coalestra.internal.store.RevisionStore;
import io.coalestra.internal.tier.TierSettings;
import io.coalestra.key.ResourceGroup;
import io.coalestra.policy.ConsistencyPolicy;
import io.coalestra.policy.DegradationPolicy;
import io.coalestra.policy.Freshness;
import io.coalestra.policy.KeyPolicies;
import io.coalestra.policy.ObservationPolicy;
import io.coalestra.policy.Resilience;
import io.coalestra.policy.SourceAuthority;
import io.coalestra.publish.StandalonePublisher;
import io.coalestra.publish.SubmissionSettings;
import io.coalestra.signal.ActivityWatcher;
import io.coalestra.signal.BufferSettings;
import io.coalestra.signal.BufferedSink;
import io.coalestra.signal.EventSink;
import io.coalestra.signal.MetricSink;
import io.coalestra.signal.SinkBuffering;
import io.coalestra.snapshot.BuildListener;
import io.coalestra.snapshot.CloseOptions;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.source.ContextCarrier;
import io.coalestra.source.Source;
import io.coalestra.source.SourceSettings;
import io.coalestra.tier.SharedTier;
import io.coalestra.tier.SharedTierOptions;
import io.coalestra.time.TimeSource;
import org.jspecify.annotations.Nullable;

/**
 * Configures a {@link SnapshotBuilder} and makes it.
 *
 * <pre>{@code
 * SnapshotBuilder builder = Coalestra.builder()
 *     .source(Source.single("ledger", ACCOUNT, (key) -> ledger.account(key.subject()))
 *         .timeout(Duration.ofSeconds(2))
 *         .transportTimeout(Duration.ofMillis(1750))
 *         .build())
 *     .defaultFreshness(Freshness.ttl(Duration.ofSeconds(5)).maxStale(Duration.ofMinutes(1)))
 *     .build();
 * }</pre>
 *
 * Not safe for concurrent use; the builder that it makes is.
 */
public final class Coalestra {

	private String name = Long.toString(ThreadLocalRandom.current().nextLong(1L << 40), 36);

	private final List<Source> sources = new ArrayList<>();

	private final Map<String, Consumer<SourceSettings.Builder>> sourceSettings = new LinkedHashMap<>();

	private final List<ResourceGroup> groups = new ArrayList<>();

	private KeyPolicies<Freshness> freshness = KeyPolicies.of(Freshness.DEFAULT);

	private KeyPolicies<SourceAuthority> authority = KeyPolicies.of(SourceAuthority.EQUAL);

	private ObservationPolicy observation = ObservationPolicy.DEFAULT;

	private Resilience resilience = Resilience.DEFAULT;

	private final Map<String, Resilience> resilienceBySource = new LinkedHashMap<>();

	private @Nullable Function<String, @Nullable Resilience> resilienceFunction;

	private @Nullable Duration defaultDeadline;

	private @Nullable ConsistencyPolicy defaultConsistency;

	private @Nullable DegradationPolicy defaultDegradation;

	private int maxConcurrency = 16;

	private int supportMemory = 100_000;

	private TimeoutDeclarations timeoutDeclarations = TimeoutDeclarations.REQUIRED;

	private Duration transportTimeoutGrace = Duration.ofMillis(50);

	private Duration deadlineDispatchGrace = Duration.ZERO;

	private SubmissionSettings submissions = SubmissionSettings.DEFAULT;

	private @Nullable SnapshotCache cache;

	private PayloadCopier copier = DefaultCopier.find();

	private TimeSource timeSource = TimeSource.system();

	private @Nullable ExecutorService executor;

	private ContextCarrier contextCarrier = ContextCarrier.NONE;

	private final List<EventSink> eventSinks = new ArrayList<>();

	private MetricSink metricSink = MetricSink.NONE;

	private ActivityWatcher activityWatcher = ActivityWatcher.NONE;

	private final List<BuildListener> buildListeners = new ArrayList<>();

	private SinkBuffering sinkBuffering = SinkBuffering.AUTO;

	private BufferSettings sinkBuffer = BufferSettings.DEFAULT;

	private final List<AutoCloseable> resources = new ArrayList<>();

	private final Set<AutoCloseable> handedOver = Collections.newSetFromMap(new IdentityHashMap<>());

	private RandomGenerator random = () -> ThreadLocalRandom.current().nextLong();

	private @Nullable SharedTier sharedTier;

	private SharedTierOptions sharedTierOptions = SharedTierOptions.DEFAULT;

	private Coalestra() {
	}

	/**
	 * Starts a configuration.
	 * @return the configuration
	 */
	public static Coalestra builder() {
		return new Coalestra();
	}

	/**
	 * Names the builder: the origin of the versions that it gives.
	 * @param value the name: 1 to 40 letters, digits, dots, dashes or underscores; by
	 * default drawn at random
	 * @return this
	 */
	public Coalestra name(String value) {
		if (!value.matches("[A-Za-z0-9._-]{1,40}")) {
			throw new IllegalArgumentException(
					"name: \"" + value + "\" (expected: 1 to 40 letters, digits, dots, dashes or underscores)");
		}
		this.name = value;
		return this;
	}

	/**
	 * Adds a source.
	 * @param source the source
	 * @return this
	 */
	public Coalestra source(Source source) {
		this.sources.add(Objects.requireNonNull(source, "source"));
		return this;
	}

	/**
	 * Adds sources.
	 * @param more the sources
	 * @return this
	 */
	public Coalestra sources(Collection<? extends Source> more) {
		more.forEach(this::source);
		return this;
	}

	/**
	 * Changes settings of a source by its name, over what it says itself.
	 * @param source the source's name
	 * @param changes sets what changes
	 * @return this
	 */
	public Coalestra sourceSettings(String source, Consumer<SourceSettings.Builder> changes) {
		this.sourceSettings.merge(source, changes, Consumer::andThen);
		return this;
	}

	/**
	 * Declares resources that are fetched, seen and evicted together.
	 * @param group the group
	 * @return this
	 */
	public Coalestra group(ResourceGroup group) {
		this.groups.add(Objects.requireNonNull(group, "group"));
		return this;
	}

	/**
	 * Sets the freshness of keys.
	 * @param policies the policies; by default {@link Freshness#DEFAULT} for every key
	 * @return this
	 */
	public Coalestra freshness(KeyPolicies<Freshness> policies) {
		this.freshness = Objects.requireNonNull(policies, "freshness");
		return this;
	}

	/**
	 * Changes the freshness of keys.
	 * @param change answers the new policies, given the present ones
	 * @return this
	 */
	public Coalestra freshness(UnaryOperator<KeyPolicies<Freshness>> change) {
		return freshness(change.apply(this.freshness));
	}

	/**
	 * Sets the freshness of keys for which nothing else is said.
	 * @param policy the policy
	 * @return this
	 */
	public Coalestra defaultFreshness(Freshness policy) {
		return freshness(this.freshness.orElse(policy));
	}

	/**
	 * Sets the ranks of sources.
	 * @param policies the ranks; by default every source has rank 0
	 * @return this
	 */
	public Coalestra authority(KeyPolicies<SourceAuthority> policies) {
		this.authority = Objects.requireNonNull(policies, "authority");
		return this;
	}

	/**
	 * Sets what is done with values that say they were observed in the future.
	 * @param policy the policy; by default {@link ObservationPolicy#DEFAULT}
	 * @return this
	 */
	public Coalestra observation(ObservationPolicy policy) {
		this.observation = Objects.requireNonNull(policy, "observation");
		return this;
	}

	/**
	 * Sets how failures are met where nothing is said for a source.
	 * @param policy the policy; by default {@link Resilience#DEFAULT}
	 * @return this
	 */
	public Coalestra defaultResilience(Resilience policy) {
		this.resilience = Objects.requireNonNull(policy, "resilience");
		return this;
	}

	/**
	 * Sets how failures of a named source are met, before what the source says.
	 * @param source the source's name
	 * @param policy the policy
	 * @return this
	 */
	public Coalestra resilience(String source, Resilience policy) {
		this.resilienceBySource.put(source, Objects.requireNonNull(policy, "resilience"));
		return this;
	}

	/**
	 * Sets a function that decides by a source's name how its failures are met: after
	 * what was set by name, before what the source says. It is asked once a source.
	 * @param decide answers the policy, or null where it has no opinion
	 * @return this
	 */
	public Coalestra resilience(Function<String, @Nullable Resilience> decide) {
		this.resilienceFunction = Objects.requireNonNull(decide, "resilience");
		return this;
	}

	/**
	 * Sets the deadline of requests that state none.
	 * @param span how long after its beginning a build ends at the latest: more than
	 * zero; by default there is no bound
	 * @return this
	 */
	public Coalestra defaultDeadline(Duration span) {
		if (span.isZero() || span.isNegative()) {
			throw new IllegalArgumentException("defaultDeadline: " + span + " (expected: more than zero)");
		}
		this.defaultDeadline = span;
		return this;
	}

	/**
	 * Sets how far apart the values of requests may have been observed that say nothing
	 * about it.
	 * @param policy the policy; by default there is no bound
	 * @return this
	 */
	public Coalestra defaultConsistency(ConsistencyPolicy policy) {
		this.defaultConsistency = Objects.requireNonNull(policy, "defaultConsistency");
		return this;
	}

	/**
	 * Sets what requests that are not met come to, where they state no policy themselves.
	 * @param policy the policy; by default {@link DegradationPolicy#DEFAULT}
	 * @return this
	 */
	public Coalestra defaultDegradation(DegradationPolicy policy) {
		this.defaultDegradation = Objects.requireNonNull(policy, "defaultDegradation");
		return this;
	}

	/**
	 * Sets how many source calls run at a time, over all builds.
	 * @param value the limit: 1 or more; by default 16
	 * @return this
	 */
	public Coalestra maxConcurrency(int value) {
		this.maxConcurrency = requireAtLeast("maxConcurrency", value, 1);
		return this;
	}

	/**
	 * Sets how many answers of {@code supports} are remembered.
	 * @param value the bound: zero remembers none; by default 100,000
	 * @return this
	 */
	public Coalestra supportMemory(int value) {
		this.supportMemory = requireAtLeast("supportMemory", value, 0);
		return this;
	}

	/**
	 * Sets what is done with sources of which it is not sure that their calls end.
	 * @param value the rule; by default {@link TimeoutDeclarations#REQUIRED}
	 * @return this
	 */
	public Coalestra timeoutDeclarations(TimeoutDeclarations value) {
		this.timeoutDeclarations = Objects.requireNonNull(value, "timeoutDeclarations");
		return this;
	}

	/**
	 * Sets by how much a call may outlast what its client declared before that counts as
	 * a violation.
	 * @param value zero or more; by default 50 ms
	 * @return this
	 */
	public Coalestra transportTimeoutGrace(Duration value) {
		this.transportTimeoutGrace = requireNotNegative("transportTimeoutGrace", value);
		return this;
	}

	/**
	 * Sets by how much the time left by a deadline may fall short of a client's limit and
	 * the call is made all the same.
	 * @param value zero or more; by default zero
	 * @return this
	 */
	public Coalestra deadlineDispatchGrace(Duration value) {
		this.deadlineDispatchGrace = requireNotNegative("deadlineDispatchGrace", value);
		return this;
	}

	/**
	 * Sets the bounds of what is submitted to the publisher.
	 * @param value the bounds; by default {@link SubmissionSettings#DEFAULT}
	 * @return this
	 */
	public Coalestra submissions(SubmissionSettings value) {
		this.submissions = Objects.requireNonNull(value, "submissions");
		return this;
	}

	/**
	 * Sets the cache.
	 * @param value the cache, for one builder at a time and for
	 * {@linkplain #buildPublisher() publishers} over it; by default
	 * {@link SnapshotCache#bounded} with 10,000 entries
	 * @return this
	 */
	public Coalestra cache(SnapshotCache value) {
		this.cache = Objects.requireNonNull(value, "cache");
		return this;
	}

	/**
	 * Sets what copies objects of classes that are neither records nor of the JDK,
	 * wherever they are in a payload. JDK collections, maps, arrays, records and dates
	 * around them are copied as by default.
	 * @param value the copier; by default one for beans where Jackson is present, which
	 * is not asked any more, but may be called by this one
	 * @return this
	 * @see io.coalestra.json.JacksonPayloadCopier
	 */
	public Coalestra otherPayloadCopier(PayloadCopier value) {
		this.copier = new StructuralCopier(Objects.requireNonNull(value, "otherPayloadCopier"));
		return this;
	}

	/**
	 * Sets what copies payloads that are not proven immutable, all the way down.
	 * @param value the copier; by default one for JDK collections, maps, arrays, records
	 * and dates, and for beans where Jackson is present
	 * @return this
	 * @see #otherPayloadCopier
	 */
	public Coalestra payloadCopier(PayloadCopier value) {
		this.copier = Objects.requireNonNull(value, "payloadCopier");
		return this;
	}

	/**
	 * Sets the time.
	 * @param value the time source; by default {@link TimeSource#system()}
	 * @return this
	 */
	public Coalestra timeSource(TimeSource value) {
		this.timeSource = Objects.requireNonNull(value, "timeSource");
		return this;
	}

	/**
	 * Sets what runs the calls of sources.
	 * @param value the executor, which the builder does not close; by default a virtual
	 * thread a call. A bounded pool bounds calls beyond {@code maxConcurrency}, and a
	 * call that waits in its queue holds its permit
	 * @return this
	 */
	public Coalestra executor(ExecutorService value) {
		this.executor = Objects.requireNonNull(value, "executor");
		return this;
	}

	/**
	 * Sets what carries the context of the threads of builds to calls of sources.
	 * @param value the carrier; by default {@link ContextCarrier#NONE}
	 * @return this
	 */
	public Coalestra contextCarrier(ContextCarrier value) {
		this.contextCarrier = Objects.requireNonNull(value, "contextCarrier");
		return this;
	}

	/**
	 * Adds a sink of events.
	 * @param sink the sink
	 * @return this
	 */
	public Coalestra eventSink(EventSink sink) {
		this.eventSinks.add(Objects.requireNonNull(sink, "eventSink"));
		return this;
	}

	/**
	 * Sets the sink of metrics.
	 * @param sink the sink
	 * @return this
	 */
	public Coalestra metricSink(MetricSink sink) {
		this.metricSink = Objects.requireNonNull(sink, "metricSink");
		return this;
	}

	/**
	 * Sets what follows builds, calls of sources, refreshes and publications from their
	 * beginning to their end.
	 * @param watcher the watcher; by default {@link ActivityWatcher#NONE}, at no cost
	 * @return this
	 */
	public Coalestra activityWatcher(ActivityWatcher watcher) {
		this.activityWatcher = Objects.requireNonNull(watcher, "activityWatcher");
		return this;
	}

	/**
	 * Adds a listener that is told what builds came to that had left the warm path.
	 * @param listener the listener
	 * @return this
	 */
	public Coalestra buildListener(BuildListener listener) {
		this.buildListeners.add(Objects.requireNonNull(listener, "buildListener"));
		return this;
	}

	/**
	 * Sets before which sinks there is a buffer, so that a slow sink slows no read.
	 * @param value the rule; by default {@link SinkBuffering#AUTO}
	 * @return this
	 */
	public Coalestra sinkBuffering(SinkBuffering value) {
		this.sinkBuffering = Objects.requireNonNull(value, "sinkBuffering");
		return this;
	}

	/**
	 * Sets the bounds of the buffers before sinks.
	 * @param value the bounds; by default {@link BufferSettings#DEFAULT}
	 * @return this
	 */
	public Coalestra sinkBuffer(BufferSettings value) {
		this.sinkBuffer = Objects.requireNonNull(value, "sinkBuffer");
		return this;
	}

	/**
	 * Hands something over to be closed with the builder, such as the client of a source:
	 * when no call needs it any more, the last handed over first. A sink among them is
	 * closed after all others, once it has taken what its buffer held.
	 * @param resource what to close; handing it over again changes nothing
	 * @return this
	 */
	public Coalestra closing(AutoCloseable resource) {
		Objects.requireNonNull(resource, "resource");
		if (this.handedOver.add(resource)) {
			this.resources.add(resource);
		}
		return this;
	}

	/**
	 * Sets what draws jitter.
	 * @param value the generator, safe for concurrent use
	 * @return this
	 */
	public Coalestra random(RandomGenerator value) {
		this.random = Objects.requireNonNull(value, "random");
		return this;
	}

	/**
	 * Shares values, publications and invalidations with the builders of other nodes that
	 * use the same tier.
	 * @param tier the tier, which the builder does not close
	 * @return this
	 */
	public Coalestra sharedTier(SharedTier tier) {
		return sharedTier(tier, SharedTierOptions.DEFAULT);
	}

	/**
	 * Shares values, publications and invalidations with the builders of other nodes that
	 * use the same tier. Nodes must agree on freshness and authority.
	 * @param tier the tier, which the builder does not close; to have it closed, hand it
	 * to {@link #closing}
	 * @param options how it is used
	 * @return this
	 */
	public Coalestra sharedTier(SharedTier tier, SharedTierOptions options) {
		this.sharedTier = Objects.requireNonNull(tier, "sharedTier");
		this.sharedTierOptions = Objects.requireNonNull(options, "options");
		return this;
	}

	/**
	 * Makes the builder.
	 * @return the builder
	 * @throws IllegalArgumentException if something is wrong, with every fault in the
	 * message: what, where, and what to write instead
	 */
	public SnapshotBuilder build() {
		Inspection inspection = new Inspection();
		List<Source> configured = inspection.configured(this.sources, this.sourceSettings);
		inspection.names(this.sources, this.sourceSettings.keySet(), this.resilienceBySource.keySet());
		inspection.groups(this.groups);
		inspection.declarations(configured, this.timeoutDeclarations);
		TierSettings tier = (this.sharedTier != null) ? inspection.tier(this.sharedTier, this.sharedTierOptions) : null;
		inspection.end();
		SnapshotCache store = (this.cache != null) ? this.cache : SnapshotCache.bounded(10_000);
		return Engine.start(new EngineSettings(this.name, configured, List.copyOf(this.groups), this.freshness,
				this.authority, this.observation, resilienceChoice(), this.defaultDeadline, this.defaultConsistency,
				this.defaultDegradation, this.maxConcurrency, this.supportMemory, this.transportTimeoutGrace,
				this.deadlineDispatchGrace, this.submissions, store, this.copier, this.timeSource, this.executor,
				this.contextCarrier, List.copyOf(this.eventSinks), this.metricSink, this.activityWatcher,
				List.copyOf(this.buildListeners), this.sinkBuffering, this.sinkBuffer, List.copyOf(this.resources),
				this.random, tier));
	}

	private ResilienceChoice resilienceChoice() {
		return new ResilienceChoice(this.resilience, this.resilienceBySource, this.resilienceFunction);
	}

	/**
	 * Applies to a builder that is at work what can change there: freshness, ranks, the
	 * limit over all sources, and how each source is called. What else this configuration
	 * says is not looked at, and sources of the builder that it does not name stay as
	 * they are.
	 * @param builder the builder
	 * @throws IllegalArgumentException if something is wrong or cannot change, with every
	 * fault in the message; nothing has changed then
	 */
	public void reconfigure(SnapshotBuilder builder) {
		Inspection inspection = new Inspection();
		List<Source> configured = inspection.configured(this.sources, this.sourceSettings);
		inspection.names(this.sources, this.sourceSettings.keySet(), this.resilienceBySource.keySet());
		inspection.declarations(configured, this.timeoutDeclarations);
		Reconfiguration change = new Reconfiguration(configured, resilienceChoice(), this.freshness, this.authority,
				this.maxConcurrency);
		change.check(builder, inspection::found);
		inspection.end();
		change.apply(builder);
	}

	/**
	 * Makes a publisher on its own over the cache, which a builder may share. It takes
	 * the name, the ranks, the tolerance of clocks, the copier, the sinks and the bounds
	 * of submissions; what concerns reading is not used.
	 * @return the publisher
	 * @throws IllegalArgumentException if no cache is set, or sources are
	 */
	public StandalonePublisher buildPublisher() {
		if (this.cache == null) {
			throw new IllegalArgumentException("cache: none (expected: the cache to publish to)");
		}
		if (!this.sources.isEmpty()) {
			throw new IllegalArgumentException("sources: " + this.sources.stream().map(Source::name).toList()
					+ " (expected: none, a publisher asks none)");
		}
		RevisionStore store = new RevisionStore(this.cache, this.name, this.freshness, this.authority, this.random,
				RevisionStore.Dating.PROVISIONAL);
		Executor writer = (this.executor != null) ? this.executor
				: (task) -> Thread.ofVirtual().name("coalestra-" + this.name + "-publisher").start(task);
		Sinks sinks = new Sinks(this.eventSinks, this.metricSink, this.sinkBuffering, this.sinkBuffer);
		return new CachePublisher(store, new PayloadIsolation(this.copier),
				new Signals(sinks, this.timeSource, this.name, this.activityWatcher), this.timeSource, this.observation,
				this.submissions, writer, this.name,
				() -> sinks.close(CloseOptions.DEFAULT.sinks(), BufferedSink.Rest.DELIVER).join(), null);
	}

	private static int requireAtLeast(String option, int value, int least) {
		if (value < least) {
			throw new IllegalArgumentException(option + ": " + value + " (expected: " + least + " or more)");
		}
		return value;
	}

	private static Duration requireNotNegative(String option, Duration value) {
		if (value.isNegative()) {
			throw new IllegalArgumentException(option + ": " + value + " (expected: not negative)");
		}
		return value;
	}

	/**
	 * What is done with sources of which it is not sure that their calls end.
	 */
	public enum TimeoutDeclarations {

		/** A source that declares nothing, or something unsafe, is refused. */
		REQUIRED,

		/**
		 * A source that declares nothing is let in and reported; an unsafe one is
		 * refused.
		 */
		REPORTED,

		/** Every source is let in; unsafe ones are reported as critical. */
		UNSAFE_ALLOWED

	}

}
