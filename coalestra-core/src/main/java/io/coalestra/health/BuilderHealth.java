package io.coalestra.health;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.ToLongFunction;

import io.coalestra.cache.CacheStatistics;
import io.coalestra.publish.SubmissionStatistics;
import io.coalestra.signal.BufferStatistics;
import io.coalestra.source.TimeoutGuarantee;
import org.jspecify.annotations.Nullable;

/**
 * The state of a builder at one moment, taken from counters alone: no source is asked, no
 * lock is waited for, and nothing in it names a subject or a qualifier.
 *
 * @param takenAt when
 * @param builder the builder's name
 * @param closed whether the builder was closed
 * @param backgroundRefreshes refreshes in progress
 * @param flights reads in progress
 * @param oldestFlight how long the oldest of them has been going, or null when there is
 * none
 * @param rememberedSupport remembered answers of {@code supports}
 * @param capacity permits by limiter: {@code __global__} and each limited source
 * @param cache what the cache has done
 * @param circuits circuits that are not closed and at rest, by source and scope
 * @param runningCalls calls of sources that have not ended, runaways included
 * @param runawayCalls calls that were given up and have not ended, by source
 * @param queueTimeouts calls that got no permit in time
 * @param sourceTimeouts calls that outlasted their source's time limit
 * @param deadlinesExceeded calls and waits that a deadline ended
 * @param inlineOverruns calls of inline sources that held their caller past its time, by
 * source
 * @param timeoutGuarantees what the sources declare about time
 * @param transportTimeoutViolations calls that outlasted what their client declared, by
 * source
 * @param buffers what the buffers before sinks have done
 * @param containedSinkFailures exceptions of sinks that were contained on the path of
 * builds
 * @param revalidations how often sessions were to be revalidated
 * @param payloadCopies what copying payloads has come to
 * @param submissions what was submitted to the publisher
 * @param subscriptions what the subscriptions have done
 * @param components what works beside the builder and reports with it
 */
