package io.coalestra.json;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import io.coalestra.failure.FailureReason;
import io.coalestra.failure.ResourceFailure;
import io.coalestra.fixtures.EngineFixture;
import io.coalestra.key.PayloadType;
import io.coalestra.key.ResourceKey;
import io.coalestra.key.ResourceType;
import io.coalestra.policy.AcceptancePolicy;
import io.coalestra.policy.AcceptanceRule;
import io.coalestra.policy.DegradationPolicy;
import io.coalestra.policy.DegradationPolicy.Lack;
import io.coalestra.policy.DegradationPolicy.Response;
import io.coalestra.policy.Freshness;
import io.coalestra.policy.Requirement;
import io.coalestra.publish.ResourceUpdate;
import io.coalestra.snapshot.ResourceUnavailableException;
import io.coalestra.snapshot.Snapshot;
import io.coalestra.snapshot.SnapshotBuildException;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.snapshot.SnapshotRequest;
import io.coalestra.snapshot.SnapshotResult;
import io.coalestra.source.Payload;
import io.coalestra.source.Source;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

/**
 * A snapshot that is written and read back says what it said.
 */
class SnapshotJsonTests extends EngineFixture {

	private static final ResourceType<List<Line>> LINES = ResourceType.of("shop", "lines", new PayloadType<>() {
	});

	private static final ResourceType<Integer> COUNT = ResourceType.of("shop", "count", Integer.class);

	private static final ResourceType<String> GONE = ResourceType.of("shop", "gone", String.class);

	private static final ResourceType<String> BROKEN = ResourceType.of("shop", "broken", String.class);

	private static final ResourceKey<List<Line>> KEY = LINES.key("a?:%", Map.of("page", "1 & 2"));

	private final SnapshotJson json = SnapshotJson.of(JsonMapper.shared(), LINES, COUNT, GONE, BROKEN);

	private Snapshot snapshot() {
		SnapshotBuilder builder = start(
				Freshness.ttl(Duration.ofSeconds(5)).maxStale(Duration.ofMinutes(1)).staleWhileRevalidate(),
				Source.derived("count", COUNT, (key) -> List.of(KEY), (key, values) -> values.get(KEY).size()).build(),
				Source.single("gone", GONE, (key, context) -> Payload.<String>absent()).nonBlocking().build(),
				Source.single("broken", BROKEN, (key, context) -> {
					throw new IllegalStateException("out of\norder");
				}).nonBlocking().build());
		builder.publisher()
			.publish(ResourceUpdate.of(KEY, List.of(new Line("book", 2)), "feed")
				.metadata("trace", Map.of("id", "t-1"))
				.observedAt(this.time.now().minusMillis(5_500)));
		return build(builder, SnapshotRequest.prefer(KEY, COUNT.key(), GONE.key(), BROKEN.key("x")).snapshotId("s-1"));
	}

	@Test
	void whatIsReadBackIsWhatWasWritten() {
		Snapshot written = snapshot();
		Snapshot read = this.json.read(this.json.write(written));
		assertThat(read.id()).isEqualTo("s-1");
		assertThat(read.createdAt()).isEqualTo(written.createdAt());
		assertThat(read.keys()).isEqualTo(written.keys());
		assertThat(read.values()).isEqualTo(written.values());
		assertThat(read.staleKeys()).isEqualTo(written.staleKeys()).contains(KEY);
		assertThat(read.isAbsent(GONE.key())).isTrue();
		assertThat(read.isComplete()).isFalse();
		assertThat(read.diagnostics()).isEqualTo(written.diagnostics());
		assertThat(read.get(KEY)).containsExactly(new Line("book", 2));
		assertThat(read.find(COUNT.key())).contains(1);
		assertThat(read.value(COUNT.key()).dependencyVersions()).singleElement()
			.satisfies((dependency) -> assertThat(dependency.key()).isEqualTo(KEY));
		assertThat(this.json.write(read)).as("written again").isEqualTo(this.json.write(written));
	}

	@Test
	void failuresKeepTheirReasonsAndLoseWhatWasThrown() {
		Snapshot written = snapshot();
		ResourceFailure failure = this.json.read(this.json.write(written)).errors().get(BROKEN.key("x"));
		assertThat(failure.kind()).isEqualTo(ResourceFailure.Kind.SOURCES_FAILED);
		assertThat(failure.message()).isEqualTo(written.errors().get(BROKEN.key("x")).message());
		assertThat(failure.sources()).singleElement().satisfies((source) -> {
			assertThat(source.reason()).isEqualTo(FailureReason.SOURCE_ERROR);
			assertThat(source.errorType()).isEqualTo("IllegalStateException");
			assertThat(source.cause()).isNull();
		});
	}

