package io.coalestra.snapshot;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.SequencedMap;

import io.coalestra.failure.CoalestraException;
import io.coalestra.failure.ResourceFailure;

/**
 * Thrown when a snapshot does not meet its request: a required key has no value, or a
 * policy of the request is not met, as the more special kinds tell.
 *
 * <p>
 * It carries what failed as data, and the snapshot with all that did not fail.
 */
public class SnapshotBuildException extends CoalestraException {

	private static final long serialVersionUID = 1L;

	private static final int SHOWN = 5;

	private final transient List<ResourceFailure> failures;

	private final transient Snapshot snapshot;

	/**
	 * Makes an exception.
	 * @param failures the failures of required keys
	 * @param snapshot what there is all the same
	 */
	public SnapshotBuildException(Collection<ResourceFailure> failures, Snapshot snapshot) {
		super(message(List.copyOf(failures)));
		this.failures = List.copyOf(failures);
		this.snapshot = Objects.requireNonNull(snapshot, "snapshot");
	}

	/**
	 * Makes an exception of a more special kind.
	 * @param message what happened
	 * @param failures the failures of required keys; may be empty
	 * @param snapshot what there is all the same
	 */
	protected SnapshotBuildException(String message, Collection<ResourceFailure> failures, Snapshot snapshot) {
		super(message);
		this.failures = List.copyOf(failures);
		this.snapshot = Objects.requireNonNull(snapshot, "snapshot");
	}

	private static String message(List<ResourceFailure> failures) {
		StringBuilder text = new StringBuilder().append(failures.size())
			.append((failures.size() == 1) ? " resource is missing: " : " resources are missing: ");
		int shown = Math.min(SHOWN, failures.size());
		for (int i = 0; i < shown; i++) {
			text.append((i > 0) ? "; " : "").append(failures.get(i).message());
		}
		if (failures.size() > shown) {
			text.append("; +").append(failures.size() - shown).append(" more");
		}
		return text.toString();
	}

	/**
	 * Returns the failures of required keys.
	 * @return the failures, in the order of the request; empty when a policy is not met
	 */
	public List<ResourceFailure> failures() {
		return this.failures;
	}

	/**
	 * Returns what there is all the same.
	 * @return the partial snapshot
	 */
	public Snapshot snapshot() {
		return this.snapshot;
	}

	/**
	 * Returns the failure in its serialized form: schema
	 * {@code coalestra.error-diagnostics}, version 1, with the failures of all required
	 * keys, or what the more special kind says of the policy that is not met.
	 * @return an unmodifiable map of strings, numbers, booleans, lists and maps
	 */
	public SequencedMap<String, Object> toMap() {
		SequencedMap<String, Object> form = begin("SnapshotBuild");
		form.put("errors", this.failures.stream().map(ResourceFailure::toMap).toList());
		return Collections.unmodifiableSequencedMap(form);
	}

	SequencedMap<String, Object> begin(String errorType) {
		SequencedMap<String, Object> form = new LinkedHashMap<>();
		form.put("schema", ResourceFailure.SCHEMA);
		form.put("schema_version", ResourceFailure.SCHEMA_VERSION);
		form.put("error_type", errorType);
		form.put("message", String.valueOf(getMessage()));
		form.put("partial_snapshot_available", true);
		form.put("has_partial_snapshot", true);
		return form;
	}

}
