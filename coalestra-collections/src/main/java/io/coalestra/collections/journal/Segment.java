package io.coalestra.collections.journal;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One file of a journal: a head that says what it is, then records.
 *
 * <p>
 * It is written through {@link RandomAccessFile} and not a channel, because an interrupt
 * of a thread that writes would close the channel for all. All but {@link #force()} is
 * called under the journal's lock.
 */
final class Segment {

	private static final Logger logger = LoggerFactory.getLogger(Segment.class);

	private static final long MAGIC = 0x434F_414C_4A52_4E4CL;

	private static final int FORMAT = 1;

	private static final int MAX_SCHEMA = 1024;

	private static final int FIXED_HEAD = 2 * Long.BYTES + 3 * Integer.BYTES;

	private static final Pattern NAME = Pattern.compile("(\\d{16})\\.journal");

	private final long number;

	private final Path path;

	private final RandomAccessFile file;

	private long length;

	// What the index still needs of it.
	private int entries;

	private Segment(long number, Path path, RandomAccessFile file, long length) {
		this.number = number;
		this.path = path;
		this.file = file;
		this.length = length;
	}

	static long numberOf(Path path) {
		Path name = path.getFileName();
		Matcher matcher = NAME.matcher((name != null) ? name.toString() : "");
		return matcher.matches() ? Long.parseLong(matcher.group(1)) : -1;
	}

	/**
	 * Makes a file that has its head from the moment on that it has its name.
	 */
	static Segment create(Path directory, long number, String schema, SyncPolicy sync) throws IOException {
		Path path = directory.resolve("%016d.journal".formatted(number));
		Path unfinished = directory.resolve("unfinished");
		byte[] head = head(number, schema);
		try (RandomAccessFile file = new RandomAccessFile(unfinished.toFile(), "rw")) {
			file.setLength(0);
			file.write(head);
			if (!(sync instanceof SyncPolicy.Never)) {
				file.getFD().sync();
			}
		}
		Files.move(unfinished, path, StandardCopyOption.ATOMIC_MOVE);
		if (!(sync instanceof SyncPolicy.Never)) {
			forceNames(directory);
		}
		return open(number, path, head.length);
	}

	// Without it a loss of power may take the name back, and what was written under it.
	private static void forceNames(Path directory) throws IOException {
		try (FileChannel names = FileChannel.open(directory, StandardOpenOption.READ)) {
			names.force(true);
		}
		catch (AccessDeniedException ex) {
			// Windows opens no directories, and keeps names itself.
			logger.debug("{} cannot be forced", directory, ex);
		}
	}

	static Segment open(long number, Path path, long length) throws IOException {
		RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw");
		try {
			if (file.length() != length) {
				file.setLength(length);
				file.getFD().sync();
			}
			return new Segment(number, path, file, length);
		}
		catch (IOException ex) {
			file.close();
			throw ex;
		}
	}

	static int emptyLength(String schema) {
		return FIXED_HEAD + schema.getBytes(StandardCharsets.UTF_8).length;
	}

	private static byte[] head(long number, String schema) {
		byte[] name = schema.getBytes(StandardCharsets.UTF_8);
		ByteBuffer head = ByteBuffer.allocate(FIXED_HEAD + name.length);
		head.putLong(MAGIC).putInt(FORMAT).putLong(number).putInt(name.length).put(name);
		head.putInt(checksum(head.array(), head.position()));
		return head.array();
	}

	private static int checksum(byte[] bytes, int length) {
		CRC32C crc = new CRC32C();
		crc.update(bytes, 0, length);
		return (int) crc.getValue();
	}

	/**
	 * Reads the head of a file.
	 * @return the head, or null if there is none that is whole
	 */
	static @Nullable Head readHead(byte[] bytes) {
		if (bytes.length < FIXED_HEAD) {
			return null;
		}
		ByteBuffer head = ByteBuffer.wrap(bytes);
		long magic = head.getLong();
		int format = head.getInt();
		long number = head.getLong();
		int size = head.getInt();
		if (magic != MAGIC || size < 0 || size > MAX_SCHEMA || size > bytes.length - FIXED_HEAD) {
			return null;
		}
		byte[] schema = new byte[size];
		head.get(schema);
		int end = head.position();
		if (head.getInt() != checksum(bytes, end)) {
			return null;
		}
		return new Head(format, number, new String(schema, StandardCharsets.UTF_8), head.position());
	}

	static boolean isKnown(Head head) {
		return head.format == FORMAT;
	}

	long number() {
		return this.number;
	}

	String name() {
		return String.valueOf(this.path.getFileName());
	}

	long length() {
		return this.length;
	}

	int entries() {
		return this.entries;
	}

	void entryAdded() {
		this.entries++;
	}

	void entryGone() {
		this.entries--;
	}

	/**
	 * Appends all of it, or leaves the file as it was.
	 * @throws TornException if neither succeeded
	 */
	void append(byte[] frame) throws IOException, TornException {
		try {
			this.file.seek(this.length);
			this.file.write(frame);
		}
		catch (IOException ex) {
			try {
				this.file.setLength(this.length);
			}
			catch (IOException again) {
				ex.addSuppressed(again);
				throw new TornException(ex);
			}
			throw ex;
		}
		this.length += frame.length;
	}

	byte[] read(long offset, int size) throws IOException {
		byte[] bytes = new byte[size];
		this.file.seek(offset);
		this.file.readFully(bytes);
		return bytes;
	}

	void force() throws IOException {
		this.file.getFD().sync();
	}

	void close() throws IOException {
		this.file.close();
	}

	void delete() throws IOException {
		close();
		Files.deleteIfExists(this.path);
	}

	/**
	 * What the first bytes of a file say.
	 *
	 * @param format in what form it is
	 * @param number its number
	 * @param schema of what its contents are, to whoever wrote them
	 * @param length how long the head is
	 */
	record Head(int format, long number, String schema, int length) {
	}

	/**
	 * A record was written in part and could not be taken back.
	 */
	static final class TornException extends Exception {

		private static final long serialVersionUID = 1L;

		TornException(IOException cause) {
			super(cause);
		}

	}

}
