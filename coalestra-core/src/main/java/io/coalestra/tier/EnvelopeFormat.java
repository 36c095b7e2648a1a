package io.coalestra.tier;

import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

import io.coalestra.cache.DependencyVersion;
import io.coalestra.cache.ResourceVersion;
import io.coalestra.cache.WriteRule;
import io.coalestra.key.ResourceKey;
import org.jspecify.annotations.Nullable;

/**
 * Envelopes as bytes: one byte that names the schema, then fields, each of a one-byte
 * number, a four-byte length and its content. Fields that a reader does not know it
 * passes over, so that later versions may add some; a change that readers must not pass
 * over takes another schema. What cannot be read is no error but a miss. Immutable and
 * safe for concurrent use.
 */
public final class EnvelopeFormat {

	private static final byte SCHEMA = 1;

	private static final int MAX_FIELDS = 100_000;

	private static final String FORCED = "force";

	private final int maxPayloadBytes;

	private final int deflateFrom;

	/**
	 * Makes a format.
	 * @param maxPayloadBytes the most bytes that a payload may have before deflation, and
	 * the most that are inflated
	 * @param deflateFrom from how many bytes on a payload is deflated; more than
	 * {@code maxPayloadBytes} for never
	 */
	public EnvelopeFormat(int maxPayloadBytes, int deflateFrom) {
		if (maxPayloadBytes < 1) {
			throw new IllegalArgumentException("maxPayloadBytes: " + maxPayloadBytes + " (expected: 1 or more)");
		}
		if (deflateFrom < 0) {
			throw new IllegalArgumentException("deflateFrom: " + deflateFrom + " (expected: 0 or more)");
		}
		this.maxPayloadBytes = maxPayloadBytes;
		this.deflateFrom = deflateFrom;
	}

	/**
	 * Writes an envelope.
	 * @param envelope the envelope
	 * @return its bytes, or null where its payload is larger than permitted
	 */
	public byte @Nullable [] encode(Envelope envelope) {
		Envelope.Body body = envelope.payload();
		if (body != null && body.bytes().length > this.maxPayloadBytes) {
			return null;
		}
		FieldWriter fields = new FieldWriter(SCHEMA);
		fields.text(Field.TYPE, envelope.type());
		fields.text(Field.CODEC, envelope.codec());
		fields.text(Field.SOURCE, envelope.source());
		version(fields, envelope.version());
		fields.number(Field.OBSERVED_AT, envelope.observedAt());
		fields.number(Field.SINCE, envelope.since());
		span(fields, Field.TTL, envelope.ttl());
		span(fields, Field.MAX_STALE, envelope.maxStale());
		envelope.tags().forEach((tag) -> fields.text(Field.TAG, tag));
		for (DependencyVersion dependency : envelope.dependencies()) {
			FieldWriter nested = new FieldWriter(SCHEMA);
			nested.text(Field.KEY, dependency.key().toString());
			version(nested, dependency.version());
			fields.bytes(Field.DEPENDENCY, nested.bytes());
		}
		if (envelope.rule() == WriteRule.FORCE) {
			fields.text(Field.RULE, FORCED);
		}
		if (body != null) {
			payload(fields, body.bytes());
		}
		return fields.bytes();
	}

	private static void version(FieldWriter fields, ResourceVersion version) {
		fields.text(Field.ORIGIN, version.origin());
		fields.number(Field.SEQUENCE, version.sequence());
		if (version.sourceVersion() != null) {
			fields.text(Field.SOURCE_VERSION, version.sourceVersion());
		}
	}

	private static void span(FieldWriter fields, Field field, @Nullable Duration span) {
		if (span != null) {
			fields.number(field, span.toNanos());
		}
	}

	private void payload(FieldWriter fields, byte[] payload) {
		byte[] deflated = (payload.length >= this.deflateFrom) ? deflated(payload) : null;
		if (deflated != null && deflated.length < payload.length) {
			fields.bytes(Field.DEFLATED_PAYLOAD, deflated);
		}
		else {
			fields.bytes(Field.PAYLOAD, payload);
		}
	}

	private static byte[] deflated(byte[] payload) {
		Deflater deflater = new Deflater(Deflater.BEST_SPEED);
		try {
			deflater.setInput(payload);
			deflater.finish();
			ByteArrayOutputStream out = new ByteArrayOutputStream(payload.length / 2 + 16);
			byte[] chunk = new byte[8192];
			while (!deflater.finished()) {
				out.write(chunk, 0, deflater.deflate(chunk));
			}
			return out.toByteArray();
		}
		finally {
			deflater.end();
		}
	}

	/**
	 * Reads an envelope.
	 * @param bytes what {@link #encode(Envelope)} gave, of this or another version, or
	 * anything else
	 * @return the envelope, or null where the bytes are none that can be read
	 */
	public @Nullable Envelope decode(byte[] bytes) {
		try {
			return read(ByteBuffer.wrap(bytes));
		}
		catch (BufferUnderflowException | DataFormatException | IllegalArgumentException unreadable) {
			return null;
		}
	}

