package io.coalestra.snapshot;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

import io.coalestra.cache.SessionToken;
import io.coalestra.key.ResourceKey;
import io.coalestra.key.ResourceKeys;
import io.coalestra.policy.AcceptancePolicy;
import io.coalestra.policy.ConsistencyPolicy;
import io.coalestra.policy.DegradationPolicy;
import org.jspecify.annotations.Nullable;

/**
 * What a caller asks for: keys, of which it requires some, the limits of patience and
 * age, and what makes the answer good enough.
 *
 * <p>
 * Compiled once, when it is made: it holds its keys in order with an index over them, so
 * that a request that is kept and built again costs nothing but the reads. Immutable and
 * safe for concurrent use; each method returns a new request.
 */
public final class SnapshotRequest {

	private static final Options DEFAULTS = new Options();

	private final ResourceKeys keys;

	private final int requiredCount;

	private final Options options;

	// What a warm build asks, worked out once: most requests are built again and again.

	private final boolean acceptsCached;

	private final boolean judged;

	private SnapshotRequest(ResourceKeys keys, int requiredCount, Options options) {
		this.keys = keys;
		this.requiredCount = requiredCount;
		this.options = options;
		this.acceptsCached = options.maxAge == null && options.cacheUse == CacheUse.READ && options.token.isEmpty();
		this.judged = options.consistency != null || options.acceptance != null;
	}

	/**
	 * Asks for keys that must have a value: if one has none, the build fails.
	 * @param keys the keys, at least one; duplicates collapse onto their first position
	 * @return the request
	 * @throws IllegalArgumentException if there is no key
	 */
	public static SnapshotRequest require(ResourceKey<?>... keys) {
		return required(ResourceKeys.of(keys));
	}

	/**
	 * Asks for keys that must have a value: if one has none, the build fails.
	 * @param keys the keys, at least one; duplicates collapse onto their first position
	 * @return the request
	 * @throws IllegalArgumentException if there is no key
	 */
	public static SnapshotRequest require(Collection<? extends ResourceKey<?>> keys) {
		return required(ResourceKeys.of(keys));
	}

	/**
	 * Asks for keys that may have a value: those that have none are reported, and fail
	 * nothing.
	 * @param keys the keys, at least one; duplicates collapse onto their first position
	 * @return the request
	 * @throws IllegalArgumentException if there is no key
	 */
	public static SnapshotRequest prefer(Collection<? extends ResourceKey<?>> keys) {
		return new SnapshotRequest(requireNotEmpty(ResourceKeys.of(keys)), 0, DEFAULTS);
	}

	/**
	 * Asks for keys that may have a value: those that have none are reported, and fail
	 * nothing.
	 * @param keys the keys, at least one; duplicates collapse onto their first position
	 * @return the request
	 * @throws IllegalArgumentException if there is no key
	 */
	public static SnapshotRequest prefer(ResourceKey<?>... keys) {
		return prefer(Arrays.asList(keys));
	}

	private static SnapshotRequest required(ResourceKeys keys) {
		return new SnapshotRequest(requireNotEmpty(keys), keys.size(), DEFAULTS);
	}

	private static ResourceKeys requireNotEmpty(ResourceKeys keys) {
		if (keys.isEmpty()) {
			throw new IllegalArgumentException("keys: none (expected: at least one)");
		}
		return keys;
	}

	/**
	 * Adds keys that may have a value: those that have none are reported, and fail
	 * nothing.
	 * @param more the keys
	 * @return the request
	 * @throws IllegalArgumentException if one of them is required already
	 */
	public SnapshotRequest optional(ResourceKey<?>... more) {
		return optional(Arrays.asList(more));
	}