public record BuilderHealth(Instant takenAt, String builder, boolean closed, long backgroundRefreshes, long flights,
		@Nullable Duration oldestFlight, long rememberedSupport, Map<String, Capacity> capacity, CacheStatistics cache,
		List<CircuitCount> circuits, long runningCalls, Map<String, Long> runawayCalls, long queueTimeouts,
		long sourceTimeouts, long deadlinesExceeded, Map<String, Long> inlineOverruns,
		Map<String, TimeoutGuarantee> timeoutGuarantees, Map<String, Long> transportTimeoutViolations,
		Map<String, BufferStatistics> buffers, long containedSinkFailures, Revalidations revalidations,
		PayloadCopyHealth payloadCopies, SubmissionStatistics submissions, Subscriptions subscriptions,
		Map<String, ComponentHealth> components) {

	/**
	 * Checks and copies; maps are sorted by name.
	 */
	public BuilderHealth {
		Objects.requireNonNull(takenAt, "takenAt");
		Objects.requireNonNull(builder, "builder");
		Objects.requireNonNull(cache, "cache");
		Objects.requireNonNull(payloadCopies, "payloadCopies");
		Objects.requireNonNull(submissions, "submissions");
		Objects.requireNonNull(subscriptions, "subscriptions");
		capacity = Collections.unmodifiableMap(new TreeMap<>(capacity));
		circuits = List.copyOf(circuits);
		runawayCalls = Collections.unmodifiableMap(new TreeMap<>(runawayCalls));
		inlineOverruns = Collections.unmodifiableMap(new TreeMap<>(inlineOverruns));
		timeoutGuarantees = Collections.unmodifiableMap(new TreeMap<>(timeoutGuarantees));
		transportTimeoutViolations = Collections.unmodifiableMap(new TreeMap<>(transportTimeoutViolations));
		buffers = Collections.unmodifiableMap(new TreeMap<>(buffers));
		components = Collections.unmodifiableMap(new TreeMap<>(components));
	}

	/**
	 * Returns how many calls wait for a permit, over all limiters.
	 * @return the number of waiting calls
	 */
	public long waitingForCapacity() {
		return this.capacity.values().stream().mapToLong(Capacity::waiting).sum();
	}

	/**
	 * Returns the calls that outlasted what their client declared, over all sources.
	 * @return the number of calls
	 */
	public long transportTimeoutViolationCount() {
		return sum(this.transportTimeoutViolations);
	}

	/**
	 * Returns the inline calls that held their caller past its time, over all sources.
	 * @return the number of calls
	 */
	public long inlineOverrunCount() {
		return sum(this.inlineOverruns);
	}

	private static long sum(Map<String, Long> counts) {
		return counts.values().stream().mapToLong(Long::longValue).sum();
	}

	/**
	 * Returns the records that wait for sinks, over all buffers.
	 * @return the number of records
	 */
	public long pendingSinkRecords() {
		return sum(BufferStatistics::pending);
	}

	/**
	 * Returns the records that sinks did not get, over all buffers.
	 * @return the number of records
	 */
	public long droppedSinkRecords() {
		return sum(BufferStatistics::dropped);
	}

	/**
	 * Returns the exceptions of sinks: those contained on the path of builds, and those
	 * contained by buffers.
	 * @return the number of exceptions
	 */
	public long sinkFailures() {
		return this.containedSinkFailures + sum(BufferStatistics::failures);
	}

	/**
	 * Returns how often closing a buffer took longer than it was given.
	 * @return the number of times
	 */
	public long sinkShutdownTimeouts() {
		return sum(BufferStatistics::shutdownTimeouts);
	}

	private long sum(ToLongFunction<BufferStatistics> number) {
		return this.buffers.values().stream().mapToLong(number).sum();
	}

	/**
	 * Judges the state by the default policy. Counters are not judged: since when they
	 * count is not known.
	 * @return the assessment
	 */
	public HealthAssessment assess() {
		return assess(HealthPolicy.DEFAULT);
	}

	/**
	 * Judges the state. Counters are not judged: since when they count is not known.
	 * @param policy from where on something is a finding
	 * @return the assessment
	 */
	public HealthAssessment assess(HealthPolicy policy) {
		return new Assessor(this, policy).assess(null);
	}

	/**
	 * Judges the state, and by how much counters of faults have grown. A counter that is
	 * smaller than before, as after a restart, has not grown.
	 * @param policy from where on something is a finding
	 * @param previous an earlier state
	 * @return the assessment
	 */
	public HealthAssessment assess(HealthPolicy policy, BuilderHealth previous) {
		return new Assessor(this, policy).assess(Objects.requireNonNull(previous, "previous"));
	}

	/**
	 * Writes the versioned form {@code coalestra.builder-health} with the assessment of
	 * {@link #assess()}.
	 * @return maps, lists, strings, numbers, booleans and nulls
	 */
	public Map<String, @Nullable Object> toMap() {
		return toMap(assess());
	}

	/**
	 * Writes the versioned form {@code coalestra.builder-health}. Readers branch on its
	 * version and pass over fields that they do not know.
	 * @param assessment is written with it
	 * @return maps, lists, strings, numbers, booleans and nulls
	 */
	public Map<String, @Nullable Object> toMap(HealthAssessment assessment) {
		return HealthForm.of(this, assessment);
	}

	/**
	 * Permits of one limiter.
	 *
	 * @param limit how many there are
	 * @param inUse how many are taken
	 * @param waiting how many calls wait for one
	 */
	public record Capacity(int limit, int inUse, int waiting) {
	}

	/**
	 * Revalidations of sessions.
	 *
	 * @param attempts how many were begun
	 * @param failures how many replaced nothing
	 */
	public record Revalidations(long attempts, long failures) {
	}

	/**
	 * What the subscriptions have done.
	 *
	 * @param active subscriptions that have not ended
	 * @param watchedKeys keys of which a change concerns one of them
	 * @param delivered snapshots delivered
	 * @param failedBuilds builds that failed; each is tried again
	 * @param failedSubscribers subscribers that threw, and so ended their subscription
	 */
	public record Subscriptions(int active, int watchedKeys, long delivered, long failedBuilds,
			long failedSubscribers) {
	}

	/**
	 * Circuits of one source in one state.
	 *
	 * @param source the source's name
	 * @param scope what shares one circuit, in lower case
	 * @param state {@code open} or {@code half_open}
	 * @param count how many there are
	 */
	public record CircuitCount(String source, String scope, String state, long count) {
	}

}
