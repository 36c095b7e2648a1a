package io.coalestra.tier.coherence;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import io.coalestra.tier.TierKey;
import io.coalestra.tier.TierVersion;
import org.jspecify.annotations.Nullable;

/**
 * Notices as bytes. What cannot be read is as if it had been lost: its number will be
 * missing.
 */
final class NoticeFormat {

	private static final int SCHEMA = 1;

	// Of a change: the length of its key, and whether its version is known.
	private static final int LEAST_BYTES_OF_A_CHANGE = 4 + 1;

	private NoticeFormat() {
	}

	static byte[] encode(Notice notice) {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream(128 + notice.changes().size() * 64);
		try (DataOutputStream out = new DataOutputStream(bytes)) {
			out.writeByte(SCHEMA);
			out.writeByte(notice.kind().wireNumber());
			writeText(out, notice.topic());
			writeText(out, notice.node());
			out.writeLong(notice.sequence());
			out.writeInt(notice.changes().size());
			for (TierChange change : notice.changes()) {
				writeText(out, change.key().text());
				writeVersion(out, change.version());
			}
		}
		catch (IOException impossible) {
			throw new UncheckedIOException(impossible);
		}
		return bytes.toByteArray();
	}

	private static void writeText(DataOutputStream out, String text) throws IOException {
		byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
		out.writeInt(encoded.length);
		out.write(encoded);
	}

	private static void writeVersion(DataOutputStream out, @Nullable TierVersion version) throws IOException {
		out.writeBoolean(version != null);
		if (version != null) {
			out.writeLong(version.generation());
			out.writeInt(version.rank());
			out.writeLong(version.order());
		}
	}

	/**
	 * Returns about how many bytes a change takes.
	 * @param change the change
	 * @return the bytes, where its key is of ASCII
	 */
	static int sizeOf(TierChange change) {
		return 25 + change.key().space().length() + change.key().id().length();
	}

	static @Nullable Notice decode(byte[] bytes) {
		try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
			if (in.readByte() != SCHEMA) {
				return null;
			}
			Notice.Kind kind = Notice.Kind.of(in.readByte());
			String topic = readText(in);
			String node = readText(in);
			long sequence = in.readLong();
			int size = in.readInt();
			if (size < 0 || size > in.available() / LEAST_BYTES_OF_A_CHANGE || kind == null) {
				return null;
			}
			List<TierChange> changes = new ArrayList<>(size);
			for (int i = 0; i < size; i++) {
				TierKey key = TierKey.parse(readText(in));
				changes.add(new TierChange(key, readVersion(in)));
			}
			return new Notice(topic, node, kind, sequence, changes);
		}
		catch (IOException | IllegalArgumentException unreadable) {
			return null;
		}
	}

	private static String readText(DataInputStream in) throws IOException {
		int length = in.readInt();
		if (length < 0 || length > in.available()) {
			throw new IOException("text: " + length + " bytes of " + in.available());
		}
		return new String(in.readNBytes(length), StandardCharsets.UTF_8);
	}

	private static @Nullable TierVersion readVersion(DataInputStream in) throws IOException {
		if (!in.readBoolean()) {
			return null;
		}
		long generation = in.readLong();
		int rank = in.readInt();
		return new TierVersion(generation, rank, in.readLong());
	}

}
