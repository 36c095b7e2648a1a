package io.coalestra.spring.boot.metrics;

import io.coalestra.signal.Metric;

/**
 * What a metric of the engine is called in Micrometer: dots between words, no unit and no
 * kind in the name, because a registry adds both as its system wants them.
 */
enum MeterName {

	CACHE_ACCESS("coalestra.cache.access", Kind.COUNTER, "Reads of the cache by what they found"),

	SINGLEFLIGHT_JOIN("coalestra.singleflight.join", Kind.COUNTER, "Keys for which a build joined a read in progress"),

	SOURCE_FETCH("coalestra.source.fetch", Kind.COUNTER, "What attempts of sources came to, by key"),

	SOURCE_FETCH_LATENCY("coalestra.source.fetch.latency", Kind.TIMER, "How long successful calls took"),

	SOURCE_BATCH_CALL("coalestra.source.batch.call", Kind.COUNTER, "Calls of batch sources"),

	SOURCE_BATCH_SIZE("coalestra.source.batch.size", Kind.SUMMARY, "Keys in one call of a batch source"),

	SOURCE_WINDOW_WAIT("coalestra.source.window.wait", Kind.TIMER,
			"How long the first key of a call gathered others in the source's window"),

	SOURCE_CAPACITY_WAIT("coalestra.source.capacity.wait", Kind.TIMER, "How long calls waited for a permit"),

	SOURCE_CAPACITY_TIMEOUT("coalestra.source.capacity.timeout", Kind.COUNTER, "Calls that got no permit in time"),

	SOURCE_TRANSPORT_BUDGET_REJECTION("coalestra.source.transport.budget.rejection", Kind.COUNTER,
			"Calls not begun because the time limit of the client would not fit"),

	SOURCE_TRANSPORT_TIMEOUT_VIOLATION("coalestra.source.transport.timeout.violation", Kind.COUNTER,
			"Calls that outlasted the time limit that their client declared"),

	RESOURCE_REFRESH("coalestra.resource.refresh", Kind.COUNTER, "Background refreshes"),

	RESOURCE_PUBLISH("coalestra.resource.publish", Kind.COUNTER, "Publications"),

	RESOURCE_INVALIDATION("coalestra.resource.invalidation", Kind.COUNTER, "Invalidations"),

	SNAPSHOT_BUILD("coalestra.snapshot.build", Kind.TIMER, "Builds that left the warm path, and how long they took"),

	SNAPSHOT_WARM_BUILD("coalestra.snapshot.build.warm", Kind.TIMER,
			"Builds that the cache alone has answered, and how long they took together"),

	SNAPSHOT_CONSISTENCY("coalestra.snapshot.consistency", Kind.COUNTER,
			"Requests whose values were observed too far apart"),

	SNAPSHOT_ACCEPTANCE("coalestra.snapshot.acceptance", Kind.COUNTER,
			"Requests that were held against an acceptance policy"),

	SNAPSHOT_ACCEPTANCE_VIOLATION("coalestra.snapshot.acceptance.violation", Kind.COUNTER,
			"Reasons for which requests were not accepted, each once a request"),

	SNAPSHOT_REPAIR("coalestra.snapshot.repair", Kind.COUNTER,
			"Requests for which values were read again because a policy was not met"),

	SNAPSHOT_TRY_REQUEST("coalestra.snapshot.try", Kind.COUNTER, "Requests without exceptions"),

	SNAPSHOT_SESSION_RESOLVE("coalestra.session.resolve", Kind.COUNTER, "Stages of sessions"),

	SNAPSHOT_SESSION_REVALIDATE("coalestra.session.revalidate", Kind.COUNTER, "Revalidations of sessions"),

	SUBSCRIPTION_DELIVERY("coalestra.subscription.delivery", Kind.COUNTER, "What builds for subscriptions came to"),

	SHARED_TIER_READ("coalestra.tier.read", Kind.COUNTER, "What asking the shared tier came to, by key"),

