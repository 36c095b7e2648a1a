package io.coalestra.collections.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import io.coalestra.collections.journal.JournalException.Reason;
import io.coalestra.collections.journal.JournalRecovery.Damage;

/**
 * Takes a directory for this process and reads what is in it. For one thread.
 */
final class Opening {

	private final Path directory;

	private final String schema;

	private final OnDamage onDamage;

	final Deque<Segment> segments = new ArrayDeque<>();

	final Index index = new Index();

	private final Map<Long, ByteBuffer> contents = new HashMap<>();

	private final List<Damage> damages = new ArrayList<>();

	private final List<String> otherSchemas = new ArrayList<>();

	private long greatestId;

	private long tornBytes;

	long nextNumber = 1;

	Opening(Path directory, String schema, OnDamage onDamage) {
		this.directory = directory;
		this.schema = schema;
		this.onDamage = onDamage;
	}

	JournalRecovery read() throws IOException {
		List<Path> files;
		try (Stream<Path> listed = Files.list(this.directory)) {
			files = listed.filter((path) -> Segment.numberOf(path) >= 0)
				.sorted(Comparator.comparingLong(Segment::numberOf))
				.toList();
		}
		for (int i = 0; i < files.size(); i++) {
			read(files.get(i), i == files.size() - 1);
		}
		refuseOtherSchemas();
		List<JournalEntry> entries = this.contents.entrySet()
			.stream()
			.map((entry) -> new JournalEntry(entry.getKey(), entry.getValue()))
			.sorted(Comparator.comparingLong(JournalEntry::id))
			.toList();
		return new JournalRecovery(entries, this.greatestId, this.tornBytes, this.damages);
	}

	private void read(Path path, boolean last) throws IOException {
		long number = Segment.numberOf(path);
		if (!this.segments.isEmpty() && number != this.nextNumber) {
			damaged(new Damage("%016d.journal".formatted(this.nextNumber), 0, 0), "missing");
		}
		this.nextNumber = number + 1;
		byte[] bytes = Files.readAllBytes(path);
		Segment.Head head = Segment.readHead(bytes);
		int from = 0;
		if (head == null) {
			if (last && nextFrame(bytes, 0) < 0) {
				this.tornBytes += bytes.length;
				Files.delete(path);
				return;
			}
		}
		else if (!Segment.isKnown(head)) {
			throw new JournalException(this.directory, Reason.SCHEMA,
					path.getFileName() + " is in form " + head.format() + ", which is not known", null);
		}
		else {
			from = head.length();
			if (!head.schema().equals(this.schema)) {
				this.otherSchemas.add(head.schema());
			}
		}
		List<Whole> records = new ArrayList<>();
		int end = find(path, bytes, from, last, records);
		Segment segment = Segment.open(number, path, end);
		this.segments.add(segment);
		records.forEach((record) -> apply(segment, bytes, record.at, record.length));
	}

	/**
	 * Finds the whole records, and reports what is in the way of them.
	 * @return where the last one ends
	 */
	private int find(Path path, byte[] bytes, int start, boolean last, List<Whole> records) {
		int at = start;
		while (at < bytes.length) {
			// Where there is no head there is no record either.
			int length = (at > 0) ? Frame.lengthAt(bytes, at) : -1;
			if (length >= 0) {
				records.add(new Whole(at, length));
				at += length;
			}
			else {
				int next = nextFrame(bytes, at + 1);
				if (next < 0 && last) {
					this.tornBytes += bytes.length - at;
					return at;
				}
				int end = (next < 0) ? bytes.length : next;
				damaged(new Damage(String.valueOf(path.getFileName()), at, end - at), "cannot be read");
				at = end;
			}
		}
		return at;
	}

	private static int nextFrame(byte[] bytes, int from) {
		for (int at = from; at <= bytes.length - Frame.HEAD; at++) {
			if (bytes[at] == (byte) (Frame.MARK >> 24) && Frame.lengthAt(bytes, at) >= 0) {
				return at;
			}
		}
		return -1;
	}

	private void damaged(Damage damage, String what) {
		if (this.onDamage == OnDamage.REFUSE) {
			throw new JournalException(this.directory, Reason.DAMAGED, damage + " " + what
					+ ", and it is not the end (expected: a journal as it was written; OnDamage.SALVAGE reads around it)",
					null);
		}
		this.damages.add(damage);
	}

	private void apply(Segment segment, byte[] bytes, int at, int length) {
		boolean sensible = Frame.decode(bytes, at, length, new Frame.Steps() {

			@Override
			public void put(long id, int offset, int size) {
				Opening.this.greatestId = Math.max(Opening.this.greatestId, id);
				Opening.this.index.put(id, new Index.Place(segment, at, length, offset, size));
				Opening.this.contents.put(id, ByteBuffer.wrap(bytes, at + offset, size).slice());
			}

			@Override
			public void removed(long id) {
				Opening.this.greatestId = Math.max(Opening.this.greatestId, id);
				Opening.this.index.remove(id);
				Opening.this.contents.remove(id);
			}

		});
		if (!sensible) {
			damaged(new Damage(segment.name(), at, length), "makes no sense");
		}
	}

	/**
	 * What is done with does not matter, whatever it was.
	 */
	private void refuseOtherSchemas() {
		if (!this.otherSchemas.isEmpty() && this.index.entries() > 0) {
			throw new JournalException(this.directory, Reason.SCHEMA,
					this.index.entries() + " entries of schema \"" + this.otherSchemas.get(0) + "\" (expected: \""
							+ this.schema + "\"; let the version that wrote them finish them)",
					null);
		}
	}

	private record Whole(int at, int length) {
	}

}
