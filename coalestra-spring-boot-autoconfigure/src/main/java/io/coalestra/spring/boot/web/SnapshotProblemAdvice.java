package io.coalestra.spring.boot.web;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import io.coalestra.failure.ResourceFailure;
import io.coalestra.failure.ResourceFailure.Kind;
import io.coalestra.key.ResourceKey;
import io.coalestra.policy.PolicyViolation;
import io.coalestra.snapshot.SnapshotAcceptanceException;
import io.coalestra.snapshot.SnapshotBuildException;
import io.coalestra.snapshot.SnapshotConsistencyException;

import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.ExceptionHandler;

/**
 * Answers with a problem detail (RFC 9457) where a controller throws a
 * {@link SnapshotBuildException}, in web applications of either kind. Handlers of the
 * application come first.
 *
 * <p>
 * The status is 404 where all that is missing does not exist, 504 where time ran out, 503
 * where sources failed, the builder is closed or the values that there are do not meet a
 * policy of the request, and 500 where the request could never be met. What failed is
 * told by type and reason; keys name subjects and are told only where that is wanted, and
 * never what sources said. Immutable and safe for concurrent use.
 */
@ControllerAdvice
@Order(Ordered.LOWEST_PRECEDENCE)
public final class SnapshotProblemAdvice {

	private final KeyDisplay keys;

	/**
	 * Makes an advice.
	 * @param keys whether keys are told
	 */
	public SnapshotProblemAdvice(KeyDisplay keys) {
		this.keys = keys;
	}

	/**
	 * Answers a failed build.
	 * @param exception why it failed
	 * @return the problem detail with its status
	 */
	@ExceptionHandler
	public ResponseEntity<ProblemDetail> handle(SnapshotBuildException exception) {
		return switch (exception) {
			case SnapshotConsistencyException skewed -> violated("Snapshot inconsistent", List.of(skewed.violation()));
			case SnapshotAcceptanceException refused -> violated("Snapshot not acceptable", refused.violations());
			default -> incomplete(exception.failures());
		};
	}

	private ResponseEntity<ProblemDetail> violated(String title, List<PolicyViolation> violations) {
		ProblemDetail problem = ProblemDetail.forStatus(HttpStatus.SERVICE_UNAVAILABLE);
		problem.setTitle(title);
		problem.setDetail((violations.size() == 1) ? "1 policy of the request is not met"
				: violations.size() + " policies of the request are not met");
		problem.setProperty("violations", violations.stream().map(this::describe).distinct().toList());
		return ResponseEntity.of(problem).build();
	}

	private Map<String, Object> describe(PolicyViolation violation) {
		Map<String, Object> description = new LinkedHashMap<>();
		description.put("reason", violation.reason());
		description.put("types", violation.keys().stream().map((key) -> key.type().toString()).distinct().toList());
		if (this.keys == KeyDisplay.SHOWN) {
			description.put("resources", violation.keys().stream().map(ResourceKey::toString).toList());
		}
		return description;
	}

	private ResponseEntity<ProblemDetail> incomplete(List<ResourceFailure> failures) {
		ProblemDetail problem = ProblemDetail.forStatus(statusOf(failures));
		problem.setTitle("Snapshot incomplete");
		problem.setDetail((failures.size() == 1) ? "1 required resource is missing"
				: failures.size() + " required resources are missing");
		problem.setProperty("failures", failures.stream().map(this::describe).distinct().toList());
		return ResponseEntity.of(problem).build();
	}

	private Map<String, String> describe(ResourceFailure failure) {
		Map<String, String> description = new LinkedHashMap<>();
		description.put("type", failure.key().type().toString());
		if (this.keys == KeyDisplay.SHOWN) {
			description.put("resource", failure.key().toString());
		}
		description.put("reason", failure.kind().name().toLowerCase(Locale.ROOT));
		return description;
	}

	private static HttpStatus statusOf(List<ResourceFailure> failures) {
		Set<Kind> kinds = failures.stream().map(ResourceFailure::kind).collect(Collectors.toSet());
		if (kinds.equals(Set.of(Kind.ABSENT))) {
			return HttpStatus.NOT_FOUND;
		}
		if (kinds.contains(Kind.UNSUPPORTED) || kinds.contains(Kind.INTERNAL)) {
			return HttpStatus.INTERNAL_SERVER_ERROR;
		}
		if (kinds.contains(Kind.SOURCES_FAILED) || kinds.contains(Kind.CLOSED) || kinds.contains(Kind.CANCELLED)) {
			return HttpStatus.SERVICE_UNAVAILABLE;
		}
		return HttpStatus.GATEWAY_TIMEOUT;
	}

}