	SHARED_TIER_READ_LATENCY("coalestra.tier.read.latency", Kind.TIMER,
			"How long the shared tier took to answer reads"),

	SHARED_TIER_WRITE("coalestra.tier.write", Kind.COUNTER, "What writes to the shared tier came to"),

	SHARED_TIER_LEASE("coalestra.tier.lease", Kind.COUNTER, "What claiming leases on reads came to, by key"),

	SHARED_TIER_COHERENCE("coalestra.tier.coherence", Kind.COUNTER,
			"What was heard of other nodes: changes, and reasons for doubt");

	private final String id;

	private final Kind kind;

	private final String description;

	MeterName(String id, Kind kind, String description) {
		this.id = id;
		this.kind = kind;
		this.description = description;
	}

	// Without a default, so that a new metric does not compile until it has a name.
	static MeterName of(Metric metric) {
		return switch (metric) {
			case CACHE_ACCESS -> CACHE_ACCESS;
			case SINGLEFLIGHT_JOIN -> SINGLEFLIGHT_JOIN;
			case SOURCE_FETCH -> SOURCE_FETCH;
			case SOURCE_FETCH_LATENCY -> SOURCE_FETCH_LATENCY;
			case SOURCE_BATCH_CALL -> SOURCE_BATCH_CALL;
			case SOURCE_BATCH_SIZE -> SOURCE_BATCH_SIZE;
			case SOURCE_WINDOW_WAIT -> SOURCE_WINDOW_WAIT;
			case SOURCE_CAPACITY_WAIT -> SOURCE_CAPACITY_WAIT;
			case SOURCE_CAPACITY_TIMEOUT -> SOURCE_CAPACITY_TIMEOUT;
			case SOURCE_TRANSPORT_BUDGET_REJECTION -> SOURCE_TRANSPORT_BUDGET_REJECTION;
			case SOURCE_TRANSPORT_TIMEOUT_VIOLATION -> SOURCE_TRANSPORT_TIMEOUT_VIOLATION;
			case RESOURCE_REFRESH -> RESOURCE_REFRESH;
			case RESOURCE_PUBLISH -> RESOURCE_PUBLISH;
			case RESOURCE_INVALIDATION -> RESOURCE_INVALIDATION;
			case SNAPSHOT_BUILD, SNAPSHOT_BUILD_DURATION -> SNAPSHOT_BUILD;
			case SNAPSHOT_WARM_BUILD_TIME -> SNAPSHOT_WARM_BUILD;
			case SNAPSHOT_CONSISTENCY -> SNAPSHOT_CONSISTENCY;
			case SNAPSHOT_ACCEPTANCE -> SNAPSHOT_ACCEPTANCE;
			case SNAPSHOT_ACCEPTANCE_VIOLATION -> SNAPSHOT_ACCEPTANCE_VIOLATION;
			case SNAPSHOT_REPAIR -> SNAPSHOT_REPAIR;
			case SNAPSHOT_TRY_REQUEST -> SNAPSHOT_TRY_REQUEST;
			case SNAPSHOT_SESSION_RESOLVE -> SNAPSHOT_SESSION_RESOLVE;
			case SNAPSHOT_SESSION_REVALIDATE -> SNAPSHOT_SESSION_REVALIDATE;
			case SUBSCRIPTION_DELIVERY -> SUBSCRIPTION_DELIVERY;
			case SHARED_TIER_READ -> SHARED_TIER_READ;
			case SHARED_TIER_READ_LATENCY -> SHARED_TIER_READ_LATENCY;
			case SHARED_TIER_WRITE -> SHARED_TIER_WRITE;
			case SHARED_TIER_LEASE -> SHARED_TIER_LEASE;
			case SHARED_TIER_COHERENCE -> SHARED_TIER_COHERENCE;
		};
	}

	String id() {
		return this.id;
	}

	Kind kind() {
		return this.kind;
	}

	String description() {
		return this.description;
	}

	enum Kind {

		COUNTER, SUMMARY, TIMER

	}

}
