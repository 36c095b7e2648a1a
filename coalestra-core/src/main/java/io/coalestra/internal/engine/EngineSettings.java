package io.coalestra.internal.engine;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.random.RandomGenerator;

import io.coalestra.cache.PayloadCopier;
import io.coalestra.cache.SnapshotCache;
import io.coalestra.internal.tier.TierSettings;
import io.coalestra.key.ResourceGroup;
import io.coalestra.policy.ConsistencyPolicy;
import io.coalestra.policy.DegradationPolicy;
import io.coalestra.policy.Freshness;
import io.coalestra.policy.KeyPolicies;
import io.coalestra.policy.ObservationPolicy;
import io.coalestra.policy.SourceAuthority;
import io.coalestra.publish.SubmissionSettings;
import io.coalestra.signal.ActivityWatcher;
import io.coalestra.signal.BufferSettings;
import io.coalestra.signal.EventSink;
import io.coalestra.signal.MetricSink;
import io.coalestra.signal.SinkBuffering;
import io.coalestra.snapshot.BuildListener;
import io.coalestra.source.ContextCarrier;
import io.coalestra.source.Source;
import io.coalestra.time.TimeSource;
import org.jspecify.annotations.Nullable;

/**
 * Everything that a builder was configured with, checked.
 *
 * @param name the builder's name, the origin of its versions
 * @param sources the sources in order of registration, settings of the configuration laid
 * over theirs
 * @param groups what is fetched and seen together
 * @param freshness the freshness of keys
 * @param authority the ranks of sources
 * @param observation what is done with future observations
 * @param resilience how failures are met, by source
 * @param defaultDeadline the deadline of requests that state none, or null
 * @param defaultConsistency the consistency of requests that state none, or null
 * @param defaultDegradation what requests come to that state no policy, or null
 * @param maxConcurrency how many source calls run at a time
 * @param supportMemory how many answers of {@code supports} are remembered
 * @param transportTimeoutGrace by how much a call may outlast what its client declared
 * @param deadlineDispatchGrace by how much a deadline may fall short of a client's limit
 * @param submissions the bounds of what is submitted to the publisher
 * @param cache the cache
 * @param copier copies payloads that are not proven immutable
 * @param timeSource the time
 * @param executor runs calls of sources, or null for own virtual threads
 * @param contextCarrier carries what is bound to the threads of builds to calls
 * @param eventSinks take the events
 * @param metricSink takes the metrics
 * @param watcher follows what is done
 * @param buildListeners are told what builds came to
 * @param sinkBuffering before which sinks there is a buffer
 * @param sinkBuffer the bounds of the buffers
 * @param resources what is closed with the builder, in the order of handing over
 * @param random draws jitter
 * @param sharedTier what is shared with other nodes, or null
 */
public record EngineSettings(String name, List<Source> sources, List<ResourceGroup> groups,
		KeyPolicies<Freshness> freshness, KeyPolicies<SourceAuthority> authority, ObservationPolicy observation,
		ResilienceChoice resilience, @Nullable Duration defaultDeadline, @Nullable ConsistencyPolicy defaultConsistency,
		@Nullable DegradationPolicy defaultDegradation, int maxConcurrency, int supportMemory,
		Duration transportTimeoutGrace, Duration deadlineDispatchGrace, SubmissionSettings submissions,
		SnapshotCache cache, PayloadCopier copier, TimeSource timeSource, @Nullable ExecutorService executor,
		ContextCarrier contextCarrier, List<EventSink> eventSinks, MetricSink metricSink, ActivityWatcher watcher,
		List<BuildListener> buildListeners, SinkBuffering sinkBuffering, BufferSettings sinkBuffer,
		List<AutoCloseable> resources, RandomGenerator random, @Nullable TierSettings sharedTier) {
}