	@Test
	void aSnapshotThatWasReadAnswersAsAnyOther() {
		Snapshot read = this.json.read(this.json.write(snapshot()));
		assertThatIllegalArgumentException().isThrownBy(() -> read.get(COUNT.key("other")))
			.withMessage("key: shop:count:other (expected: a key of the request)");
		assertThatExceptionOfType(ResourceUnavailableException.class).isThrownBy(() -> read.get(BROKEN.key("x")));
		assertThatExceptionOfType(ResourceUnavailableException.class).isThrownBy(() -> read.get(GONE.key()))
			.withMessageContaining("does not exist");
		assertThat(read.find(COUNT.key("other"))).isEmpty();
		assertThat(read.errorFor(KEY)).isEmpty();
		assertThat(read.explain()).hasSize(4);
		assertThat(read.explain(KEY).toString()).contains("feed");
		assertThat(read.explain(BROKEN.key("x")).toString()).contains("out of order");
	}

	@Test
	void payloadsOfTypesThatAreNotGivenAreReadAsJsonHasThem() {
		Snapshot read = SnapshotJson.of(JsonMapper.shared()).read(this.json.write(snapshot()));
		ResourceKey<?> plain = ResourceKey.parse(KEY.toString());
		assertThat((Object) read.get(plain)).isEqualTo(List.of(Map.of("article", "book", "count", 2)));
	}

	@Test
	void unknownFieldsArePassedOver() {
		String more = this.json.write(snapshot())
			.replace("{\"schema\"", "{\"later\":[{\"a\":1}],\"schema\"")
			.replace("\"kind\":\"sources_failed\"", "\"kind\":\"something_new\"");
		assertThat(this.json.read(more).errors().get(BROKEN.key("x")).kind()).isEqualTo(ResourceFailure.Kind.INTERNAL);
	}

	@Test
	void whatIsNoSnapshotIsRefusedWithThePlace() {
		String written = this.json.write(snapshot());
		assertThatThrownBy(() -> this.json.read("{")).isInstanceOf(IllegalArgumentException.class)
			.hasMessageStartingWith("snapshot: no JSON: ");
		assertThatThrownBy(() -> this.json.read("{}")).hasMessageContaining("(expected: \"coalestra.snapshot\")");
		assertThatThrownBy(() -> this.json
			.read(written.replace("\"schema_version\":1,\"snapshot_id\"", "\"schema_version\":2,\"snapshot_id\"")))
			.isInstanceOf(IllegalArgumentException.class)
			.hasMessage("schema_version: 2 (expected: 1)");
		assertThatThrownBy(() -> this.json.read(written.replace("\"count\":2", "\"count\":\"many\"")))
			.isInstanceOf(IllegalArgumentException.class)
			.hasMessageStartingWith("value of " + KEY + ": not of its type ");
		assertThatThrownBy(
				() -> this.json.read(written.replaceAll("\"created_at\":\"[^\"]*\"", "\"created_at\":\"soon\"")))
			.hasMessage("created_at: \"soon\" (expected: an instant in ISO 8601)");
	}

	@Test
	void sinceWhenTheOthersWereNotHeardIsReadBackAsWell() {
		String written = this.json.write(snapshot())
			.replace("\"diagnostics\"", "\"coherence_unknown_since\":\"2026-01-01T00:00:00Z\",\"diagnostics\"");
		Snapshot read = this.json.read(written);
		assertThat(read.coherenceUnknownSince()).contains(Instant.parse("2026-01-01T00:00:00Z"));
		assertThat(this.json.write(read)).isEqualTo(written);
	}

