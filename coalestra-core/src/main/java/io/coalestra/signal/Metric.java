package io.coalestra.signal;

import java.util.List;

/**
 * The metrics that the engine emits, each with the names of its labels. No label ever
 * carries a subject, a qualifier or a rendered key.
 */
public enum Metric {

	/** Reads of the cache by what they found. */
	CACHE_ACCESS("cache_access_total", Kind.COUNTER, "status", "resource_namespace", "resource_name"),

	/** Keys for which a build joined a read in progress. */
	SINGLEFLIGHT_JOIN("singleflight_join_total", Kind.COUNTER, "resource_namespace", "resource_name"),

	/** What sources' attempts came to, by key. */
	SOURCE_FETCH("source_fetch_total", Kind.COUNTER, "status", "source"),

	/** How long calls took that brought values: once a call, whatever its keys. */
	SOURCE_FETCH_LATENCY("source_fetch_latency_ms", Kind.DISTRIBUTION, "source"),

	/** Calls of batch sources. */
	SOURCE_BATCH_CALL("source_batch_call_total", Kind.COUNTER, "status", "source"),

	/** Keys in one call of a batch source. */
	SOURCE_BATCH_SIZE("source_batch_size", Kind.DISTRIBUTION, "source"),

	/** How long the first key of a call gathered others, in the source's window. */
	SOURCE_WINDOW_WAIT("source_window_wait_ms", Kind.DISTRIBUTION, "source"),

	/** How long calls waited for a permit. */
	SOURCE_CAPACITY_WAIT("source_capacity_wait_ms", Kind.DISTRIBUTION, "source"),

	/** Calls that got no permit in time. */
	SOURCE_CAPACITY_TIMEOUT("source_capacity_timeout_total", Kind.COUNTER, "source", "reason"),

	/** Calls not begun because the client's time limit would not fit. */
	SOURCE_TRANSPORT_BUDGET_REJECTION("source_transport_budget_rejection_total", Kind.COUNTER, "source", "reason"),

	/** Calls that outlasted the time limit that their client declared. */
	SOURCE_TRANSPORT_TIMEOUT_VIOLATION("source_transport_timeout_violation_total", Kind.COUNTER, "source", "outcome"),

	/** Background refreshes. */
	RESOURCE_REFRESH("resource_refresh_total", Kind.COUNTER, "status", "resource_namespace", "resource_name"),

	/** Publications. */
	RESOURCE_PUBLISH("resource_publish_total", Kind.COUNTER, "status", "source", "resource_namespace", "resource_name"),

	/** Invalidations. */
	RESOURCE_INVALIDATION("resource_invalidation_total", Kind.COUNTER, "resource_namespace", "resource_name"),

	/** Builds; warm are those that the cache alone has answered, all others cold. */
	SNAPSHOT_BUILD("snapshot_build_total", Kind.COUNTER, "status", "path"),

	/** How long cold builds took. */
	SNAPSHOT_BUILD_DURATION("snapshot_build_duration_ms", Kind.DISTRIBUTION, "status"),

	/**
	 * How long warm builds took together: one of sixteen is timed, and counts sixteen
	 * times.
	 */
	SNAPSHOT_WARM_BUILD_TIME("snapshot_warm_build_time_ms_total", Kind.COUNTER),

	/** Requests whose values were observed too far apart. */
	SNAPSHOT_CONSISTENCY("snapshot_consistency_total", Kind.COUNTER, "status", "rule"),

	/** Requests that were held against an acceptance policy. */
	SNAPSHOT_ACCEPTANCE("snapshot_acceptance_total", Kind.COUNTER, "status"),

	/** Reasons for which requests were not accepted, each once a request. */
	SNAPSHOT_ACCEPTANCE_VIOLATION("snapshot_acceptance_violation_total", Kind.COUNTER, "reason"),

	/** Requests for which values were read again because a policy was not met. */
	SNAPSHOT_REPAIR("snapshot_repair_total", Kind.COUNTER, "status"),

	/** Requests without exceptions. */
	SNAPSHOT_TRY_REQUEST("snapshot_try_request_total", Kind.COUNTER, "status"),

	/** Stages of sessions. */
	SNAPSHOT_SESSION_RESOLVE("snapshot_session_resolve_total", Kind.COUNTER, "status"),

	/** Revalidations of sessions. */
	SNAPSHOT_SESSION_REVALIDATE("snapshot_session_revalidate_total", Kind.COUNTER, "status"),

	/** What builds for subscriptions came to. */
	SUBSCRIPTION_DELIVERY("subscription_delivery_total", Kind.COUNTER, "status"),

	/** What asking the shared tier came to, by key. */
	SHARED_TIER_READ("shared_tier_read_total", Kind.COUNTER, "status", "tier"),

	/** How long the shared tier took to answer reads. */
	SHARED_TIER_READ_LATENCY("shared_tier_read_latency_ms", Kind.DISTRIBUTION, "tier"),

	/** What writes to the shared tier came to: fills, and news such as publications. */
	SHARED_TIER_WRITE("shared_tier_write_total", Kind.COUNTER, "kind", "status", "tier"),

	/** What claiming leases on reads came to, by key. */
	SHARED_TIER_LEASE("shared_tier_lease_total", Kind.COUNTER, "status", "tier"),

	/** What was heard of other nodes: changes, and reasons for doubt. */
	SHARED_TIER_COHERENCE("shared_tier_coherence_total", Kind.COUNTER, "event", "tier");

	private final String wireName;

	private final Kind kind;

	@SuppressWarnings("ImmutableEnumChecker") // the list is List.of, which the checker
												// does not know to be immutable
	private final List<String> labelNames;

	Metric(String wireName, Kind kind, String... labelNames) {
		this.wireName = wireName;
		this.kind = kind;
		this.labelNames = List.of(labelNames);
	}

	/**
	 * Returns the name.
	 * @return the name
	 */
	public String wireName() {
		return this.wireName;
	}

	/**
	 * Returns what is measured.
	 * @return the kind
	 */
	public Kind kind() {
		return this.kind;
	}

	/**
	 * Returns the names of the labels, in the order in which their values are given.
	 * @return the names
	 */
	public List<String> labelNames() {
		return this.labelNames;
	}

	/**
	 * What is measured.
	 */
	public enum Kind {

		/** A number that only grows. */
		COUNTER,

		/** Observations, of which count, sum and distribution matter. */
		DISTRIBUTION

	}

}
