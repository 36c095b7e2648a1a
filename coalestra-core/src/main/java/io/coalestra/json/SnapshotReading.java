package io.coalestra.json;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

import io.coalestra.cache.DependencyVersion;
import io.coalestra.cache.ResourceVersion;
import io.coalestra.failure.FailureReason;
import io.coalestra.failure.ResourceFailure;
import io.coalestra.failure.SourceFailure;
import io.coalestra.key.ResourceKey;
import io.coalestra.key.ResourceKeys;
import io.coalestra.key.ResourceType;
import io.coalestra.snapshot.Snapshot;
import io.coalestra.snapshot.SnapshotDiagnostics;
import io.coalestra.snapshot.SnapshotValue;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads the serialized form of a snapshot. Holds no state between readings.
 */
final class SnapshotReading {

	private static final String SCHEMA = "coalestra.snapshot";

	private static final int VERSION = 1;

	private final JsonMapper mapper;

	private final Map<ResourceType<?>, ResourceType<?>> types;

	SnapshotReading(JsonMapper mapper, Map<ResourceType<?>, ResourceType<?>> types) {
		this.mapper = mapper;
		this.types = types;
	}

	Snapshot read(JsonNode root) {
		if (!SCHEMA.equals(root.path("schema").asString(""))) {
			throw new IllegalArgumentException("schema: " + root.path("schema") + " (expected: \"" + SCHEMA + "\")");
		}
		if (root.path("schema_version").asInt(0) != VERSION) {
			throw new IllegalArgumentException(
					"schema_version: " + root.path("schema_version") + " (expected: " + VERSION + ")");
		}
		ResourceKeys keys = ResourceKeys.of(each(root, "keys", (node) -> key(node.asString(""))));
		List<SnapshotValue<?>> values = each(root, "resources", this::value);
		List<ResourceFailure> errors = each(root, "errors", this::failure);
		List<ResourceKey<?>> absent = each(root, "absent", (node) -> key(node.asString("")));
		Set<ResourceKey<?>> answered = new HashSet<>();
		values.forEach((value) -> requireOnce("resources", value.key(), keys, answered));
		errors.forEach((failure) -> requireOnce("errors", failure.key(), keys, answered));
		absent.forEach((key) -> requireKnown("absent", key, keys));
		Instant unknownSince = root.has("coherence_unknown_since") ? instant(root, "coherence_unknown_since") : null;
		return new RecordedSnapshot(text(root, "snapshot_id"), instant(root, "created_at"), keys, values, errors,
				new HashSet<>(absent), diagnostics(root.path("diagnostics")), unknownSince);
	}

	// No key has a value twice, or a value and a failure.
	private static void requireOnce(String field, ResourceKey<?> key, ResourceKeys keys, Set<ResourceKey<?>> answered) {
		requireKnown(field, key, keys);
		if (!answered.add(key)) {
			throw new IllegalArgumentException(field + ": " + key + " (expected: each key once)");
		}
	}

	private static void requireKnown(String field, ResourceKey<?> key, ResourceKeys keys) {
		if (!keys.contains(key)) {
			throw new IllegalArgumentException(field + ": " + key + " (expected: one of keys)");
		}
	}

	private SnapshotValue<?> value(JsonNode node) {
		return typed(key(text(node, "resource")), node);
	}

	private <T> SnapshotValue<T> typed(ResourceKey<T> key, JsonNode node) {
		return new SnapshotValue<>(key, payload(key, node.path("value")), text(node, "source"),
				instant(node, "observed_at"), instant(node, "fetched_at"), seconds(node, "age_seconds"),
				node.path("stale").asBoolean(false), node.path("from_cache").asBoolean(false),
				millis(node, "latency_ms"), node.path("attempts").asInt(0), node.path("authority_rank").asInt(0),
				version(node.path("version")), each(node, "dependency_versions", this::dependency),
				metadata(node.path("metadata")));
	}

	private <T> T payload(ResourceKey<T> key, JsonNode node) {
		try {
			@Nullable Object read = this.mapper.treeToValue(node, this.mapper.constructType(key.type().payloadType().type()));
			if (read == null) {
				throw new IllegalArgumentException("value of " + key + ": null (expected: a value)");
			}
			return key.type().payloadType().rawType().cast(read);
		}
		catch (JacksonException ex) {
			throw new IllegalArgumentException("value of " + key + ": not of its type "
					+ key.type().payloadType().type().getTypeName() + ": " + ex.getOriginalMessage(), ex);
		}
	}

