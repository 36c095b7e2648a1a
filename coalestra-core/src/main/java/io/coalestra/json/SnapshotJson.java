package io.coalestra.json;

import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

import io.coalestra.key.ResourceType;
import io.coalestra.snapshot.Snapshot;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes snapshots as JSON and reads them back, for audits, replays and tests.
 *
 * <p>
 * Payloads are read as the type that their {@link ResourceType} says, never as one that
 * the data names. Payloads of types that are not given are read as what JSON has: maps,
 * lists, strings, numbers and booleans. Fields that are not known are passed over; a
 * schema version that is not known is refused. Metadata is read as JSON has it. A
 * snapshot that was read back holds what was written, in its order; its {@code explain}
 * knows no more than the provenance. Immutable and safe for concurrent use.
 */
public final class SnapshotJson {

	private final JsonMapper mapper;

	private final Map<ResourceType<?>, ResourceType<?>> types = new HashMap<>();

	private SnapshotJson(JsonMapper mapper, Collection<? extends ResourceType<?>> types) {
		this.mapper = Objects.requireNonNull(mapper, "mapper");
		types.forEach((type) -> this.types.put(type, type));
	}

	/**
	 * Makes a reader and writer.
	 * @param mapper knows how payloads are written and read; without default typing
	 * @param types the types of the payloads
	 * @return the reader and writer
	 */
	public static SnapshotJson of(JsonMapper mapper, ResourceType<?>... types) {
		return new SnapshotJson(mapper, Arrays.asList(types));
	}

	/**
	 * Makes a reader and writer.
	 * @param mapper knows how payloads are written and read; without default typing
	 * @param types the types of the payloads
	 * @return the reader and writer
	 */
	public static SnapshotJson of(JsonMapper mapper, Collection<? extends ResourceType<?>> types) {
		return new SnapshotJson(mapper, types);
	}

	/**
	 * Writes a snapshot.
	 * @param snapshot the snapshot
	 * @return its {@linkplain Snapshot#toMap() serialized form} as JSON
	 * @throws IllegalArgumentException if a payload or metadata cannot be written
	 */
	public String write(Snapshot snapshot) {
		try {
			return this.mapper.writeValueAsString(snapshot.toMap());
		}
		catch (JacksonException ex) {
			throw new IllegalArgumentException("snapshot: cannot be written: " + ex.getOriginalMessage(), ex);
		}
	}

	/**
	 * Reads a snapshot back.
	 * @param json what {@link #write} gave
	 * @return the snapshot
	 * @throws IllegalArgumentException if it is no snapshot, of another schema version,
	 * or a payload is not of its type; the message names the place
	 */
	public Snapshot read(String json) {
		JsonNode root;
		try {
			root = this.mapper.readTree(json);
		}
		catch (JacksonException ex) {
			throw new IllegalArgumentException("snapshot: no JSON: " + ex.getOriginalMessage(), ex);
		}
		return new SnapshotReading(this.mapper, this.types).read(root);
	}

}
