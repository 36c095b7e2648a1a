package io.coalestra.failure;

/**
 * Why one source did not give a fresh value for one key.
 */
public enum FailureReason {

	/** The source threw. */
	SOURCE_ERROR("SourceError"),

	/** The source did not answer within its own time limit. */
	SOURCE_TIMEOUT("SourceTimeout"),

	/** No permit became free within the source's queue timeout. */
	QUEUE_TIMEOUT("SourceQueueTimeout"),

	/** The deadline of all who waited passed, or left too little time for a call. */
	DEADLINE_EXCEEDED("SnapshotDeadlineExceeded"),

	/** The source's circuit is open. */
	CIRCUIT_OPEN("CircuitOpen"),

	/** The source answered with something that it must not. */
	PROTOCOL("SourceProtocol"),

	/** The value was observed further in the future than the policy tolerates. */
	FUTURE_OBSERVATION("FutureObservation"),

	/** The value is older than its time to live. */
	STALE_DATA("StaleSourceData"),

	/** The source, a batch, left the key out of its answer. */
	NOT_RETURNED("NotReturned"),

	/** The payload can neither be proven immutable nor be copied. */
	PAYLOAD_ISOLATION("PayloadIsolation"),

	/** A dependency of the derived value failed. */
	DEPENDENCY("DependencyResolution"),

	/** The derived value depends on itself. */
	DEPENDENCY_CYCLE("DependencyCycle"),

	/** The source could not say whether it supports the key. */
	SUPPORTS_ERROR("SupportsError"),

	/** Nobody waited for the answer any more, and the source asked to be told. */
	UNWANTED("Unwanted"),

	/** The builder was closed meanwhile. */
	CLOSED("BuilderClosed");

	private final String wireName;

	FailureReason(String wireName) {
		this.wireName = wireName;
	}

	/**
	 * Returns the name under which the reason is serialized and reported.
	 * @return the name
	 */
	public String wireName() {
		return this.wireName;
	}

}
