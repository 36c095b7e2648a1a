package io.coalestra.tier;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Objects;

/**
 * Names one entry of a shared tier: a space, such as a resource type or a table, and an
 * identity within it.
 *
 * <p>
 * No two different keys share a {@linkplain #text() text}. Immutable and safe for
 * concurrent use.
 *
 * @param space what the entry is of: not empty
 * @param id which one it is; may be empty
 */
public record TierKey(String space, String id) {

	private static final char HASHED = '#';

	/**
	 * Checks.
	 * @throws IllegalArgumentException if the space is empty, or a part holds an unpaired
	 * surrogate, which has no form in UTF-8
	 */
	public TierKey {
		Objects.requireNonNull(space, "space");
		Objects.requireNonNull(id, "id");
		if (space.isEmpty()) {
			throw new IllegalArgumentException("space: \"\" (expected: not empty)");
		}
		requireEncodable("space", space);
		requireEncodable("id", id);
	}

	private static void requireEncodable(String part, String text) {
		for (int i = 0; i < text.length(); i++) {
			if (Character.isSurrogate(text.charAt(i))) {
				if (Character.charCount(text.codePointAt(i)) == 1) {
					throw new IllegalArgumentException(part + ": holds an unpaired surrogate (expected: none)");
				}
				i++;
			}
		}
	}

	/**
	 * Returns the key as text: the space, in which {@code % : #} are escaped, a colon,
	 * and the identity as it is.
	 * @return the text, different for different keys
	 */
	public String text() {
		return textOf(this.space) + this.id;
	}

	/**
	 * Returns what the {@linkplain #text() texts} of all keys of a space begin with, so
	 * that it need not be made for each of them.
	 * @param space the space
	 * @return the space with its escapes, and the colon
	 */
	public static String textOf(String space) {
		return space.replace("%", "%25").replace(":", "%3A").replace("#", "%23") + ":";
	}

	/**
	 * Reads a text back.
	 * @param text what {@link #text()} gave
	 * @return the key
	 * @throws IllegalArgumentException if the text is no key's
	 */
	public static TierKey parse(String text) {
		int colon = text.indexOf(':');
		if (colon < 1) {
			throw new IllegalArgumentException("tier key: no space before a colon (expected: space:id)");
		}
		String space = text.substring(0, colon).replace("%3A", ":").replace("%23", "#").replace("%25", "%");
		TierKey key = new TierKey(space, text.substring(colon + 1));
		if (!key.text().equals(text)) {
			throw new IllegalArgumentException("tier key: a space with a stray escape (expected: %25, %3A or %23)");
		}
		return key;
	}

	/**
	 * Returns the key as text of a bounded length: what is longer is replaced by its
	 * SHA-256, behind a mark that no other text begins with.
	 * @param maxBytes the most bytes in UTF-8: 65 or more
	 * @return the text
	 */
	public String text(int maxBytes) {
		String text = text();
		if (text.length() * 3L <= maxBytes) {
			return text;
		}
		byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
		return (bytes.length <= maxBytes) ? text : HASHED + HexFormat.of().formatHex(sha256(bytes));
	}

	private static byte[] sha256(byte[] bytes) {
		try {
			return MessageDigest.getInstance("SHA-256").digest(bytes);
		}
		catch (NoSuchAlgorithmException impossible) {
			throw new IllegalStateException("every Java platform has SHA-256", impossible);
		}
	}

	@Override
	public String toString() {
		return text();
	}

}
