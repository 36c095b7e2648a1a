package io.coalestra.spring.boot.autoconfigure;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.coalestra.batch.Window;
import io.coalestra.policy.CircuitScope;
import io.coalestra.policy.DegradationPolicy.Response;
import io.coalestra.policy.Participants;
import io.coalestra.policy.RefreshMode;
import io.coalestra.policy.Remedy;
import io.coalestra.signal.Overflow;
import io.coalestra.signal.SinkBuffering;
import io.coalestra.source.AbandonedCalls;
import io.coalestra.spring.boot.web.KeyDisplay;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.logging.LogLevel;

/**
 * What {@code coalestra.*} says. Values are checked where they are mapped, so that every
 * fault is reported under the name of its property, together with the others.
 *
 * @param name Name of the builder, which is the origin of the versions that it gives.
 * Drawn at random when it is not set; no two running instances may share one.
 * @param defaultDeadline How long after its beginning a build ends at the latest, where
 * its request states no deadline. Without bound when it is not set.
 * @param maxConcurrency How many source calls run at a time, over all builds.
 * @param requireTimeoutDeclarations Whether a source that does not declare how its calls
 * end is refused. Otherwise it is a finding of the health.
 * @param allowUnsafeBlockingSources Whether a source is let in whose client's time limit
 * is not below its own. It is then a critical finding of the health.
 * @param transportTimeoutGrace By how much a call may outlast what its client declared
 * before that counts as a violation.
 * @param deadlineDispatchGrace By how much the time left by a deadline may fall short of
 * a client's limit and the call is made all the same.
 * @param supportMemory How many answers of "supports" are remembered.
 * @param unknownSources What is done with a name under "coalestra.sources" that no Source
 * bean has.
 * @param cache Bounds of the local cache.
 * @param freshness Freshness by pattern ("[market:*]") or exact key
 * ("[market:price:BTC]"), and under "default" for all others.
 * @param observation What is done with values that say they were observed in the future.
 * @param consistency How far apart the values of one snapshot may have been observed,
 * where its request says nothing.
 * @param degradation What a request comes to that is not met, where it says nothing
 * itself and no exception is thrown.
 * @param authority Ranks of sources, which decide whose value may stay in the cache.
 * @param defaults How failures are met where a source says nothing itself.
 * @param bases Named groups of settings that sources build on.
 * @param sources Settings of sources by name, over what they say in code.
 * @param events Where the events of the engine go.
 * @param observations What is observed of what the builder does, where Micrometer's
 * observations are there.
 * @param submissions What is submitted to the publisher and not yet written.
 * @param explain What is kept of the latest builds.
 * @param context What of the context of the threads of builds reaches calls of sources.
 * @param health From where on the state of the builder is degraded or critical.
 * @param web What web applications answer where a snapshot cannot be made.
 * @param shutdown How much time the steps of closing the builder have.
 */
