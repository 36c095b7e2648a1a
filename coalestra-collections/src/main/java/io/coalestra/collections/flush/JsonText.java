package io.coalestra.collections.flush;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Compares JSON documents by what they say: databases write white space, numbers, escapes
 * and the order of members in their own way, and of members of one name keep the last.
 * For one thread, once.
 */
final class JsonText {

	/** Documents nested deeper are compared as text. */
	private static final int MAX_DEPTH = 200;

	private final String text;

	private int at;

	private int depth;

	private JsonText(String text) {
		this.text = text;
	}

	/**
	 * Returns whether two documents say the same; those that cannot be read do if they
	 * are the same text.
	 */
	static boolean same(String one, String other) {
		if (one.equals(other)) {
			return true;
		}
		try {
			return new JsonText(one).document().equals(new JsonText(other).document());
		}
		catch (IllegalArgumentException unreadable) {
			return false;
		}
	}

	private Object document() {
		Object value = value();
		skipSpace();
		if (this.at < this.text.length()) {
			throw unreadable();
		}
		return value;
	}

	private IllegalArgumentException unreadable() {
		return new IllegalArgumentException("json: unreadable at " + this.at);
	}

	private void skipSpace() {
		while (this.at < this.text.length() && " \t\n\r".indexOf(this.text.charAt(this.at)) >= 0) {
			this.at++;
		}
	}

	private char peek() {
		skipSpace();
		if (this.at == this.text.length()) {
			throw unreadable();
		}
		return this.text.charAt(this.at);
	}

	private boolean skip(char expected) {
		boolean found = peek() == expected;
		this.at += found ? 1 : 0;
		return found;
	}

	private void require(char expected) {
		if (!skip(expected)) {
			throw unreadable();
		}
	}

	private Object value() {
		if (++this.depth > MAX_DEPTH) {
			throw unreadable();
		}
		Object value = switch (peek()) {
			case '{' -> members();
			case '[' -> elements();
			case '"' -> string();
			case 't' -> word("true");
			case 'f' -> word("false");
			case 'n' -> word("null");
			default -> number();
		};
		this.depth--;
		return value;
	}

	private Map<String, Object> members() {
		Map<String, Object> members = new HashMap<>();
		require('{');
		if (skip('}')) {
			return members;
		}
		do {
			peek();
			String name = string();
			require(':');
			members.put(name, value());
		}
		while (skip(','));
		require('}');
		return members;
	}

	private List<Object> elements() {
		List<Object> elements = new ArrayList<>();
		require('[');
		if (skip(']')) {
			return elements;
		}
		do {
			elements.add(value());
		}
		while (skip(','));
		require(']');
		return elements;
	}

	// Of a class of its own, so that it equals no string.
	private Word word(String word) {
		if (!this.text.startsWith(word, this.at)) {
			throw unreadable();
		}
		this.at += word.length();
		return new Word(word);
	}

	private BigDecimal number() {
		int from = this.at;
		while (this.at < this.text.length() && "+-.eE0123456789".indexOf(this.text.charAt(this.at)) >= 0) {
			this.at++;
		}
		return new BigDecimal(this.text.substring(from, this.at)).stripTrailingZeros();
	}

	private String string() {
		require('"');
		StringBuilder string = new StringBuilder();
		while (this.at < this.text.length()) {
			char c = this.text.charAt(this.at++);
			if (c == '"') {
				return string.toString();
			}
			string.append((c == '\\') ? escaped() : c);
		}
		throw unreadable();
	}

	private char escaped() {
		if (this.at == this.text.length()) {
			throw unreadable();
		}
		char c = this.text.charAt(this.at++);
		return switch (c) {
			case 'b' -> '\b';
			case 'f' -> '\f';
			case 'n' -> '\n';
			case 'r' -> '\r';
			case 't' -> '\t';
			case 'u' -> unit();
			default -> c;
		};
	}

	private char unit() {
		int end = this.at + 4;
		if (end > this.text.length()) {
			throw unreadable();
		}
		char unit = (char) Integer.parseInt(this.text, this.at, end, 16);
		this.at = end;
		return unit;
	}

	/**
	 * True, false or null.
	 */
	private record Word(String word) {
	}

}
