package io.coalestra.samples.quickstart.host.proc;

import java.io.IOException;

/**
 * Thrown where a file of {@code /proc} does not look as it should. The file's text is
 * quoted, but not at any length.
 */
class ProcFormatException extends IOException {

	private static final long serialVersionUID = 1L;

	private static final int QUOTED = 80;

	ProcFormatException(String file, String text, String expected) {
		super(file + ": \"" + text.substring(0, Math.min(QUOTED, text.length())) + "\" (expected: " + expected + ")");
	}

}
