package io.coalestra.failure;

import org.jspecify.annotations.Nullable;

/**
 * Bounds the text of failures, so that one hostile message cannot fill a log.
 */
final class FailureText {

	/** The most characters of a message, inclusive. */
	static final int MAX_LENGTH = 300;

	private static final String MORE = "...";

	private static final String NO_MESSAGE = "no message";

	private FailureText() {
	}

	static String messageOf(Throwable thrown) {
		try {
			String message = thrown.getMessage();
			return (message != null) ? message : NO_MESSAGE;
		}
		catch (RuntimeException broken) {
			return "no message: " + thrown.getClass().getName() + " cannot tell it";
		}
	}

	static String bounded(@Nullable String text) {
		if (text == null) {
			return NO_MESSAGE;
		}
		String collapsed = isCollapsed(text) ? text : collapsed(text);
		if (collapsed.isEmpty()) {
			return NO_MESSAGE;
		}
		return cut(collapsed, MAX_LENGTH);
	}

	/**
	 * Cuts a bounded text further; where there is no room for the dots, without them.
	 */
	static String cut(String text, int length) {
		if (text.length() <= length) {
			return text;
		}
		String dots = (length > MORE.length()) ? MORE : "";
		int end = length - dots.length();
		return text.substring(0, Character.isHighSurrogate(text.charAt(end - 1)) ? end - 1 : end) + dots;
	}

	// Stops as soon as there is more than can show.
	private static String collapsed(String text) {
		StringBuilder collapsed = new StringBuilder(Math.min(text.length(), MAX_LENGTH + 1));
		boolean gap = false;
		for (int i = 0; i < text.length() && collapsed.length() <= MAX_LENGTH; i++) {
			char c = text.charAt(i);
			if (isGap(c)) {
				gap = true;
				continue;
			}
			if (gap && !collapsed.isEmpty()) {
				collapsed.append(' ');
			}
			gap = false;
			collapsed.append(c);
		}
		return collapsed.toString();
	}

	private static boolean isCollapsed(String text) {
		boolean gap = true;
		for (int i = 0; i < text.length(); i++) {
			char c = text.charAt(i);
			if (isGap(c) && (gap || c != ' ')) {
				return false;
			}
			gap = isGap(c);
		}
		return !gap;
	}

	// Control characters too: they would break lines and colour terminals.
	private static boolean isGap(char c) {
		return Character.isWhitespace(c) || Character.isSpaceChar(c) || Character.isISOControl(c);
	}

}
