package io.coalestra.collections.journal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;

/**
 * Journals whose disk does as a test says when it is forced.
 */
public final class SpoiltJournal {

	private SpoiltJournal() {
	}

	/**
	 * Opens a journal.
	 * @param directory where it is
	 * @param disk is asked before each force: false where the disk fails
	 */
	public static Journal open(Path directory, Callable<Boolean> disk) {
		return Journal.in(directory).segmentBytes(4096).forcing((segment) -> {
			if (!ask(disk)) {
				throw new IOException("scripted");
			}
			segment.force();
		}).open();
	}

	private static boolean ask(Callable<Boolean> disk) throws IOException {
		try {
			return disk.call();
		}
		catch (IOException | RuntimeException ex) {
			throw ex;
		}
		catch (Exception ex) {
			throw new IOException(ex);
		}
	}

}