	/**
	 * Adds keys that may have a value: those that have none are reported, and fail
	 * nothing.
	 * @param more the keys
	 * @return the request
	 * @throws IllegalArgumentException if one of them is required already
	 */
	public SnapshotRequest optional(Collection<? extends ResourceKey<?>> more) {
		List<ResourceKey<?>> both = more.stream()
			.filter(this::isRequired)
			.collect(ArrayList::new, List::add, List::addAll);
		if (!both.isEmpty()) {
			throw new IllegalArgumentException("optional: " + both + " (expected: keys that are not required as well)");
		}
		List<ResourceKey<?>> all = new ArrayList<>(this.keys);
		all.addAll(more);
		return new SnapshotRequest(ResourceKeys.of(all), this.requiredCount, this.options);
	}

	/**
	 * Sets when the build ends at the latest: keys that have no value by then fail.
	 * @param span how long after the build began; more than zero
	 * @return the request
	 */
	public SnapshotRequest deadline(Duration span) {
		requirePositive("deadline", span);
		return with((copy) -> copy.deadline = span);
	}

	/**
	 * Sets when the build stops waiting for what it can do without: optional keys that
	 * have no value by then are reported as still loading, and stale values stand in
	 * where their policy lets them. Required keys that have nothing usable are waited for
	 * until the deadline. The reads go on and fill the cache.
	 * @param span how long after the build began; more than zero
	 * @return the request
	 */
	public SnapshotRequest softDeadline(Duration span) {
		requirePositive("softDeadline", span);
		return with((copy) -> copy.softDeadline = span);
	}

	/**
	 * Sets how old a cached value may be for this request, where that is less than its
	 * time to live. An older one counts as missing, and does not stand in either. What a
	 * source answers is taken as it is, also where a cached value of higher rank that is
	 * too old keeps it out of the cache; where the cached one is the newer of the two,
	 * that is taken.
	 * @param age the age, inclusive; zero or more
	 * @return the request
	 */
	public SnapshotRequest maxAge(Duration age) {
		if (age.isNegative()) {
			throw new IllegalArgumentException("maxAge: " + age + " (expected: not negative)");
		}
		return with((copy) -> copy.maxAge = age);
	}

	/**
	 * Reads every key from its sources, whatever is cached. A read that is in progress is
	 * joined only if its source has not been called yet. Stale values do not stand in.
	 * @return the request
	 */
	public SnapshotRequest bypassCache() {
		return with((copy) -> copy.cacheUse = CacheUse.BYPASS);
	}

	/**
	 * Asks for nothing older than what a token names, as what its bearer has published or
	 * seen on another node. Older copies of this node are dropped, the shared tier's are
	 * not taken, and a key whose sources know nothing as young fails. Derived values are
	 * derived from inputs that are not older.
	 * @param token the token, which may name other keys as well
	 * @return the request
	 */
	public SnapshotRequest notOlderThan(SessionToken token) {
		SessionToken required = Objects.requireNonNull(token, "token");
		return with((copy) -> copy.token = required);
	}

	/**
	 * Hands something to the sources, by {@code FetchContext.metadata()}. What is not
	 * proven immutable is copied when a build begins; a build whose metadata cannot be
	 * copied is refused with a {@code PayloadIsolationException}.
	 * @param name the entry's name
	 * @param value the entry
	 * @return the request
	 */
	public SnapshotRequest metadata(String name, Object value) {
		Map<String, Object> more = new LinkedHashMap<>(this.options.metadata);
		more.put(Objects.requireNonNull(name, "name"), Objects.requireNonNull(value, "value"));
		return with((copy) -> copy.metadata = Collections.unmodifiableMap(more));
	}

	/**
	 * Names the snapshot, as where a caller's own id is to be found again in the logs.
	 * @param id the id; not blank
	 * @return the request
	 */
	public SnapshotRequest snapshotId(String id) {
		if (id.isBlank()) {
			throw new IllegalArgumentException("snapshotId: \"" + id + "\" (expected: not blank)");
		}
		return with((copy) -> copy.snapshotId = id);
	}

	/**
	 * Sets how far apart the values of required keys may have been observed.
	 * @param span the most time between the oldest and the newest observation, inclusive:
	 * zero or more
	 * @return the request
	 * @throws IllegalArgumentException if the span is negative
	 */
	public SnapshotRequest maxSkew(Duration span) {
		return consistency(ConsistencyPolicy.maxSkew(span));
	}

