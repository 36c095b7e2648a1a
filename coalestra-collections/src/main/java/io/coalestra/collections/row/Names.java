package io.coalestra.collections.row;

import java.util.Objects;
import java.util.regex.Pattern;

/**
 * What tables, columns and types may be called.
 */
final class Names {

	/** What PostgreSQL keeps of a name. */
	private static final int MAX_LENGTH = 63;

	private static final int SHOWN = 80;

	private static final Pattern IDENTIFIER = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

	private Names() {
	}

	static String requireIdentifier(String what, String name) {
		Objects.requireNonNull(name, what);
		if (name.length() > MAX_LENGTH || !IDENTIFIER.matcher(name).matches()) {
			throw new IllegalArgumentException(what + ": \"" + printable(name)
					+ "\" (expected: a letter or _, then letters, digits and _, at most " + MAX_LENGTH + " in all)");
		}
		return name;
	}

	static IllegalArgumentException mismatch(ColumnType type, Object value) {
		return new IllegalArgumentException(value.getClass().getName() + " (expected: " + type + ", in Java "
				+ type.javaType().getSimpleName() + ")");
	}

	static String printable(String text) {
		String shown = text.replaceAll("[^\\x20-\\x7E]", "?");
		return (shown.length() <= SHOWN) ? shown : shown.substring(0, SHOWN) + "...";
	}

}
