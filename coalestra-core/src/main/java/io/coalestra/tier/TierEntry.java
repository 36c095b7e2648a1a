package io.coalestra.tier;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * What a tier holds for a key: a value, or the mark of a removal.
 *
 * <p>
 * Its stored form begins with a head of fixed places, so that a script inside an engine
 * can compare versions without understanding values: one byte {@code 0xC0}, one of the
 * form's version, one of the kind, one unused, then rank (4), order (8), generation (8)
 * and the moment of expiry in milliseconds since the epoch (8), all big-endian, rank and
 * order with their sign bit flipped so that they compare as unsigned numbers. Immutable,
 * provided that nobody writes into the payload's array, which is not copied.
 */
public final class TierEntry {

	/** How many bytes the head has. */
	public static final int HEAD_LENGTH = 32;

	private static final byte MARK = (byte) 0xC0;

	private static final byte FORM = 1;

	private static final byte VALUE = 0;

	private static final byte REMOVAL = 1;

	private static final byte[] NOTHING = {};

	private final TierVersion version;

	private final long expiresAt;

	private final byte @Nullable [] payload;

	private TierEntry(TierVersion version, long expiresAt, byte @Nullable [] payload) {
		this.version = Objects.requireNonNull(version, "version");
		this.expiresAt = expiresAt;
		this.payload = payload;
	}

	/**
	 * Makes a value.
	 * @param version its version
	 * @param expiresAt until when it may be used, to the millisecond
	 * @param payload its bytes, not copied
	 * @return the entry
	 */
	public static TierEntry value(TierVersion version, Instant expiresAt, byte[] payload) {
		return new TierEntry(version, expiresAt.toEpochMilli(), Objects.requireNonNull(payload, "payload"));
	}

	/**
	 * Makes the mark of a removal.
	 * @param version its version
	 * @param expiresAt until when it stands, to the millisecond
	 * @return the entry
	 */
	public static TierEntry removal(TierVersion version, Instant expiresAt) {
		return new TierEntry(version, expiresAt.toEpochMilli(), null);
	}

	/**
	 * Reads a stored form.
	 * @param stored the bytes
	 * @return the entry, or null where the bytes are no entry, or of a later form
	 */
	public static @Nullable TierEntry decode(byte[] stored) {
		return decode(ByteBuffer.wrap(stored));
	}

	/**
	 * Reads a stored form. What is read is copied.
	 * @param stored the bytes from the buffer's position to its limit
	 * @return the entry, or null where the bytes are no entry, or of a later form
	 */
	public static @Nullable TierEntry decode(ByteBuffer stored) {
		ByteBuffer form = stored.slice();
		if (form.remaining() < HEAD_LENGTH || form.get() != MARK || form.get() != FORM) {
			return null;
		}
		byte kind = form.get();
		form.get();
		if (kind != VALUE && kind != REMOVAL) {
			return null;
		}
		int rank = form.getInt() ^ Integer.MIN_VALUE;
		long order = form.getLong() ^ Long.MIN_VALUE;
		TierVersion version = new TierVersion(form.getLong(), rank, order);
		long expiresAt = form.getLong();
		byte[] payload = null;
		if (kind == VALUE) {
			payload = new byte[form.remaining()];
			form.get(payload);
		}
		return new TierEntry(version, expiresAt, payload);
	}

	/**
	 * Returns the stored form.
	 * @return the bytes, a new array
	 */
	public byte[] encode() {
		byte[] body = (this.payload != null) ? this.payload : NOTHING;
		return ByteBuffer.allocate(HEAD_LENGTH + body.length)
			.put(MARK)
			.put(FORM)
			.put((this.payload != null) ? VALUE : REMOVAL)
			.put((byte) 0)
			.putInt(this.version.rank() ^ Integer.MIN_VALUE)
			.putLong(this.version.order() ^ Long.MIN_VALUE)
			.putLong(this.version.generation())
			.putLong(this.expiresAt)
			.put(body)
			.array();
	}

	/**
	 * Returns the version.
	 * @return the version
	 */
	public TierVersion version() {
		return this.version;
	}

	/**
	 * Returns until when the entry stands.
	 * @return the moment, to the millisecond
	 */
	public Instant expiresAt() {
		return Instant.ofEpochMilli(this.expiresAt);
	}

	/**
	 * Returns whether the entry has expired.
	 * @param now the reader's time
	 * @return true from the moment of expiry on
	 */
	public boolean isExpired(Instant now) {
		return now.toEpochMilli() >= this.expiresAt;
	}

	/**
	 * Returns whether this is the mark of a removal.
	 * @return true if there is no value
	 */
	public boolean isRemoval() {
		return this.payload == null;
	}

	/**
	 * Returns the value's bytes.
	 * @return the bytes, not a copy: not to be written into
	 * @throws IllegalStateException if this is the mark of a removal
	 */
	public byte[] payload() {
		if (this.payload == null) {
			throw new IllegalStateException("payload: none (expected: to be asked of a value, this is a removal)");
		}
		return this.payload;
	}

	@Override
	public boolean equals(Object other) {
		return other instanceof TierEntry that && this.version.equals(that.version) && this.expiresAt == that.expiresAt
				&& Arrays.equals(this.payload, that.payload);
	}

	@Override
	public int hashCode() {
		return 31 * this.version.hashCode() + Arrays.hashCode(this.payload);
	}

	@Override
	public String toString() {
		return ((this.payload != null) ? this.payload.length + " bytes " : "removal ") + this.version;
	}

}