	/**
	 * Sets how far apart the values may have been observed.
	 * @param policy the policy
	 * @return the request
	 */
	public SnapshotRequest consistency(ConsistencyPolicy policy) {
		ConsistencyPolicy required = Objects.requireNonNull(policy, "consistency");
		return with((copy) -> copy.consistency = required);
	}

	/**
	 * Sets what makes the values good enough.
	 * @param policy the policy; every key that it names is one of the request
	 * @return the request
	 * @throws IllegalArgumentException if the policy names another key
	 */
	public SnapshotRequest acceptance(AcceptancePolicy policy) {
		ResourceKey<?> foreign = policy.foreignTo(this.keys);
		if (foreign != null) {
			throw new IllegalArgumentException("acceptance: " + foreign + " (expected: keys of the request only)");
		}
		return with((copy) -> copy.acceptance = policy);
	}

	/**
	 * Sets what a request that is not met comes to where no exception is to be thrown.
	 * @param policy the policy; by default the builder's
	 * @return the request
	 */
	public SnapshotRequest degradation(DegradationPolicy policy) {
		DegradationPolicy required = Objects.requireNonNull(policy, "degradation");
		return with((copy) -> copy.degradation = required);
	}

	/**
	 * Reads keys again that failed in an earlier stage of the same session. Changes
	 * nothing outside of sessions.
	 * @return the request
	 */
	public SnapshotRequest retryErrors() {
		return with((copy) -> copy.failedKeys = FailedKeys.READ_AGAIN);
	}

	/**
	 * Returns this request with policies for what it does not state itself, as a builder
	 * lays its defaults under it.
	 * @param consistency how far apart the values may have been observed, or null for no
	 * bound
	 * @param degradation what a request that is not met comes to, or null for
	 * {@link DegradationPolicy#DEFAULT}
	 * @return the request; this one where nothing is to be added
	 */
	public SnapshotRequest withDefaults(@Nullable ConsistencyPolicy consistency,
			@Nullable DegradationPolicy degradation) {
		boolean lacksConsistency = this.options.consistency == null && consistency != null;
		boolean lacksDegradation = this.options.degradation == null && degradation != null;
		if (!lacksConsistency && !lacksDegradation) {
			return this;
		}
		return with((copy) -> {
			copy.consistency = lacksConsistency ? consistency : copy.consistency;
			copy.degradation = lacksDegradation ? degradation : copy.degradation;
		});
	}

	private SnapshotRequest with(Consumer<Options> change) {
		Options changed = this.options.copy();
		change.accept(changed);
		return new SnapshotRequest(this.keys, this.requiredCount, changed);
	}

	private static void requirePositive(String name, Duration span) {
		if (span.isZero() || span.isNegative()) {
			throw new IllegalArgumentException(name + ": " + span + " (expected: more than zero)");
		}
	}

	/**
	 * Returns all keys, required ones first.
	 * @return the keys
	 */
	public ResourceKeys keys() {
		return this.keys;
	}

	/**
	 * Returns how many keys are required: those at the first so many positions.
	 * @return the number of required keys
	 */
	public int requiredCount() {
		return this.requiredCount;
	}

	/**
	 * Returns whether a key is required.
	 * @param key the key
	 * @return true if the build fails without it
	 */
	public boolean isRequired(ResourceKey<?> key) {
		int position = this.keys.indexOf(key);
		return position >= 0 && position < this.requiredCount;
	}

	/**
	 * Returns when the build ends at the latest.
	 * @return the span, or null for the builder's default
	 */
	public @Nullable Duration deadline() {
		return this.options.deadline;
	}

	/**
	 * Returns when the build stops waiting for what it can do without.
	 * @return the span, or null for never before the deadline
	 */
	public @Nullable Duration softDeadline() {
		return this.options.softDeadline;
	}

