package io.coalestra.snapshot;

import java.util.Collections;
import java.util.List;
import java.util.SequencedMap;

import io.coalestra.policy.PolicyViolation;

/**
 * Thrown when every required key has a value, and the values were observed further apart
 * than the request allows.
 */
public class SnapshotConsistencyException extends SnapshotBuildException {

	private static final long serialVersionUID = 1L;

	private final transient PolicyViolation.Skewed violation;

	/**
	 * Makes an exception.
	 * @param violation how far apart the values were observed
	 * @param snapshot what there is all the same
	 */
	public SnapshotConsistencyException(PolicyViolation.Skewed violation, Snapshot snapshot) {
		super("the snapshot is not consistent: " + violation.message(), List.of(), snapshot);
		this.violation = violation;
	}

	/**
	 * Returns how far apart the values were observed.
	 * @return the violation
	 */
	public PolicyViolation.Skewed violation() {
		return this.violation;
	}

	@Override
	public SequencedMap<String, Object> toMap() {
		SequencedMap<String, Object> form = begin("SnapshotConsistency");
		form.put("errors", List.of());
		form.put("violation", this.violation.toMap());
		return Collections.unmodifiableSequencedMap(form);
	}

}
