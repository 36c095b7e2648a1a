package io.coalestra.collections.journal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Deque;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of a journal, of which the newest is appended to and the oldest goes as soon
 * as nothing in it is needed.
 *
 * <p>
 * Everything is read and written under the journal's lock, but for what {@link GroupSync}
 * forces meanwhile. What throws a {@link BrokenException} has left a file in a state in
 * which nothing may be appended any more; what throws another has changed nothing.
 */
final class SegmentFiles {

	private static final Logger logger = LoggerFactory.getLogger(SegmentFiles.class);

	private final Path directory;

	private final String schema;

	private final SyncPolicy sync;

	private final long segmentBytes;

	private final Deque<Segment> segments;

	private final Index index;

	private final GroupSync group;

	private Segment active;

	private long nextNumber;

	private long bytes;

	private long segmentsRemoved;

	private long entriesMoved;

	SegmentFiles(Path directory, String schema, SyncPolicy sync, long segmentBytes, GroupSync.Forcing forcing,
			Opening opening) throws IOException {
		this.directory = directory;
		this.schema = schema;
		this.sync = sync;
		this.segmentBytes = segmentBytes;
		this.segments = opening.segments;
		this.index = opening.index;
		this.nextNumber = opening.nextNumber;
		this.active = Segment.create(directory, this.nextNumber++, schema, sync);
		this.segments.add(this.active);
		this.bytes = this.segments.stream().mapToLong(Segment::length).sum();
		this.group = new GroupSync(this.active, forcing);
	}

	GroupSync group() {
		return this.group;
	}

	Segment active() {
		return this.active;
	}

	/**
	 * Appends a record.
	 * @return its position, for {@link GroupSync#force}
	 */
	long append(byte[] frame) throws IOException {
		if (this.active.length() + frame.length > this.segmentBytes && this.active.length() > emptyLength()) {
			roll();
		}
		return write(frame);
	}

	private long write(byte[] frame) throws IOException {
		long at = this.active.length();
		try {
			this.active.append(frame);
		}
		catch (Segment.TornException ex) {
			throw new BrokenException("a record was written in part", ex);
		}
		this.bytes += frame.length;
		place(frame, this.active, at);
		return this.group.appended(frame.length);
	}

	private void place(byte[] frame, Segment segment, long at) {
		Frame.decode(frame, 0, frame.length, new Frame.Steps() {

			@Override
			public void put(long id, int offset, int size) {
				SegmentFiles.this.index.put(id, new Index.Place(segment, at, frame.length, offset, size));
			}

			@Override
			public void removed(long id) {
				SegmentFiles.this.index.remove(id);
			}

		});
	}

	private long emptyLength() {
		return Segment.emptyLength(this.schema);
	}

	private void roll() throws IOException {
		startSegment();
		// What was written once and stays would keep everything after it for ever.
		int files = this.segments.size();
		while (files-- > 2 && this.bytes > 2 * (this.index.bytes() + this.segmentBytes)) {
			moveOldest();
		}
	}

	private void startSegment() throws IOException {
		Segment following = Segment.create(this.directory, this.nextNumber, this.schema, this.sync);
		this.nextNumber++;
		boolean going = false;
		try {
			this.group.goOnWith(following, isForced());
			going = true;
		}
		finally {
			if (!going) {
				following.close();
			}
		}
		this.segments.add(following);
		this.bytes += following.length();
		this.active = following;
	}

	boolean isForced() {
		return !(this.sync instanceof SyncPolicy.Never);
	}

	/**
	 * Returns whether there is room, for which what is needed for long is copied to the
	 * newest file.
	 */
	boolean makeRoom(int more, long most) throws IOException {
		int files = this.segments.size();
		while (this.bytes + more > most && files-- > 1 && this.bytes - this.index.bytes() > this.segmentBytes) {
			moveOldest();
		}
		return this.bytes + more <= most;
	}

	private void moveOldest() throws IOException {
		Segment oldest = this.segments.getFirst();
		if (oldest == this.active) {
			return;
		}
		for (Map.Entry<Long, Index.Place> entry : this.index.entries(oldest)) {
			Index.Place place = entry.getValue();
			byte[] frame = oldest.read(place.frame(), place.length());
			if (Frame.lengthAt(frame, 0) != place.length()) {
				throw new BrokenException(
						"the record at " + place.frame() + " of " + oldest.name() + " cannot be read any more", null);
			}
			byte[] content = new byte[place.size()];
			System.arraycopy(frame, place.offset(), content, 0, content.length);
			byte[] copy = Frame.encode(new JournalChange().put(entry.getKey(), content));
			if (this.active.length() + copy.length > this.segmentBytes && this.active.length() > emptyLength()) {
				startSegment();
			}
			write(copy);
			this.entriesMoved++;
		}
		dropUnneeded();
	}

	/**
	 * Only ever the oldest file goes, so that a removal never goes before what it
	 * removed; and not before the disk has what took the place of its entries.
	 */
	void dropUnneeded() throws IOException {
		Segment oldest = this.segments.getFirst();
		if (oldest == this.active || oldest.entries() > 0) {
			return;
		}
		if (isForced()) {
			this.group.forceAll();
		}
		while (oldest != this.active && oldest.entries() == 0) {
			oldest.delete();
			this.segments.removeFirst();
			this.bytes -= oldest.length();
			this.segmentsRemoved++;
			oldest = this.segments.getFirst();
		}
	}

	int entries() {
		return this.index.entries();
	}

	long bytes() {
		return this.bytes;
	}

	JournalStatistics statistics(long maxBytes, long appends, boolean failed) {
		return new JournalStatistics(this.bytes, maxBytes, this.segments.size(), this.index.entries(),
				this.index.bytes(), appends, this.group.syncs(), this.segmentsRemoved, this.entriesMoved,
				failed || this.group.failed());
	}

	/**
	 * Removes the files, if no entry is left.
	 */
	void deleteIfEmpty() throws IOException {
		if (this.index.entries() == 0) {
			for (Segment segment : this.segments) {
				segment.delete();
			}
		}
	}

	void close() {
		close(this.segments);
	}

	static void close(Iterable<Segment> segments) {
		for (Segment segment : segments) {
			try {
				segment.close();
			}
			catch (IOException ex) {
				logger.warn("The journal's file {} could not be closed", segment.name(), ex);
			}
		}
	}

	/**
	 * Nothing may be appended any more.
	 */
	static final class BrokenException extends IOException {

		private static final long serialVersionUID = 1L;

		BrokenException(String message, @Nullable Throwable cause) {
			super(message, cause);
		}

	}

}
