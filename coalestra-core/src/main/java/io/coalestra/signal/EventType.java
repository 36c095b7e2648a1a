package io.coalestra.signal;

/**
 * The events that the engine emits.
 */
public enum EventType {

	/**
	 * A key was answered from the cache, fresh. Emitted only to sinks that ask for it.
	 */
	CACHE_HIT("cache_hit"),

	/** A key was read past the cache because the request said so. */
	CACHE_BYPASSED("cache_bypassed"),

	/** A stale value stood in for failed sources. */
	STALE_FALLBACK_USED("stale_fallback_used"),

	/** A source's attempt at a key failed. */
	SOURCE_FAILED("source_failed"),

	/** A source's value was refused for its time of observation. */
	SOURCE_PAYLOAD_REJECTED("source_payload_rejected"),

	/** A source gave a fresh value. */
	RESOURCE_RESOLVED("resource_resolved"),

	/** A source was not called because its circuit is open. */
	SOURCE_CIRCUIT_OPEN("source_circuit_open"),

	/** A circuit changed its state. */
	CIRCUIT_STATE_CHANGED("circuit_state_changed"),

	/** A call outlasted the time limit that its client declared. */
	SOURCE_TRANSPORT_TIMEOUT_VIOLATED("source_transport_timeout_violated"),

	/** A call was not begun because its client's time limit would not fit. */
	SOURCE_TRANSPORT_BUDGET_REJECTED("source_transport_budget_rejected"),

	/** A call was begun although its client's time limit fits only with the grace. */
	SOURCE_DISPATCH_UNDER_DEADLINE_PRESSURE("source_dispatch_under_deadline_pressure"),

	/** An inline source held the caller past its time. */
	SOURCE_INLINE_OVERRUN("source_inline_overrun"),

	/** A call that had been given up has ended. */
	SOURCE_RUNAWAY_ENDED("source_runaway_ended"),

	/** A background refresh was scheduled. */
	RESOURCE_REFRESH_SCHEDULED("resource_refresh_scheduled"),

	/** A background refresh gave a fresh value. */
	RESOURCE_REFRESH_COMPLETED("resource_refresh_completed"),

	/** A background refresh gave none. */
	RESOURCE_REFRESH_FAILED("resource_refresh_failed"),

	/** A publication was stored. */
	RESOURCE_PUBLISHED("resource_published"),

	/** A publication was not stored. */
	RESOURCE_PUBLISH_IGNORED("resource_publish_ignored"),

	/** A key was invalidated. */
	RESOURCE_INVALIDATED("resource_invalidated"),

	/** A build that had left the warm path has ended. */
	SNAPSHOT_BUILT("snapshot_built"),

	/** The values of a request were observed too far apart. */
	SNAPSHOT_CONSISTENCY_FAILED("snapshot_consistency_failed"),

	/** The values of a request were not good enough. */
	SNAPSHOT_ACCEPTANCE_FAILED("snapshot_acceptance_failed"),

	/** Values were read again because a policy of the request was not met. */
	SNAPSHOT_REPAIRED("snapshot_repaired"),

	/** A request without exceptions has ended. */
	SNAPSHOT_TRY_REQUEST_RESOLVED("snapshot_try_request_resolved"),

	/** A stage of a session has ended. */
	SNAPSHOT_SESSION_RESOLVED("snapshot_session_resolved"),

	/** A revalidation of a session has ended. */
	SNAPSHOT_SESSION_REVALIDATED("snapshot_session_revalidated"),

	/** A build for a subscription failed; it will be tried again. */
	SUBSCRIPTION_BUILD_FAILED("subscription_build_failed"),

	/** A subscription has ended. */
	SUBSCRIPTION_ENDED("subscription_ended");

	private final String wireName;

	EventType(String wireName) {
		this.wireName = wireName;
	}

	/**
	 * Returns the name.
	 * @return the name
	 */
	public String wireName() {
		return this.wireName;
	}

}
