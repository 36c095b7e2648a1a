package io.coalestra.collections.jdbc;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

import io.coalestra.collections.coherence.RowNotice;
import org.jspecify.annotations.Nullable;

/**
 * Notices as text: a line with the form and the sender, and a line for each notice, or
 * one with a question mark where something cannot be told.
 *
 * @param origin who sent it
 * @param notices what is told
 * @param isDoubt whether there is something that cannot be told
 */
record NoticeText(String origin, List<RowNotice> notices, boolean isDoubt) {

	/** What a message of PostgreSQL may have, less a little. */
	private static final int MAX_BYTES = 7_900;

	private static final String FORM = "1 ";

	private static final String DOUBT = "?";

	/**
	 * Writes notices, as few messages as hold them.
	 */
	static List<String> messages(String origin, Collection<RowNotice> notices, boolean isDoubt) {
		String head = FORM + origin;
		List<String> messages = new ArrayList<>();
		StringBuilder message = new StringBuilder(head);
		boolean doubt = isDoubt;
		int bytes = head.length();
		for (RowNotice notice : notices) {
			String line = "\n" + escape(notice.collection()) + " " + escape(notice.key());
			int length = line.getBytes(StandardCharsets.UTF_8).length;
			if (head.length() + length > MAX_BYTES) {
				doubt = true;
				continue;
			}
			if (bytes + length > MAX_BYTES) {
				messages.add(message.toString());
				message = new StringBuilder(head);
				bytes = head.length();
			}
			message.append(line);
			bytes += length;
		}
		if (bytes > head.length()) {
			messages.add(message.toString());
		}
		if (doubt) {
			messages.add(head + "\n" + DOUBT);
		}
		return messages;
	}

	/**
	 * Reads a message.
	 * @return what it tells, or null where it is of another form
	 */
	static @Nullable NoticeText parse(String message) {
		String[] lines = message.split("\n", -1);
		if (!lines[0].startsWith(FORM)) {
			return null;
		}
		List<RowNotice> notices = new ArrayList<>();
		boolean doubt = false;
		for (int i = 1; i < lines.length; i++) {
			int space = lines[i].indexOf(' ');
			if (space < 0) {
				doubt = true;
			}
			else {
				notices.add(
						new RowNotice(unescape(lines[i].substring(0, space)), unescape(lines[i].substring(space + 1))));
			}
		}
		return new NoticeText(lines[0].substring(FORM.length()), notices, doubt);
	}

	private static String escape(String text) {
		return text.replace("%", "%25").replace("\n", "%0A").replace(" ", "%20");
	}

	private static String unescape(String text) {
		return text.replace("%20", " ").replace("%0A", "\n").replace("%25", "%");
	}

}
