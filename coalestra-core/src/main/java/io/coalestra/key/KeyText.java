package io.coalestra.key;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/**
 * The text form of keys: limits on their parts, and an escaping under which no two
 * different keys share a rendering.
 *
 * <p>
 * Namespace, name and subject escape only what would be ambiguous ({@code % : ?});
 * qualifiers are form-encoded.
 */
final class KeyText {

	private static final int MAX_EXCERPT = 80;

	private KeyText() {
	}

	static void requireShort(String part, String text, int limit) {
		if (text.length() > limit) {
			throw new IllegalArgumentException(part + ": " + text.length() + " characters, \"" + excerpt(text)
					+ "\" (expected: at most " + limit + ")");
		}
	}

	static String requireWithin(String part, String text, int limit) {
		requireShort(part, text, limit);
		for (int i = 0; i < text.length(); i++) {
			char c = text.charAt(i);
			if (Character.isISOControl(c)) {
				throw new IllegalArgumentException(
						part + ": control character U+%04X at %d (expected: none)".formatted((int) c, i));
			}
			if (Character.isSurrogate(c) && !pairedAt(text, i)) {
				throw new IllegalArgumentException(
						part + ": unpaired surrogate U+%04X at %d (expected: none)".formatted((int) c, i));
			}
		}
		return text;
	}

	// For messages: hostile text is shown short, and without what would break a line.
	static String excerpt(String text) {
		int end = Math.min(text.length(), MAX_EXCERPT);
		StringBuilder shown = new StringBuilder(end + 1);
		for (int i = 0; i < end; i++) {
			char c = text.charAt(i);
			shown
				.append((Character.isISOControl(c) || (Character.isSurrogate(c) && !pairedAt(text, i))) ? '\uFFFD' : c);
		}
		return (end < text.length()) ? shown.append('…').toString() : shown.toString();
	}

	private static boolean pairedAt(String text, int i) {
		return Character.isHighSurrogate(text.charAt(i))
				? i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))
				: i > 0 && Character.isHighSurrogate(text.charAt(i - 1));
	}

	static String requireFilled(String part, String text, int limit) {
		if (text.isEmpty()) {
			throw new IllegalArgumentException(part + ": \"\" (expected: not empty)");
		}
		return requireWithin(part, text, limit);
	}

	static String escape(String text) {
		StringBuilder escaped = null;
		for (int i = 0; i < text.length(); i++) {
			char c = text.charAt(i);
			String replacement = (c == '%') ? "%25" : (c == ':') ? "%3A" : (c == '?') ? "%3F" : null;
			if (replacement != null && escaped == null) {
				escaped = new StringBuilder(text.length() + 8).append(text, 0, i);
			}
			if (escaped != null) {
				if (replacement != null) {
					escaped.append(replacement);
				}
				else {
					escaped.append(c);
				}
			}
		}
		return (escaped != null) ? escaped.toString() : text;
	}

	static String unescape(String text) {
		if (text.indexOf('%') < 0) {
			return text;
		}
		StringBuilder plain = new StringBuilder(text.length());
		for (int i = 0; i < text.length(); i++) {
			char c = text.charAt(i);
			if (c != '%') {
				plain.append(c);
				continue;
			}
			String code = text.substring(i, Math.min(i + 3, text.length()));
			plain.append(switch (code) {
				case "%25" -> '%';
				case "%3A" -> ':';
				case "%3F" -> '?';
				default -> throw new IllegalArgumentException("key: \"" + excerpt(text)
						+ "\" (expected: only %25, %3A or %3F as escapes, found \"" + excerpt(code) + "\")");
			});
			i += 2;
		}
		return plain.toString();
	}

	static String formEncode(String text) {
		return URLEncoder.encode(text, StandardCharsets.UTF_8);
	}

	static String formDecode(String text) {
		try {
			return URLDecoder.decode(text, StandardCharsets.UTF_8);
		}
		catch (IllegalArgumentException malformed) {
			throw new IllegalArgumentException(
					"key: \"" + excerpt(text) + "\" (expected: form-encoded text in its qualifiers)", malformed);
		}
	}

}
