package io.coalestra.json;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import io.coalestra.failure.FailureReason;
import io.coalestra.failure.ResourceFailure;
import io.coalestra.fixtures.EngineFixture;
import io.coalestra.key.PayloadType;
import io.coalestra.key.ResourceKey;
import io.coalestra.key.ResourceType;
import io.coalestra.policy.Freshness;
import io.coalestra.publish.ResourceUpdate;
import io.coalestra.snapshot.ResourceUnavailableException;
import io.coalestra.snapshot.Snapshot;
import io.coalestra.snapshot.SnapshotBuildException;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.snapshot.SnapshotRequest;
import io.coalestra.source.Payload;
import io.coalestra.source.Source;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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

	record Line(String article, int count) {
	}

}