	@Test
	void whatDoesNotFitTogetherIsRefusedByItsKey() {
		String written = this.json.write(snapshot());
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.json.read(written.replace("\"keys\":", "\"names\":")))
			.withMessageStartingWith("keys: ")
			.withMessageEndingWith("(expected: a list)");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.json.read(written.replace(",\"shop:broken:x\"]", "]")))
			.withMessage("errors: shop:broken:x (expected: one of keys)");
		assertThatIllegalArgumentException().isThrownBy(
				() -> this.json.read(written.replace("\"resource\":\"shop:broken:x\"", "\"resource\":\"shop:count\"")))
			.withMessage("errors: shop:count (expected: each key once)");
	}

	@Test
	void aFailedBuildHasASerializedForm() {
		SnapshotBuilder builder = start();
		SnapshotBuildException failure = failed(builder.buildAsync(SnapshotRequest.require(COUNT.key())));
		assertThat(failure.toMap()).containsEntry("schema", "coalestra.error-diagnostics")
			.containsEntry("schema_version", 1)
			.containsEntry("error_type", "SnapshotBuild")
			.containsEntry("partial_snapshot_available", true)
			.containsEntry("has_partial_snapshot", true);
		assertThat(failure.failures().getFirst().toMap(7)).containsEntry("resource", "shop:count")
			.containsEntry("error_type", "ResourceResolution")
			.containsEntry("message", "no s...")
			.containsEntry("failures", List.of());
		assertThatIllegalArgumentException().isThrownBy(() -> failure.failures().getFirst().toMap(0))
			.withMessage("maxMessageLength: 0 (expected: 1 or more)");
	}

	@Test
	void whatAPolicyRefusesIsWrittenAsData() {
		SnapshotBuilder builder = start(Freshness.forever());
		builder.publisher()
			.publishAll(List.of(ResourceUpdate.of(COUNT.key(), 1, "feed").observedAt(this.time.now().minusSeconds(3)),
					ResourceUpdate.of(GONE.key(), "x", "feed")));
		SnapshotRequest request = SnapshotRequest.require(COUNT.key(), GONE.key());
		Map<String, Object> skewed = failed(builder.buildAsync(request.maxSkew(seconds(1)))).toMap();
		assertThat(skewed).containsEntry("error_type", "SnapshotConsistency").containsEntry("errors", List.of());
		assertThat(skewed.get("violation")).asInstanceOf(InstanceOfAssertFactories.map(String.class, Object.class))
			.containsEntry("reason", "observation_skew")
			.containsEntry("oldest_key", "shop:count")
			.containsEntry("newest_key", "shop:gone")
			.containsEntry("observation_skew_seconds", 3.0)
			.containsEntry("max_observation_skew_seconds", 1.0);
		AcceptancePolicy policy = AcceptancePolicy.builder()
			.rule(COUNT.key(), AcceptanceRule.FRESH.maxAge(seconds(2)).minimumRank(5))
			.require(Requirement.allOf(COUNT.key(), GONE.key()).named("both"))
			.build();
		SnapshotBuildException poor = failed(builder.buildAsync(request.acceptance(policy)));
		assertThat(poor.toMap()).containsEntry("error_type", "SnapshotAcceptance");
		assertThat(list(poor.toMap(), "errors")).extracting("resource", "error_type", "reasons")
			.containsExactly(
					tuple("shop:count", "ResourceAcceptance",
							List.of("too_old", "insufficient_authority", "requirement_unsatisfied")),
					tuple("shop:gone", "ResourceAcceptance", List.of("requirement_unsatisfied")));
		List<Map<String, Object>> violations = list(poor.toMap(), "violations");
		assertThat(violations.get(0)).containsEntry("reason", "too_old")
			.containsEntry("keys", List.of("shop:count"))
			.containsEntry("current_age_seconds", 3.0)
			.containsEntry("max_age_seconds", 2.0);
		assertThat(violations.get(1)).containsEntry("authority_rank", 0).containsEntry("minimum_authority_rank", 5);
		assertThat(violations.get(2)).containsEntry("requirement_name", "both")
			.containsEntry("accepted_count", 1)
			.containsEntry("required_count", 2);
	}

	@Test
	void aResultHasASerializedFormThatSaysAllThatIsLacking() {
		SnapshotBuilder builder = start(Freshness.forever());
		builder.publisher().publish(GONE.key(), "x", "feed");
		SnapshotRequest request = SnapshotRequest.require(COUNT.key(), GONE.key())
			.optional(BROKEN.key("x"))
			.degradation(DegradationPolicy.DEFAULT.on(Lack.OPTIONAL_KEY, Response.DEGRADE));
		CompletableFuture<SnapshotResult> build = builder.tryBuildAsync(request);
		this.executor.runAll();
		Map<String, Object> form = build.join().toMap();
		assertThat(form).containsEntry("schema", "coalestra.snapshot-result")
			.containsEntry("schema_version", 1)
			.containsEntry("state", "degraded")
			.containsEntry("reasons", List.of("required_errors", "optional_errors"))
			.containsEntry("allowed_actions", List.of("read", "evaluate"))
			.containsEntry("acceptance_violations", List.of())
			.doesNotContainKeys("consistency_violation", "error");
		assertThat(list(form, "required_errors")).extracting("resource").containsExactly("shop:count");
		assertThat(list(form, "optional_errors")).extracting("resource").containsExactly("shop:broken:x");
		assertThat(JsonMapper.shared().writeValueAsString(form)).contains("\"schema\":\"coalestra.snapshot\"");
	}

	@SuppressWarnings("unchecked") // as the form says
	private static List<Map<String, Object>> list(Map<String, Object> form, String field) {
		return (List<Map<String, Object>>) form.get(field);
	}

	record Line(String article, int count) {
	}

}