	/**
	 * Returns how old a cached value may be.
	 * @return the age, or null where the policies alone decide
	 */
	public @Nullable Duration maxAge() {
		return this.options.maxAge;
	}

	/**
	 * Returns how the cache is used.
	 * @return the use
	 */
	public CacheUse cacheUse() {
		return this.options.cacheUse;
	}

	/**
	 * Returns what nothing may be older than.
	 * @return the token
	 */
	public SessionToken token() {
		return this.options.token;
	}

	/**
	 * Returns what is handed to the sources.
	 * @return an unmodifiable map
	 */
	public Map<String, Object> metadata() {
		return this.options.metadata;
	}

	/**
	 * Returns the snapshot's name.
	 * @return the id, or null to have one made
	 */
	public @Nullable String snapshotId() {
		return this.options.snapshotId;
	}

	/**
	 * Returns how far apart the values may have been observed.
	 * @return the policy, or null for no limit
	 */
	public @Nullable ConsistencyPolicy consistency() {
		return this.options.consistency;
	}

	/**
	 * Returns what makes the values good enough.
	 * @return the policy, or null where any value is
	 */
	public @Nullable AcceptancePolicy acceptance() {
		return this.options.acceptance;
	}

	/**
	 * Returns what a request that is not met comes to.
	 * @return the policy; {@link DegradationPolicy#DEFAULT} where the request states none
	 */
	public DegradationPolicy degradation() {
		DegradationPolicy stated = this.options.degradation;
		return (stated != null) ? stated : DegradationPolicy.DEFAULT;
	}

	/**
	 * Returns whether keys that failed earlier in the same session are read again.
	 * @return true if they are
	 */
	public boolean retriesErrors() {
		return this.options.failedKeys == FailedKeys.READ_AGAIN;
	}

	/**
	 * Returns whether the values are judged when they have been read.
	 * @return true if the request has a consistency or an acceptance policy
	 */
	public boolean isJudged() {
		return this.judged;
	}

	/**
	 * Returns whether nothing but the policies decides what a cached value is good for,
	 * so that fresh values can be taken as they are.
	 * @return true if the request sets neither {@code maxAge} nor {@code bypassCache},
	 * and asks for nothing by a token
	 */
	public boolean acceptsCached() {
		return this.acceptsCached;
	}

	@Override
	public String toString() {
		return "SnapshotRequest[" + this.requiredCount + " required, " + (this.keys.size() - this.requiredCount)
				+ " optional]";
	}

	/**
	 * How a request uses the cache.
	 */
	public enum CacheUse {

		/** It is read first. */
		READ,

		/** It is passed by. */
		BYPASS

	}

	/**
	 * What a session does with keys that failed in an earlier stage.
	 */
	private enum FailedKeys {

		KEPT, READ_AGAIN

	}

	/**
	 * What a request says besides its keys. Changed only while a copy is being made.
	 */
	private static final class Options {

		private @Nullable Duration deadline;

		private @Nullable Duration softDeadline;

		private @Nullable Duration maxAge;

		private CacheUse cacheUse = CacheUse.READ;

		private SessionToken token = SessionToken.NONE;

		private Map<String, Object> metadata = Map.of();

		private @Nullable String snapshotId;

		private @Nullable ConsistencyPolicy consistency;

		private @Nullable AcceptancePolicy acceptance;

		private @Nullable DegradationPolicy degradation;

		private FailedKeys failedKeys = FailedKeys.KEPT;

		private Options copy() {
			Options copy = new Options();
			copy.deadline = this.deadline;
			copy.softDeadline = this.softDeadline;
			copy.maxAge = this.maxAge;
			copy.cacheUse = this.cacheUse;
			copy.token = this.token;
			copy.metadata = this.metadata;
			copy.snapshotId = this.snapshotId;
			copy.consistency = this.consistency;
			copy.acceptance = this.acceptance;
			copy.degradation = this.degradation;
			copy.failedKeys = this.failedKeys;
			return copy;
		}

	}

}