	private @Nullable Envelope read(ByteBuffer in) throws DataFormatException {
		Fields fields = Fields.of(in);
		String type = fields.text(Field.TYPE);
		String codec = fields.text(Field.CODEC);
		String source = fields.text(Field.SOURCE);
		ResourceVersion version = version(fields);
		Long observedAt = fields.number(Field.OBSERVED_AT);
		Long since = fields.number(Field.SINCE);
		if (type == null || codec == null || source == null || version == null || observedAt == null || since == null) {
			return null;
		}
		List<DependencyVersion> dependencies = new ArrayList<>();
		for (ByteBuffer nested : fields.all(Field.DEPENDENCY)) {
			DependencyVersion dependency = dependency(Fields.of(nested));
			if (dependency == null) {
				return null;
			}
			dependencies.add(dependency);
		}
		Set<String> tags = new HashSet<>();
		fields.all(Field.TAG).forEach((tag) -> tags.add(Fields.textOf(tag)));
		return new Envelope(type, codec, source, version, observedAt, since, span(fields, Field.TTL),
				span(fields, Field.MAX_STALE), tags, dependencies, payload(fields),
				FORCED.equals(fields.text(Field.RULE)) ? WriteRule.FORCE : WriteRule.MONOTONIC);
	}

	private static @Nullable DependencyVersion dependency(Fields fields) {
		String key = fields.text(Field.KEY);
		ResourceVersion version = version(fields);
		return (key != null && version != null) ? new DependencyVersion(ResourceKey.parse(key), version) : null;
	}

	private static @Nullable ResourceVersion version(Fields fields) {
		String origin = fields.text(Field.ORIGIN);
		Long sequence = fields.number(Field.SEQUENCE);
		return (origin != null && sequence != null)
				? new ResourceVersion(origin, sequence, fields.text(Field.SOURCE_VERSION)) : null;
	}

	private static @Nullable Duration span(Fields fields, Field field) {
		Long nanos = fields.number(field);
		return (nanos != null) ? Duration.ofNanos(nanos) : null;
	}

	private Envelope.@Nullable Body payload(Fields fields) throws DataFormatException {
		ByteBuffer plain = fields.one(Field.PAYLOAD);
		if (plain != null) {
			return new Envelope.Body(Fields.bytesOf(plain));
		}
		ByteBuffer deflated = fields.one(Field.DEFLATED_PAYLOAD);
		return (deflated != null) ? new Envelope.Body(inflated(deflated)) : null;
	}

	// Bounded by the limit and not by what the data claim.
	private byte[] inflated(ByteBuffer deflated) throws DataFormatException {
		Inflater inflater = new Inflater();
		try {
			inflater.setInput(deflated);
			ByteArrayOutputStream out = new ByteArrayOutputStream(Math.max(32, deflated.remaining() * 3));
			byte[] chunk = new byte[8192];
			while (!inflater.finished()) {
				int length = inflater.inflate(chunk);
				if (length == 0 || out.size() + length > this.maxPayloadBytes) {
					throw new DataFormatException("payload: truncated, or too large");
				}
				out.write(chunk, 0, length);
			}
			return out.toByteArray();
		}
		finally {
			inflater.end();
		}
	}

	// The numbers are the wire's; a number that was ever used is not used anew.
	private enum Field {

		TYPE(1), CODEC(2), SOURCE(3), ORIGIN(4), SEQUENCE(5), SOURCE_VERSION(6), OBSERVED_AT(7), SINCE(8), TTL(9),
		MAX_STALE(10), TAG(11), DEPENDENCY(12), KEY(13), PAYLOAD(14), DEFLATED_PAYLOAD(15), RULE(16);

		private final byte number;

		Field(int number) {
			this.number = (byte) number;
		}

	}

	private static final class FieldWriter {

		private final ByteArrayOutputStream out = new ByteArrayOutputStream(256);

		private FieldWriter(byte schema) {
			this.out.write(schema);
		}

		private void text(Field field, String text) {
			bytes(field, text.getBytes(StandardCharsets.UTF_8));
		}

		private void number(Field field, long number) {
			bytes(field, ByteBuffer.allocate(Long.BYTES).putLong(number).array());
		}

		private void bytes(Field field, byte[] content) {
			this.out.write(field.number);
			this.out.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(content.length).array());
			this.out.writeBytes(content);
		}

		private byte[] bytes() {
			return this.out.toByteArray();
		}

	}

	/**
	 * The fields of one envelope or dependency, as slices of its bytes.
	 */
	private record Fields(List<Entry> entries) {

		private record Entry(byte number, ByteBuffer content) {
		}

		private static Fields of(ByteBuffer in) {
			if (in.get() != SCHEMA) {
				throw new IllegalArgumentException("schema: not " + SCHEMA);
			}
			List<Entry> entries = new ArrayList<>();
			while (in.hasRemaining()) {
				byte number = in.get();
				int length = in.getInt();
				if (length < 0 || length > in.remaining() || entries.size() >= MAX_FIELDS) {
					throw new IllegalArgumentException("field: " + length + " bytes of " + in.remaining());
				}
				entries.add(new Entry(number, in.slice(in.position(), length)));
				in.position(in.position() + length);
			}
			return new Fields(entries);
		}

		private @Nullable ByteBuffer one(Field field) {
			for (Entry entry : this.entries) {
				if (entry.number == field.number) {
					return entry.content.duplicate();
				}
			}
			return null;
		}

		private List<ByteBuffer> all(Field field) {
			return this.entries.stream()
				.filter((entry) -> entry.number == field.number)
				.map((entry) -> entry.content.duplicate())
				.toList();
		}

		private @Nullable String text(Field field) {
			ByteBuffer content = one(field);
			return (content != null) ? textOf(content) : null;
		}

		private @Nullable Long number(Field field) {
			ByteBuffer content = one(field);
			return (content != null) ? Long.valueOf(content.getLong()) : null;
		}

		private static String textOf(ByteBuffer content) {
			return StandardCharsets.UTF_8.decode(content.duplicate()).toString();
		}

		private static byte[] bytesOf(ByteBuffer content) {
			byte[] bytes = new byte[content.remaining()];
			content.duplicate().get(bytes);
			return bytes;
		}

	}

}
