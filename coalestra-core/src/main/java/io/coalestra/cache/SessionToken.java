package io.coalestra.cache;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import io.coalestra.key.ResourceKey;
import io.coalestra.time.TimeSource;

/**
 * What somebody has written or seen, so that no node shows it anything older: taken from
 * what one node answered, handed to another with the next request.
 *
 * <p>
 * Names keys, and of each the authority and the time of what is to be reached. A value is
 * not older if it was observed no earlier, or is of a higher rank. Travels as
 * {@linkplain #text() text}, as in a cookie or a header; it is not signed, and whoever
 * makes one up can cause reads, but no wrong values. Immutable and safe for concurrent
 * use.
 */
public final class SessionToken {

	/** Names nothing. */
	public static final SessionToken NONE = new SessionToken(Map.of());

	/** The most keys that a token may name, inclusive. */
	public static final int MAX_KEYS = 1_000;

	private static final byte SCHEMA = 1;

	private final Map<ResourceKey<?>, Point> points;

	private SessionToken(Map<ResourceKey<?>, Point> points) {
		this.points = points;
	}

	/**
	 * Names a value that was written or seen.
	 * @param key the key
	 * @param rank the rank of its source
	 * @param observedAt when it was observed: nanoseconds since the epoch
	 * @return the token
	 */
	public static SessionToken of(ResourceKey<?> key, int rank, long observedAt) {
		return new SessionToken(Map.of(key, new Point(rank, observedAt)));
	}

	/**
	 * Names a moment before which nothing is to be shown of a key, whatever its rank: as
	 * when it was invalidated, or changed where this library does not see it.
	 * @param key the key
	 * @param moment the moment
	 * @return the token
	 */
	public static SessionToken notBefore(ResourceKey<?> key, Instant moment) {
		return of(key, Integer.MAX_VALUE, TimeSource.toEpochNanos(moment));
	}

	/**
	 * Adds what another token names.
	 * @param other the other
	 * @return a token that asks for what both do
	 * @throws IllegalArgumentException if there are more than {@value #MAX_KEYS} keys
	 */
	public SessionToken and(SessionToken other) {
		if (this.points.isEmpty() || other.points.isEmpty()) {
			return this.points.isEmpty() ? other : this;
		}
		Map<ResourceKey<?>, Point> both = new LinkedHashMap<>(this.points);
		other.points.forEach((key, point) -> both.merge(key, point, Point::and));
		if (both.size() > MAX_KEYS) {
			throw new IllegalArgumentException("token: " + both.size() + " keys (expected: at most " + MAX_KEYS + ")");
		}
		return new SessionToken(Collections.unmodifiableMap(both));
	}

	/**
	 * Returns whether nothing is named.
	 * @return true if so
	 */
	public boolean isEmpty() {
		return this.points.isEmpty();
	}

	/**
	 * Returns the keys that are named.
	 * @return the keys
	 */
	public Set<ResourceKey<?>> keys() {
		return this.points.keySet();
	}

	/**
	 * Returns whether a key is named.
	 * @param key the key
	 * @return true if so
	 */
	public boolean names(ResourceKey<?> key) {
		return this.points.containsKey(key);
	}

	/**
	 * Returns the rank of what is named.
	 * @param key a key that is named
	 * @return the rank; {@link Integer#MAX_VALUE} for a moment
	 */
	public int rank(ResourceKey<?> key) {
		return point(key).rank();
	}

	/**
	 * Returns the time of what is named.
	 * @param key a key that is named
	 * @return nanoseconds since the epoch
	 */
	public long observedAt(ResourceKey<?> key) {
		return point(key).observedAt();
	}

	private Point point(ResourceKey<?> key) {
		Point point = this.points.get(key);
		if (point == null) {
			throw new IllegalArgumentException("key: " + key + " (expected: a key that the token names)");
		}
		return point;
	}

	/**
	 * Returns whether a value is not older than what is named.
	 * @param revision the value
	 * @param latest the latest time that may be asked for, as when the request was made:
	 * nanoseconds since the epoch
	 * @return true if so, also where its key is not named
	 */
	public boolean admits(Revision<?> revision, long latest) {
		Point point = this.points.get(revision.key());
		return point == null || revision.provenance().observedAt() >= Math.min(point.observedAt(), latest)
				|| revision.provenance().rank() > point.rank();
	}

	/**
	 * Returns the token as text of the alphabet that is safe in cookies, headers and
	 * addresses.
	 * @return the text, which {@link #parse} reads
	 */
	public String text() {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream(64 * (1 + this.points.size()));
		try (DataOutputStream out = new DataOutputStream(bytes)) {
			out.writeByte(SCHEMA);
			out.writeInt(this.points.size());
			for (Map.Entry<ResourceKey<?>, Point> entry : this.points.entrySet()) {
				byte[] key = entry.getKey().toString().getBytes(StandardCharsets.UTF_8);
				out.writeInt(key.length);
				out.write(key);
				out.writeInt(entry.getValue().rank());
				out.writeLong(entry.getValue().observedAt());
			}
		}
		catch (IOException impossible) {
			throw new UncheckedIOException(impossible);
		}
		return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.toByteArray());
	}

	/**
	 * Reads a token.
	 * @param text what {@link #text()} gave, on any node
	 * @return the token
	 * @throws IllegalArgumentException if it is none, or of a later form
	 */
	public static SessionToken parse(String text) {
		byte[] bytes = Base64.getUrlDecoder().decode(text);
		try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
			byte schema = in.readByte();
			int size = in.readInt();
			if (schema != SCHEMA || size < 0 || size > MAX_KEYS) {
				throw new IllegalArgumentException("token: form " + schema + " of " + size + " keys (expected: form "
						+ SCHEMA + " of at most " + MAX_KEYS + ")");
			}
			Map<ResourceKey<?>, Point> points = LinkedHashMap.newLinkedHashMap(size);
			for (int i = 0; i < size; i++) {
				int length = in.readInt();
				if (length < 0 || length > in.available()) {
					throw new IllegalArgumentException("token: a key of " + length + " bytes (expected: no more than "
							+ in.available() + ", which are left)");
				}
				ResourceKey<?> key = ResourceKey.parse(new String(in.readNBytes(length), StandardCharsets.UTF_8));
				points.put(key, new Point(in.readInt(), in.readLong()));
			}
			return new SessionToken(Collections.unmodifiableMap(points));
		}
		catch (IOException tooShort) {
			throw new IllegalArgumentException("token: " + bytes.length + " bytes (expected: more)", tooShort);
		}
	}

	@Override
	public boolean equals(Object other) {
		return other instanceof SessionToken that && this.points.equals(that.points);
	}

	@Override
	public int hashCode() {
		return Objects.hashCode(this.points);
	}

	@Override
	public String toString() {
		return "token of " + this.points.size() + " keys";
	}

	/**
	 * What is to be reached.
	 *
	 * @param rank the rank
	 * @param observedAt the time
	 */
	private record Point(int rank, long observedAt) {

		private Point and(Point other) {
			return new Point(Math.max(this.rank, other.rank), Math.max(this.observedAt, other.observedAt));
		}

	}

}
