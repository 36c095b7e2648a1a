package io.coalestra.snapshot;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

import io.coalestra.failure.ResourceFailure;
import io.coalestra.key.ResourceKey;
import io.coalestra.policy.PolicyViolation;

/**
 * Thrown when every required key has a value, and the values are not good enough for the
 * request's acceptance policy.
 */
public class SnapshotAcceptanceException extends SnapshotBuildException {

	private static final long serialVersionUID = 1L;

	private static final int SHOWN = 5;

	private final transient List<PolicyViolation> violations;

	/**
	 * Makes an exception.
	 * @param violations what is not good enough; at least one
	 * @param snapshot what there is all the same
	 * @throws IllegalArgumentException if there is no violation
	 */
	public SnapshotAcceptanceException(List<PolicyViolation> violations, Snapshot snapshot) {
		super(message(violations), List.of(), snapshot);
		this.violations = List.copyOf(violations);
	}

	private static String message(List<PolicyViolation> violations) {
		if (violations.isEmpty()) {
			throw new IllegalArgumentException("violations: none (expected: at least one)");
		}
		StringBuilder text = new StringBuilder("the snapshot is not acceptable: ");
		int shown = Math.min(SHOWN, violations.size());
		for (int i = 0; i < shown; i++) {
			text.append((i > 0) ? "; " : "").append(violations.get(i).message());
		}
		if (violations.size() > shown) {
			text.append("; +").append(violations.size() - shown).append(" more");
		}
		return text.toString();
	}

	/**
	 * Returns what is not good enough.
	 * @return the violations: those of single keys in the order of the request, then
	 * those of each requirement
	 */
	public List<PolicyViolation> violations() {
		return this.violations;
	}

	@Override
	public SequencedMap<String, Object> toMap() {
		SequencedMap<String, Object> form = begin("SnapshotAcceptance");
		Map<ResourceKey<?>, List<PolicyViolation>> byKey = new LinkedHashMap<>();
		this.violations.forEach((violation) -> violation.keys()
			.forEach((key) -> byKey.computeIfAbsent(key, (first) -> new ArrayList<>()).add(violation)));
		List<Object> errors = new ArrayList<>();
		byKey.forEach((key, own) -> errors.add(error(key, own)));
		form.put("errors", Collections.unmodifiableList(errors));
		form.put("violations", this.violations.stream().map(PolicyViolation::toMap).toList());
		return Collections.unmodifiableSequencedMap(form);
	}

	private static Map<String, Object> error(ResourceKey<?> key, List<PolicyViolation> own) {
		Map<String, Object> form = new LinkedHashMap<>();
		form.put("schema", ResourceFailure.SCHEMA);
		form.put("schema_version", ResourceFailure.SCHEMA_VERSION);
		form.put("error_type", "ResourceAcceptance");
		form.put("message", own.getFirst().message());
		form.put("resource", key.toString());
		form.put("failures", List.of());
		form.put("reasons", own.stream().map(PolicyViolation::reason).distinct().toList());
		return Collections.unmodifiableMap(form);
	}

}
