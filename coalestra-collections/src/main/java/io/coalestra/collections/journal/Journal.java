package io.coalestra.collections.journal;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;

import io.coalestra.collections.journal.JournalException.Reason;
import io.coalestra.time.TimeSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Numbered entries that survive the process: a map on disk to which changes are appended.
 *
 * <pre>{@code
 * try (Journal journal = Journal.in(directory).schema("orders-1").open()) {
 *     journal.recovery().entries().forEach(this::takeUpAgain);
 *     journal.settle(journal.append(new JournalChange().put(17, content)));
 *     journal.append(new JournalChange().remove(17));
 * }
 * }</pre>
 *
 * A change is appended as one record with a checksum. Records are in files of bounded
 * size, of which the oldest goes as soon as nothing in it is needed; what is needed for
 * long is copied to the newest one, so that the size on disk is about twice that of the
 * entries and two files. A directory belongs to one journal of one process at a time.
 *
 * <p>
 * Safe for concurrent use. Everything is written under {@code lock}, in the order in
 * which it is acquired; forcing the disk is done outside it (see {@link GroupSync}), so
 * that others append meanwhile. Appending costs a system call; a write that fails leaves
 * the journal as it was, a force that fails ends it.
 */
public final class Journal implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(Journal.class);

	private final Path directory;

	private final SyncPolicy sync;

	private final long maxBytes;

	private final TimeSource time;

	private final DirectoryLock directoryLock;

	private final JournalRecovery recovery;

	private final ReentrantLock lock = new ReentrantLock();

	final SegmentFiles files;

	private long appends;

	private TimeSource.@Nullable Timer next;

	private volatile boolean closed;

	private volatile @Nullable Exception failure;

	// Nothing can be appended any more, not even what undoes something.
	private boolean broken;

	private Journal(Builder builder, DirectoryLock directoryLock) throws IOException {
		this.directory = builder.directory;
		this.sync = builder.sync;
		this.maxBytes = builder.maxBytes;
		this.time = builder.time;
		this.directoryLock = directoryLock;
		Opening opening = new Opening(this.directory, builder.schema, builder.onDamage);
		boolean opened = false;
		try {
			this.recovery = opening.read();
			this.files = new SegmentFiles(this.directory, builder.schema, this.sync, builder.segmentBytes,
					builder.forcing, opening);
			opened = true;
		}
		finally {
			if (!opened) {
				SegmentFiles.close(opening.segments);
			}
		}
	}

	/**
	 * Begins the configuration of a journal.
	 * @param directory where it is; made where it is missing
	 * @return a builder
	 */
	public static Builder in(Path directory) {
		return new Builder(directory);
	}

	/**
	 * Returns what the journal held when it was opened. The entries are still in it.
	 * @return what was found
	 */
	public JournalRecovery recovery() {
		return this.recovery;
	}

	/**
	 * Appends a change. From then on it survives the process; for what it takes to
	 * survive the machine, see {@link #settle(long)}.
	 * @param change the change: at most 64 MiB
	 * @return the position of the change, for {@link #settle(long)}
	 * @throws JournalException if there is no room, which removals alone do not need; if
	 * the disk failed, or failed earlier, after which removals alone are taken as long as
	 * they can be written; or if the journal is closed. The change is then not in the
	 * journal
	 */
	public long append(JournalChange change) {
		byte[] frame = Frame.encode(change);
		this.lock.lock();
		try {
			requireUsable(change);
			if (change.puts() && !this.files.makeRoom(frame.length, this.maxBytes)) {
				throw new JournalException(
						this.directory, Reason.FULL, this.files.bytes() + " bytes with " + this.files.entries()
								+ " entries, and " + frame.length + " more (expected: at most " + this.maxBytes + ")",
						null);
			}
			return append(frame);
		}
		catch (IOException ex) {
			noteFailure(ex);
			throw new JournalException(this.directory, Reason.FAILED, "not written: " + ex.getMessage(), ex);
		}
		finally {
			this.lock.unlock();
		}
	}

	private long append(byte[] frame) throws IOException {
		long position = this.files.append(frame);
		this.appends++;
		try {
			this.files.dropUnneeded();
		}
		catch (IOException ex) {
			// What was appended is, so this is the next one's trouble.
			fail(ex);
		}
		return position;
	}

	private void requireUsable(JournalChange change) {
		if (this.closed) {
			throw new JournalException(this.directory, Reason.CLOSED, "closed", null);
		}
		Exception failed = this.failure;
		if (failed != null && (this.broken || change.puts())) {
			throw new JournalException(this.directory, Reason.FAILED, "failed earlier: " + failed.getMessage(), failed);
		}
	}

	private void noteFailure(IOException ex) {
		if (ex instanceof SegmentFiles.BrokenException) {
			this.broken = true;
			fail(ex);
		}
		else if (this.files.group().failed()) {
			fail(ex);
		}
	}

	/**
	 * Takes back what was appended and could not be settled: appends what undoes it, as
	 * long as that can be written, also where the disk failed. So the next process does
	 * not find what its writer was told to be refused, unless the machine fails as well.
	 * Throws nothing: where it cannot be written, that is logged.
	 * @param undoing the change that undoes the other
	 */
	public void retract(JournalChange undoing) {
		byte[] frame = Frame.encode(undoing);
		this.lock.lock();
		try {
			if (this.closed || this.broken) {
				throw new IOException(this.closed ? "it is closed" : "it failed earlier", this.failure);
			}
			append(frame);
		}
		catch (IOException ex) {
			noteFailure(ex);
			logger.error("The journal {} could not take back a change that was refused, which the next process finds",
					this.directory, ex);
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Waits until a change is as safe as the journal's {@link SyncPolicy} promises.
	 * @param position what {@link #append(JournalChange)} answered
	 * @throws JournalException if the disk failed: the change survives the process, and
	 * may not survive the machine. The journal takes nothing more
	 */
	public void settle(long position) {
		if (this.sync instanceof SyncPolicy.EachWrite) {
			force(position);
		}
	}

	private void force(long position) {
		try {
			this.files.group().force(position);
		}
		catch (IOException ex) {
			fail(ex);
			throw new JournalException(this.directory, Reason.FAILED, "not forced to the disk: " + ex.getMessage(), ex);
		}
	}

	private void fail(Exception ex) {
		if (this.failure == null) {
			this.failure = ex;
			logger.error("The journal {} takes nothing more, because the disk failed", this.directory, ex);
		}
	}

	private void startTimer() {
		if (this.sync instanceof SyncPolicy.Every every) {
			scheduleSync(every.interval());
		}
	}

	private void scheduleSync(Duration interval) {
		this.lock.lock();
		try {
			if (!this.closed && this.failure == null) {
				this.next = this.time.schedule(
						() -> Thread.ofVirtual().name("coalestra-journal").start(() -> syncNow(interval)),
						TimeSource.toNanos(interval));
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	private void syncNow(Duration interval) {
		try {
			this.files.group().forceAll();
		}
		catch (IOException ex) {
			fail(ex);
		}
		scheduleSync(interval);
	}

	/**
	 * Returns the state.
	 * @return the state, of one instant
	 */
	public JournalStatistics statistics() {
		this.lock.lock();
		try {
			return this.files.statistics(this.maxBytes, this.appends, this.failure != null);
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Forces what was appended, unless by {@link SyncPolicy#never()}, and lets go of the
	 * directory. Where no entry is left, the files go as well. May be called any number
	 * of times.
	 * @throws JournalException if the disk fails; the directory is let go of all the same
	 */
	@Override
	public void close() {
		this.lock.lock();
		try {
			if (this.closed) {
				return;
			}
			this.closed = true;
			if (this.next != null) {
				this.next.cancel();
			}
			if (this.files.isForced() && this.failure == null) {
				this.files.group().forceAll();
			}
			this.files.deleteIfEmpty();
		}
		catch (IOException ex) {
			throw new JournalException(this.directory, Reason.FAILED, "not closed well: " + ex.getMessage(), ex);
		}
		finally {
			this.files.close();
			release(this.directoryLock);
			this.lock.unlock();
		}
	}

	private static void release(DirectoryLock lock) {
		try {
			lock.close();
		}
		catch (IOException ex) {
			logger.warn("The lock of a journal's directory could not be let go of", ex);
		}
	}

	@Override
	public String toString() {
		return "journal " + this.directory;
	}

	/**
	 * Configures and opens a journal. Not safe for concurrent use.
	 */
	public static final class Builder {

		private static final long LEAST_SEGMENT = 4 * 1024;

		private static final int LONGEST_SCHEMA = 200;

		private final Path directory;

		private String schema = "";

		private SyncPolicy sync = SyncPolicy.eachWrite();

		private long segmentBytes = 8L * 1024 * 1024;

		private long maxBytes = 256L * 1024 * 1024;

		private OnDamage onDamage = OnDamage.REFUSE;

		private TimeSource time = TimeSource.system();

		private GroupSync.Forcing forcing = Segment::force;

		private Builder(Path directory) {
			this.directory = Objects.requireNonNull(directory, "directory").toAbsolutePath().normalize();
		}

		/**
		 * Names the form of the entries' contents. A directory that holds entries of
		 * another one is not opened.
		 * @param value the name: at most 200 characters; by default empty
		 * @return this
		 */
		public Builder schema(String value) {
			if (value.length() > LONGEST_SCHEMA) {
				throw new IllegalArgumentException(
						"schema: " + value.length() + " characters (expected: at most " + LONGEST_SCHEMA + ")");
			}
			this.schema = value;
			return this;
		}

		/**
		 * Sets when the disk is forced.
		 * @param value by default {@link SyncPolicy#eachWrite()}
		 * @return this
		 */
		public Builder sync(SyncPolicy value) {
			this.sync = Objects.requireNonNull(value, "sync");
			return this;
		}

		/**
		 * Sets how large a file becomes; a record that is larger gets a file of its own.
		 * @param value in bytes: 4,096 or more; by default 8 MiB
		 * @return this
		 */
		public Builder segmentBytes(long value) {
			if (value < LEAST_SEGMENT) {
				throw new IllegalArgumentException(
						"segmentBytes: " + value + " (expected: " + LEAST_SEGMENT + " or more)");
			}
			this.segmentBytes = value;
			return this;
		}

		/**
		 * Sets how large the journal may become.
		 * @param value in bytes: at least four times the size of a file; by default 256
		 * MiB
		 * @return this
		 */
		public Builder maxBytes(long value) {
			this.maxBytes = value;
			return this;
		}

		/**
		 * Sets what is done with a journal that was damaged.
		 * @param value by default {@link OnDamage#REFUSE}
		 * @return this
		 */
		public Builder onDamage(OnDamage value) {
			this.onDamage = Objects.requireNonNull(value, "onDamage");
			return this;
		}

		/**
		 * Sets the time.
		 * @param value the time source; by default {@link TimeSource#system()}
		 * @return this
		 */
		public Builder timeSource(TimeSource value) {
			this.time = Objects.requireNonNull(value, "timeSource");
			return this;
		}

		Builder forcing(GroupSync.Forcing value) {
			this.forcing = value;
			return this;
		}

		/**
		 * Opens the journal, and reads what is in it.
		 * @return the journal
		 * @throws JournalException if another has it open, if it holds entries of another
		 * schema, if it was damaged, or if the disk fails
		 * @throws IllegalArgumentException if the greatest size is less than four files
		 */
		public Journal open() {
			if (this.maxBytes < 4 * this.segmentBytes) {
				throw new IllegalArgumentException("maxBytes: " + this.maxBytes
						+ " (expected: at least four times segmentBytes, " + 4 * this.segmentBytes + ")");
			}
			DirectoryLock directoryLock = null;
			Journal journal = null;
			try {
				directoryLock = DirectoryLock.take(this.directory);
				journal = new Journal(this, directoryLock);
				journal.startTimer();
				return journal;
			}
			catch (IOException ex) {
				throw new JournalException(this.directory, Reason.FAILED, "not opened: " + ex.getMessage(), ex);
			}
			finally {
				if (directoryLock != null && journal == null) {
					release(directoryLock);
				}
			}
		}

	}

}