	private ResourceKey<?> key(String text) {
		ResourceKey<Object> parsed = ResourceKey.parse(text);
		ResourceType<?> known = this.types.get(parsed.type());
		return (known != null) ? parsed.of(known) : parsed;
	}

	private DependencyVersion dependency(JsonNode node) {
		return new DependencyVersion(key(text(node, "resource")), version(node.path("version")));
	}

	private static ResourceVersion version(JsonNode node) {
		JsonNode source = node.path("source_version");
		return new ResourceVersion(text(node, "origin"), node.path("sequence").asLong(0),
				source.isString() ? source.asString() : null);
	}

	private Map<String, Object> metadata(JsonNode node) {
		Map<String, Object> metadata = new LinkedHashMap<>();
		node.propertyStream().forEach((entry) -> {
			@Nullable Object read = this.mapper.treeToValue(entry.getValue(), Object.class);
			if (read != null) {
				metadata.put(entry.getKey(), read);
			}
		});
		return Collections.unmodifiableMap(metadata);
	}

	private ResourceFailure failure(JsonNode node) {
		return new ResourceFailure(key(text(node, "resource")), kind(node), each(node, "failures", this::sourceFailure),
				text(node, "message"));
	}

	// What a later release names is not known here, and was a failure all the same.
	private static ResourceFailure.Kind kind(JsonNode node) {
		String name = node.path("kind").asString("").toUpperCase(Locale.ROOT);
		return Stream.of(ResourceFailure.Kind.values())
			.filter((kind) -> kind.name().equals(name))
			.findFirst()
			.orElse(ResourceFailure.Kind.INTERNAL);
	}

	private SourceFailure sourceFailure(JsonNode node) {
		String name = node.path("reason").asString("");
		FailureReason reason = Stream.of(FailureReason.values())
			.filter((known) -> known.wireName().equals(name))
			.findFirst()
			.orElse(FailureReason.SOURCE_ERROR);
		return new SourceFailure(text(node, "source"), reason, text(node, "error_type"), text(node, "message"),
				node.path("attempts").asInt(0), null);
	}

	private static SnapshotDiagnostics diagnostics(JsonNode node) {
		Map<String, Integer> calls = new HashMap<>();
		node.path("source_calls_by_source")
			.propertyStream()
			.forEach((entry) -> calls.put(entry.getKey(), entry.getValue().asInt(0)));
		Map<String, Duration> latencies = new HashMap<>();
		node.path("source_latency_ms_by_source")
			.propertyStream()
			.forEach((entry) -> latencies.put(entry.getKey(), nanos(entry.getValue().asDouble(0) * 1e6)));
		return new SnapshotDiagnostics(millis(node, "duration_ms"), count(node, "requested_resources"),
				count(node, "resolved_resources"), count(node, "failed_resources"), count(node, "cache_hits"),
				count(node, "cache_misses"), count(node, "stale_values"), count(node, "coalesced_requests"),
				count(node, "source_calls"), count(node, "batch_calls"), count(node, "derived_calls"),
				count(node, "batch_chunks"), count(node, "retries"), count(node, "refresh_scheduled"),
				count(node, "support_cache_hits"), count(node, "support_cache_misses"),
				count(node, "future_timestamp_rejections"), millis(node, "observation_skew_ms"), calls, latencies);
	}

	private static int count(JsonNode node, String field) {
		return node.path(field).asInt(0);
	}

	private static <R> List<R> each(JsonNode node, String field, Function<JsonNode, ? extends R> reader) {
		if (!node.path(field).isArray()) {
			throw new IllegalArgumentException(field + ": " + node.path(field) + " (expected: a list)");
		}
		List<R> read = new ArrayList<>();
		node.path(field).valueStream().forEach((element) -> read.add(reader.apply(element)));
		return Collections.unmodifiableList(read);
	}

	private static String text(JsonNode node, String field) {
		JsonNode found = node.path(field);
		if (!found.isString()) {
			throw new IllegalArgumentException(field + ": " + found + " (expected: a string)");
		}
		return found.asString();
	}

	private static Instant instant(JsonNode node, String field) {
		String text = text(node, field);
		try {
			return Instant.parse(text);
		}
		catch (DateTimeException ex) {
			throw new IllegalArgumentException(field + ": \"" + text + "\" (expected: an instant in ISO 8601)", ex);
		}
	}

	private static Duration seconds(JsonNode node, String field) {
		return nanos(node.path(field).asDouble(0) * 1e9);
	}

	private static Duration millis(JsonNode node, String field) {
		return nanos(node.path(field).asDouble(0) * 1e6);
	}

	private static Duration nanos(double value) {
		return Duration.ofNanos(Math.round(value));
	}

}
