package io.coalestra.collections.page;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

import io.coalestra.collections.row.Column;
import io.coalestra.collections.row.ValueText;
import io.coalestra.collections.store.Scan;
import org.jspecify.annotations.Nullable;

/**
 * Makes and reads cursors: the position after which a page begins, as text that fits into
 * an address.
 *
 * <p>
 * A cursor is signed, together with the scan that it is for, so that it can be used
 * neither altered nor with another table, order or owner. It is not encrypted: whoever
 * holds it may read the position. Nodes that share a secret read each other's. Immutable
 * and safe for concurrent use.
 */
public final class Cursors {

	/** The fewest bytes that a secret may have. */
	public static final int MIN_SECRET_LENGTH = 32;

	/** The most characters that a cursor may have: more is refused unread. */
	public static final int MAX_LENGTH = 8192;

	private static final String ALGORITHM = "HmacSHA256";

	private static final byte FORM = 1;

	private static final int SIGNATURE_LENGTH = 32;

	private final SecretKeySpec secret;

	/**
	 * Makes cursors of a secret.
	 * @param secret random bytes, the same on each node, at least
	 * {@value #MIN_SECRET_LENGTH}; copied
	 * @throws IllegalArgumentException if there are fewer
	 */
	public Cursors(byte[] secret) {
		if (secret.length < MIN_SECRET_LENGTH) {
			throw new IllegalArgumentException(
					"secret: " + secret.length + " bytes (expected: at least " + MIN_SECRET_LENGTH + ")");
		}
		this.secret = new SecretKeySpec(secret, ALGORITHM);
	}

	/**
	 * Writes a position.
	 * @param scan the scan, ordered
	 * @param position what {@link Scan#positionOf} gave
	 * @return the cursor: letters, digits, {@code -} and {@code _}
	 * @throws IllegalArgumentException if it would be longer than {@value #MAX_LENGTH},
	 * as by an order of long texts
	 */
	public String encode(Scan scan, List<? extends @Nullable Object> position) {
		byte[] text = ValueText.encode(position).getBytes(StandardCharsets.UTF_8);
		byte[] cursor = ByteBuffer.allocate(1 + SIGNATURE_LENGTH + text.length)
			.put(FORM)
			.put(signature(scan, text))
			.put(text)
			.array();
		String encoded = Base64.getUrlEncoder().withoutPadding().encodeToString(cursor);
		if (encoded.length() > MAX_LENGTH) {
			throw new IllegalArgumentException("cursor: " + encoded.length() + " characters (expected: at most "
					+ MAX_LENGTH + ", from an order of shorter values)");
		}
		return encoded;
	}

	/**
	 * Reads a position.
	 * @param scan the scan, the same as that of the page which gave the cursor, but for
	 * its limit
	 * @param cursor the cursor
	 * @return a value for each column of the order
	 * @throws CursorException if it is not a cursor of this scan
	 */
	public List<@Nullable Object> decode(Scan scan, String cursor) {
		if (cursor.length() > MAX_LENGTH) {
			throw new CursorException(null);
		}
		try {
			byte[] bytes = Base64.getUrlDecoder().decode(cursor);
			if (bytes.length < 1 + SIGNATURE_LENGTH || bytes[0] != FORM) {
				throw new CursorException(null);
			}
			byte[] text = Arrays.copyOfRange(bytes, 1 + SIGNATURE_LENGTH, bytes.length);
			byte[] given = Arrays.copyOfRange(bytes, 1, 1 + SIGNATURE_LENGTH);
			if (!MessageDigest.isEqual(given, signature(scan, text))) {
				throw new CursorException(null);
			}
			return ValueText.decode(new String(text, StandardCharsets.UTF_8), scan.order());
		}
		catch (IllegalArgumentException ex) {
			throw new CursorException(ex);
		}
	}

	private byte[] signature(Scan scan, byte[] position) {
		try {
			Mac mac = Mac.getInstance(ALGORITHM);
			mac.init(this.secret);
			sign(mac, scan.table().toString());
			sign(mac, scan.isDescending() ? "descending" : "ascending");
			for (Column column : scan.order()) {
				sign(mac, column.name());
			}
			sign(mac, "where");
			scan.equal().forEach((column, value) -> {
				sign(mac, column);
				sign(mac, (value != null) ? "=" + value : "null");
			});
			mac.update(ByteBuffer.allocate(4).putInt(position.length).flip());
			return mac.doFinal(position);
		}
		catch (GeneralSecurityException impossible) {
			throw new IllegalStateException("every Java platform has " + ALGORITHM, impossible);
		}
	}

	private static void sign(Mac mac, String part) {
		byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
		mac.update(ByteBuffer.allocate(4).putInt(bytes.length).flip());
		mac.update(bytes);
	}

}
