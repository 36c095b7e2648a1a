package io.coalestra.health;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

import io.coalestra.health.HealthAssessmentTests.State;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * The versioned form of a builder's state, for readers in any language.
 */
class HealthFormTests {

	@Test
	void itHasANameAVersionAndEveryFieldInItsOrder() {
		assertThat(new State().make().toMap().keySet()).containsExactly("schema", "schema_version", "taken_at",
				"builder", "closed", "background_refreshes", "singleflight_in_flight", "oldest_flight_seconds",
				"source_support_cache_entries", "capacity", "waiting_for_capacity", "cache", "circuits",
				"running_calls", "runaway_calls", "queue_timeout_count", "source_timeout_count",
				"deadline_exceeded_count", "inline_overruns", "revalidation_attempt_count",
				"revalidation_failure_count", "source_timeout_guarantees", "blocking_source_count",
				"protected_blocking_source_count", "unsafe_blocking_source_count", "undeclared_source_timeout_count",
				"source_transport_timeout_violation_count", "source_transport_timeout_violations",
				"observability_buffers", "observability_pending", "observability_peak_pending",
				"observability_dropped_count", "observability_failure_count", "observability_shutdown_incomplete",
				"observability_shutdown_timeout_count", "active_payload_copies", "payload_copy_peak_active",
				"payload_copy_completed_count", "payload_copy_failure_count", "payload_copy_longest_seconds",
				"pending_submissions", "max_pending_submissions", "submission_accepted_count",
				"submission_failed_count", "submission_refused_count", "subscriptions", "components", "assessment");
		assertThat(new State().make().toMap()).containsEntry("schema", "coalestra.builder-health")
			.containsEntry("schema_version", 1)
			.containsEntry("blocking_source_count", 1L)
			.containsEntry("protected_blocking_source_count", 1L);
	}

	@Test
	void itHoldsNothingButWhatAJsonWriterKnows() {
		State state = new State();
		state.oldestFlight = Duration.ofMillis(1500);
		state.components = Map.of("odd", new ComponentHealth("test.odd", 3, oddFields(), Map.of("errors", 1L),
				List.of(new Finding(Severity.DEGRADED, "odd", "", "ratio", Double.NaN, 1, "odd"))));
		Map<String, @Nullable Object> document = state.make().toMap();
		assertPlain(document);
		assertThat(document).containsEntry("oldest_flight_seconds", 1.5);
		assertThat(document).extractingByKey("components", InstanceOfAssertFactories.MAP)
			.extractingByKey("odd", InstanceOfAssertFactories.MAP)
			.containsEntry("schema", "test.odd")
			.containsEntry("schema_version", 3)
			.containsEntry("not_a_number", "nan")
			.containsEntry("endless", "-infinity")
			.containsEntry("span", 0.25)
			.containsEntry("level", "critical")
			.containsEntry("at", "1970-01-01T00:00:00Z")
			.containsEntry("secret", Map.of("type", "java.util.concurrent.atomic.AtomicReference"))
			.containsEntry("nothing", null)
			.containsEntry("faults", Map.of("errors", 1L));
	}

	private static Map<String, @Nullable Object> oddFields() {
		Map<String, @Nullable Object> fields = new LinkedHashMap<>();
		fields.put("not_a_number", Double.NaN);
		fields.put("endless", Float.NEGATIVE_INFINITY);
		fields.put("span", Duration.ofMillis(250));
		fields.put("level", Severity.CRITICAL);
		fields.put("at", Instant.EPOCH);
		fields.put("secret", new AtomicReference<>("password"));
		fields.put("nothing", null);
		List<Object> circle = new ArrayList<>(List.of(1));
		circle.add(circle);
		fields.put("circle", circle);
		fields.put("nested", Map.of(7, List.of("x")));
		return fields;
	}

	@Test
	void aCircleOfReferencesIsCutWhereItCloses() {
		assertThat(new ComponentHealth("test.odd", 1, oddFields(), Map.of(), List.of()).fields())
			.containsEntry("circle", List.of(1, Map.of("type", "java.util.ArrayList", "cycle", true)));
	}

	private static void assertPlain(@Nullable Object value) {
		switch (value) {
			case null -> {
			}
			case Map<?, ?> map -> map.forEach((key, inner) -> {
				assertThat(key).isInstanceOf(String.class);
				assertPlain(inner);
			});
			case Collection<?> collection -> collection.forEach(HealthFormTests::assertPlain);
			default -> assertThat(value).isInstanceOfAny(String.class, Boolean.class, Number.class);
		}
	}

	@Test
	void theAssessmentIsWrittenWithItsNumbers() {
		State state = new State();
		state.closed = true;
		assertThat(state.make().assess().toMap()).containsEntry("schema", "coalestra.builder-health-assessment")
			.containsEntry("schema_version", 1)
			.containsEntry("severity", "critical")
			.containsEntry("baseline_used", false)
			.containsEntry("reasons", List.of("builder_closed"))
			.containsEntry("findings",
					List.of(Map.of("reason", "builder_closed", "severity", "critical", "metric", "closed", "observed",
							true, "threshold", false, "component", "", "message", "the builder was closed")));
	}

	@Test
	void whatNoReaderCouldReadIsRefused() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new Finding(Severity.DEGRADED, "r", "", "m", "text", 1, "message"))
			.withMessage("observed: text (expected: a number or a boolean)");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new ComponentHealth("s", 0, Map.of(), Map.of(), List.of()))
			.withMessage("schemaVersion: 0 (expected: 1 or more)");
	}

}
