package io.coalestra.snapshot;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

import io.coalestra.failure.ResourceFailure;
import io.coalestra.policy.Action;
import io.coalestra.policy.PolicyViolation;
import io.coalestra.snapshot.SnapshotResult.Reason;

/**
 * The serialized form of results.
 */
final class ResultForm {

	private static final String SCHEMA = "coalestra.snapshot-result";

	private static final int VERSION = 1;

	private ResultForm() {
	}

	static SequencedMap<String, Object> of(SnapshotResult result) {
		SequencedMap<String, Object> form = new LinkedHashMap<>();
		form.put("schema", SCHEMA);
		form.put("schema_version", VERSION);
		form.put("state", switch (result) {
			case SnapshotResult.Accepted accepted -> "accepted";
			case SnapshotResult.Degraded degraded -> "degraded";
			case SnapshotResult.Rejected rejected -> "rejected";
		});
		form.put("reasons", result.reasons().stream().map(Reason::wireName).toList());
		form.put("allowed_actions", result.allowedActions().stream().map(Action::name).toList());
		form.put("required_errors", List.of());
		form.put("optional_errors", List.of());
		form.put("acceptance_violations", List.of());
		result.reasons().forEach((reason) -> add(reason, form));
		result.snapshot().ifPresent((snapshot) -> form.put("snapshot", snapshot.toMap()));
		return Collections.unmodifiableSequencedMap(form);
	}

	private static void add(Reason reason, SequencedMap<String, Object> form) {
		switch (reason) {
			case Reason.RequiredErrors required ->
				form.put("required_errors", required.failures().stream().map(ResourceFailure::toMap).toList());
			case Reason.OptionalErrors optional ->
				form.put("optional_errors", optional.failures().stream().map(ResourceFailure::toMap).toList());
			case Reason.Inconsistent skewed -> form.put("consistency_violation", skewed.violation().toMap());
			case Reason.Unacceptable poor ->
				form.put("acceptance_violations", poor.violations().stream().map(PolicyViolation::toMap).toList());
			case Reason.Broken broken -> form.put("error", error(broken));
		}
	}

	private static SequencedMap<String, Object> error(Reason.Broken broken) {
		SequencedMap<String, Object> form = new LinkedHashMap<>();
		form.put("schema", ResourceFailure.SCHEMA);
		form.put("schema_version", ResourceFailure.SCHEMA_VERSION);
		form.put("error_type", broken.wireName());
		form.put("message", String.valueOf(broken.thrown().getMessage()));
		return Collections.unmodifiableSequencedMap(form);
	}

}