@ConfigurationProperties("coalestra")
public record CoalestraProperties(@Nullable String name, @Nullable Duration defaultDeadline,
		@DefaultValue("16") int maxConcurrency, @DefaultValue("true") boolean requireTimeoutDeclarations,
		@DefaultValue("false") boolean allowUnsafeBlockingSources, @DefaultValue("50ms") Duration transportTimeoutGrace,
		@DefaultValue("0ms") Duration deadlineDispatchGrace, @DefaultValue("100000") int supportMemory,
		@DefaultValue("fail") UnknownSources unknownSources, @DefaultValue Cache cache,
		@DefaultValue Map<String, FreshnessRule> freshness, @DefaultValue Observation observation,
		@DefaultValue Consistency consistency, @DefaultValue Degradation degradation, @DefaultValue Authority authority,
		@DefaultValue Defaults defaults, @DefaultValue Map<String, SourceRule> bases,
		@DefaultValue Map<String, SourceRule> sources, @DefaultValue Events events,
		@DefaultValue Observations observations, @DefaultValue Submissions submissions, @DefaultValue Explain explain,
		@DefaultValue Context context, @DefaultValue Health health, @DefaultValue Web web,
		@DefaultValue Shutdown shutdown) {

	/**
	 * The properties of an application that sets none, as binding them would make them.
	 */
	static final CoalestraProperties UNSET = new CoalestraProperties(null, null, 16, true, false, Duration.ofMillis(50),
			Duration.ZERO, 100_000, UnknownSources.FAIL, new Cache(10_000), Map.of(),
			new Observation(Duration.ofSeconds(1), true), new Consistency(null, Participants.REQUIRED, Remedy.REJECT),
			new Degradation(null, null, null, null, null, null, null, null, null), new Authority(0, Map.of(), Map.of()),
			new Defaults(null, null), Map.of(), Map.of(),
			new Events(null, false, SinkBuffering.AUTO, 10_000, Overflow.DROP_OLDEST),
			new Observations(true, KeyDisplay.SHOWN, Observations.ObservedWarmBuilds.TRACED),
			new Submissions(1024, Duration.ofSeconds(5)), new Explain(0), new Context(true, true, List.of()),
			new Health(Duration.ofSeconds(60), 1, 1.0, 0.5, 0.9, 1, Duration.ofMinutes(1), 1, 5),
			new Web(true, KeyDisplay.HIDDEN),
			new Shutdown(Duration.ofSeconds(5), Duration.ofSeconds(1), Duration.ofSeconds(5), Duration.ofSeconds(5)));

	/**
	 * Copies.
	 */
	public CoalestraProperties {
		freshness = copyOf(freshness);
		bases = copyOf(bases);
		sources = copyOf(sources);
	}

	/**
	 * Returns whether they are those of an application that sets none. Comparing them
	 * value by value would be felt at the start.
	 * @return true if nothing was bound
	 */
	@SuppressWarnings("ReferenceEquality")
	boolean areUnset() {
		return this == UNSET;
	}

	// Map.copyOf would lose the order, in which faults are reported.
	private static <V> Map<String, V> copyOf(Map<String, V> map) {
		return Collections.unmodifiableMap(new LinkedHashMap<>(map));
	}

	/**
	 * What is done with settings of a source that does not exist.
	 */
	public enum UnknownSources {

		/** The application does not start. */
		FAIL,

		/** A warning is logged. */
		WARN

	}

	/**
	 * Bounds of the local cache.
	 *
	 * @param maxEntries Most entries of the local cache. Not used where the application
	 * has a SnapshotCache bean.
	 */
	public record Cache(@DefaultValue("10000") long maxEntries) {
	}

	/**
	 * Freshness of some keys. What is left out is taken from the default.
	 *
	 * @param ttl How long a value is fresh.
	 * @param maxStale Age up to which a value may serve at all; at least the ttl.
	 * @param staleOnError Whether a stale value may stand in where every source fails.
	 * @param refreshMode When a value is read again.
	 * @param refreshAhead How long before the end of the ttl a fresh value is read again;
	 * only with the refresh-ahead mode.
	 * @param absentTtl How long the answer "does not exist" is believed.
	 * @param jitter Largest part of the ttl that is taken off at random, so that values
	 * loaded together expire apart: 0 to 1.
	 * @param earlyRefresh How eagerly values that are slow to read are read again before
	 * their end: 0 turns it off, 1 is the usual.
	 */
	public record FreshnessRule(@Nullable Duration ttl, @Nullable Duration maxStale, @Nullable Boolean staleOnError,
			@Nullable RefreshMode refreshMode, @Nullable Duration refreshAhead, @Nullable Duration absentTtl,
			@Nullable Double jitter, @Nullable Double earlyRefresh) {
	}

	/**
	 * What is done with values that say they were observed in the future.
	 *
	 * @param futureTolerance How far ahead of the own clock an observation may lie.
	 * @param rejectFutureObservations Whether a value further ahead is refused. Otherwise
	 * its age counts as zero.
	 */
	public record Observation(@DefaultValue("1s") Duration futureTolerance,
			@DefaultValue("true") boolean rejectFutureObservations) {
	}

	/**
	 * How far apart the values of one snapshot may have been observed, where its request
	 * says nothing.
	 *
	 * @param maxSkew Most time between the oldest and the newest observation. Without
	 * bound when it is not set.
	 * @param participants Which keys are compared.
	 * @param remedy What is done when they are further apart.
	 */
	public record Consistency(@Nullable Duration maxSkew, @DefaultValue("required") Participants participants,
			@DefaultValue("reject") Remedy remedy) {
	}

	/**
	 * What a request comes to that is not met, where it says nothing itself and no
	 * exception is thrown. What is left out is as in DegradationPolicy.DEFAULT.
	 *
	 * @param minimumResolved How many keys must have an answer for the result not to be
	 * rejected.
	 * @param minimumResolvedRequired How many required keys must have an answer for the
	 * result not to be rejected.
	 * @param requiredKey What a required key without a value comes to.
	 * @param optionalKey What an optional key that failed comes to.
	 * @param consistency What values come to that were observed too far apart.
	 * @param acceptance What an acceptance policy comes to that is not met.
	 * @param acceptedActions Comma-separated list of what an accepted result allows.
	 * @param degradedActions Comma-separated list of what a degraded result allows.
	 * @param rejectedActions Comma-separated list of what a rejected result allows.
	 */
	public record Degradation(@Nullable Integer minimumResolved, @Nullable Integer minimumResolvedRequired,
			@Nullable Response requiredKey, @Nullable Response optionalKey, @Nullable Response consistency,
			@Nullable Response acceptance, @Nullable List<String> acceptedActions,
			@Nullable List<String> degradedActions, @Nullable List<String> rejectedActions) {
	}

	/**
	 * Ranks of sources.
	 *
	 * @param defaultRank Rank of sources that are not named.
	 * @param ranks Rank by name of source or of publisher; the higher counts more.
	 * @param patterns Ranks for the keys that match a pattern ("[market:*]") or for an
	 * exact key.
	 */
	public record Authority(@DefaultValue("0") int defaultRank, @DefaultValue Map<String, Integer> ranks,
			@DefaultValue Map<String, AuthorityRule> patterns) {

		/**
		 * Copies.
		 */
		public Authority {
			ranks = copyOf(ranks);
			patterns = copyOf(patterns);
		}

	}

	/**
	 * Ranks of sources for some keys, over those for all.
	 *
	 * @param defaultRank Rank of sources that are not named.
	 * @param ranks Rank by name of source or of publisher; the higher counts more.
	 */
	public record AuthorityRule(@Nullable Integer defaultRank, @DefaultValue Map<String, Integer> ranks) {

		/**
		 * Copies.
		 */
		public AuthorityRule {
			ranks = copyOf(ranks);
		}

	}

	/**
	 * How failures are met where a source says nothing itself.
	 *
	 * @param retry How often a failed call is made again.
	 * @param circuit When a source that keeps failing is left alone.
	 */
	public record Defaults(@Nullable Retry retry, @Nullable Circuit circuit) {
	}

	/**
	 * Settings of a source, or a base of such settings.
	 *
	 * @param base Name under "coalestra.bases" of the settings that these build on.
	 * @param priority Order of asking; the highest is asked first.
	 * @param timeout How long one call may take, once it has a permit.
	 * @param queueTimeout How long a call may wait for a permit; as long as it may take
	 * where this is not set.
	 * @param maxConcurrency How many calls may run at a time.
	 * @param adaptiveConcurrency Between which bounds the limit on calls follows their
	 * latency, in place of max-concurrency.
	 * @param maxBatchSize How many keys one call of a batch source may have.
	 * @param window How long keys of different builds gather at most for one call of a
	 * batch source; zero turns it off.
	 * @param windowKind What ends the gathering beside the length of the window.
	 * @param transportTimeout Time limit of the source's own client, below the timeout.
	 * @param nonBlocking Whether its calls never block, so that it needs no transport
	 * timeout. Only true can be said; what the code declares cannot be taken back.
	 * @param rememberSupport Whether its answers of "supports" are remembered. Only false
	 * can be said.
	 * @param hedgeAfter After how long without an answer the next source is asked as
	 * well.
	 * @param abandonedCalls What becomes of a call that nobody waits for any more.
	 * @param retry How often a failed call is made again.
	 * @param circuit When the source is left alone.
	 */
	public record SourceRule(@Nullable String base, @Nullable Integer priority, @Nullable Duration timeout,
			@Nullable Duration queueTimeout, @Nullable Integer maxConcurrency, @Nullable Adaptive adaptiveConcurrency,
			@Nullable Integer maxBatchSize, @Nullable Duration window, Window.@Nullable Kind windowKind,
			@Nullable Duration transportTimeout, @Nullable Boolean nonBlocking, @Nullable Boolean rememberSupport,
			@Nullable Duration hedgeAfter, @Nullable AbandonedCalls abandonedCalls, @Nullable Retry retry,
			@Nullable Circuit circuit) {
	}

	/**
	 * How often a failed call is made again. What is left out is taken from the level
	 * below: from the base, then from the source's code, then from the defaults.
	 *
	 * @param maxAttempts How many calls are made in all.
	 * @param baseDelay First delay, doubled with each further attempt.
	 * @param maxDelay Longest delay.
	 * @param jitterRatio How far a delay is spread to either side: 0 to 1.
	 */
	public record Retry(@Nullable Integer maxAttempts, @Nullable Duration baseDelay, @Nullable Duration maxDelay,
			@Nullable Double jitterRatio) {
	}

	/**
	 * When a source that keeps failing is left alone. What is left out is taken from the
	 * level below, as with retry.
	 *
	 * @param enabled Whether there is a circuit at all.
	 * @param scope What shares one circuit.
	 * @param failureThreshold How many failures in a row open the circuit: 1 to 1000.
	 * @param recoveryTimeout How long it stays open before one call may probe.
	 */
	public record Circuit(@Nullable Boolean enabled, @Nullable CircuitScope scope, @Nullable Integer failureThreshold,
			@Nullable Duration recoveryTimeout) {
	}

	/**
	 * Where the events of the engine go, beside the EventSink beans.
	 *
	 * @param logLevel Level at which events are logged by the logger "coalestra". They
	 * are not logged when it is not set, or off.
	 * @param publish Whether events are published to the application's event listeners.
	 * @param buffering Before which sinks of events and metrics there is a buffer.
	 * @param maxPending How many records one buffer holds at most.
	 * @param overflow What a full buffer does with one more record.
	 */
	public record Events(@Nullable LogLevel logLevel, @DefaultValue("false") boolean publish,
			@DefaultValue("auto") SinkBuffering buffering, @DefaultValue("10000") int maxPending,
			@DefaultValue("drop-oldest") Overflow overflow) {
	}

	/**
	 * What is observed of what the builder does.
	 *
	 * @param enabled Whether builds, calls of sources, refreshes, publications and bulk
	 * calls are observed at all.
	 * @param keys Whether observations tell the first keys, which name subjects, as a key
	 * value of high cardinality.
	 * @param warmBuilds Which builds are observed that the cache alone has answered.
	 */
	public record Observations(@DefaultValue("true") boolean enabled, @DefaultValue("shown") KeyDisplay keys,
			@DefaultValue("traced") ObservedWarmBuilds warmBuilds) {

		/**
		 * Which builds are observed that the cache alone has answered.
		 */
		public enum ObservedWarmBuilds {

			/** All, if a handler other than those of meters wants them. */
			TRACED,

			/** All. */
			ALWAYS,

			/** None. */
			NEVER

		}

	}

	/**
	 * What is submitted to the publisher and not yet written.
	 *
	 * @param maxPending How many submissions may wait or be being written; above, they
	 * are refused.
	 * @param drainLimit How long closing waits for them.
	 */
	public record Submissions(@DefaultValue("1024") int maxPending, @DefaultValue("5s") Duration drainLimit) {
	}

	/**
	 * What is kept of the latest builds.
	 *
	 * @param size How many builds that had left the warm path the endpoint
	 * "coalestraexplain" can explain. Zero keeps none.
	 */
	public record Explain(@DefaultValue("0") int size) {
	}

	/**
	 * Bounds between which the limit on calls of a source follows their latency.
	 *
	 * @param minimum Least number of calls at a time.
	 * @param maximum Most calls at a time.
	 * @param tolerance How many times the quickest latency is still good: above 1.
	 */
	public record Adaptive(@DefaultValue("1") int minimum, @DefaultValue("16") int maximum,
			@DefaultValue("2.0") double tolerance) {
	}

	/**
	 * What of the context of the threads of builds reaches calls of sources.
	 *
	 * @param propagate Whether what is bound to the thread of a build does, where
	 * Micrometer's context propagation is there.
	 * @param taskDecorators Whether the application's TaskDecorator beans decorate calls
	 * of sources, as they do tasks of Spring's executors.
	 * @param excludedKeys Comma-separated list of the keys of accessors whose values are
	 * not carried.
	 */
	public record Context(@DefaultValue("true") boolean propagate, @DefaultValue("true") boolean taskDecorators,
			@DefaultValue List<String> excludedKeys) {

		/**
		 * Copies.
		 */
		public Context {
			excludedKeys = List.copyOf(excludedKeys);
		}

	}

	/**
	 * From where on the state of the builder is degraded or critical.
	 *
	 * @param baselineAge How old the sample is with which counters are compared. Zero
	 * compares with none.
	 * @param capacityWaitingDegraded How many calls that wait for permits of one limiter
	 * are a finding.
	 * @param capacityWaitingCriticalRatio Which ratio of waiting calls to permits is
	 * critical.
	 * @param bufferBacklogDegradedRatio Which part of a sink's buffer that is taken is a
	 * finding: above 0, at most 1.
	 * @param bufferBacklogCriticalRatio Which part of a sink's buffer that is taken is
	 * critical: at most 1.
	 * @param runawayCallsDegraded How many calls of one source that were given up and
	 * have not ended are a finding.
	 * @param flightAgeDegraded From which age on a read in progress is a finding.
	 * @param counterDeltaDegraded How many faults of one kind since the baseline are a
	 * finding.
	 * @param counterDeltaCritical How many faults of one kind since the baseline are
	 * critical.
	 */
	public record Health(@DefaultValue("60s") Duration baselineAge, @DefaultValue("1") int capacityWaitingDegraded,
			@DefaultValue("1.0") double capacityWaitingCriticalRatio,
			@DefaultValue("0.5") double bufferBacklogDegradedRatio,
			@DefaultValue("0.9") double bufferBacklogCriticalRatio, @DefaultValue("1") int runawayCallsDegraded,
			@DefaultValue("1m") Duration flightAgeDegraded, @DefaultValue("1") long counterDeltaDegraded,
			@DefaultValue("5") long counterDeltaCritical) {
	}

	/**
	 * What web applications answer where a snapshot cannot be made.
	 *
	 * @param problemDetails Whether a failed build is answered with a problem detail.
	 * @param keys Whether it tells keys, which name subjects.
	 */
	public record Web(@DefaultValue("true") boolean problemDetails, @DefaultValue("hidden") KeyDisplay keys) {
	}

	/**
	 * How much time the steps of closing the builder have. Together they should fit into
	 * "spring.lifecycle.timeout-per-shutdown-phase".
	 *
	 * @param drain How long reads and refreshes in progress may go on before they fail.
	 * @param calls How long interrupted calls of sources may take to end.
	 * @param resources How long closing what was handed to the builder may take.
	 * @param sinks How long sinks have to take what their buffers hold.
	 */
	public record Shutdown(@DefaultValue("5s") Duration drain, @DefaultValue("1s") Duration calls,
			@DefaultValue("5s") Duration resources, @DefaultValue("5s") Duration sinks) {
	}

}
