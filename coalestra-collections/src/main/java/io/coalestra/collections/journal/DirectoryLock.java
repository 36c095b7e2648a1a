package io.coalestra.collections.journal;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.coalestra.collections.journal.JournalException.Reason;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a directory for one journal, of all that this process and others open.
 */
final class DirectoryLock implements AutoCloseable {

	// Asked before the file is opened: on POSIX systems the lock is the process's, and
	// closing any of its handles on the file lets go of it. Added to by whoever opens,
	// atomically.
	private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

	private final Path directory;

	private final RandomAccessFile file;

	private DirectoryLock(Path directory, RandomAccessFile file) {
		this.directory = directory;
		this.file = file;
	}

	/**
	 * Takes a directory, which is made where it is missing.
	 * @param directory the directory
	 * @return the lock
	 * @throws JournalException if it is taken
	 * @throws IOException if the disk fails
	 */
	static DirectoryLock take(Path directory) throws IOException {
		Files.createDirectories(directory);
		Path real = directory.toRealPath();
		if (!HELD.add(real)) {
			throw locked(directory, "this process", null);
		}
		DirectoryLock taken = null;
		try {
			taken = lock(real);
			return taken;
		}
		catch (OverlappingFileLockException ex) {
			throw locked(directory, "this process", ex);
		}
		finally {
			if (taken == null) {
				HELD.remove(real);
			}
		}
	}

	private static DirectoryLock lock(Path real) throws IOException {
		RandomAccessFile file = new RandomAccessFile(real.resolve("lock").toFile(), "rw");
		FileLock lock = null;
		try {
			// Lasts as long as the file is open.
			lock = file.getChannel().tryLock();
		}
		finally {
			if (lock == null) {
				file.close();
			}
		}
		if (lock == null) {
			throw locked(real, "another process", null);
		}
		return new DirectoryLock(real, file);
	}

	private static JournalException locked(Path directory, String who, @Nullable Exception cause) {
		return new JournalException(directory, Reason.LOCKED,
				"open in " + who + " (expected: a directory of its own for each process)", cause);
	}

	@Override
	public void close() throws IOException {
		try {
			this.file.close();
		}
		finally {
			HELD.remove(this.directory);
		}
	}

}
