package io.coalestra.redis;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import io.coalestra.tier.TierEntry;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.output.CommandOutput;
import org.jspecify.annotations.Nullable;

/**
 * Takes the answer to a {@code MGET} of an incarnation and entries. Each entry is decoded
 * from the bytes that arrived, so that its payload is copied once.
 *
 * <p>
 * Confined to the client's thread until the answer is complete.
 */
final class EntriesOutput extends CommandOutput<byte[], byte[], EntriesOutput.Answer> {

	private final Answer answer;

	private boolean begun;

	private EntriesOutput(Answer answer) {
		super(ByteArrayCodec.INSTANCE, answer);
		this.answer = answer;
	}

	/** Takes the answer for so many entries. */
	static EntriesOutput of(int entries) {
		return new EntriesOutput(new Answer(entries));
	}

	@Override
	public void multi(int count) {
	}

	@Override
	public void set(@Nullable ByteBuffer bytes) {
		if (this.begun) {
			this.answer.entries.add((bytes != null) ? TierEntry.decode(bytes) : null);
		}
		else {
			this.begun = true;
			this.answer.incarnation = (bytes != null) ? StandardCharsets.UTF_8.decode(bytes).toString() : null;
		}
	}

	/**
	 * What came.
	 */
	static final class Answer {

		private @Nullable String incarnation;

		private final List<@Nullable TierEntry> entries;

		private Answer(int entries) {
			this.entries = new ArrayList<>(entries);
		}

		/** The incarnation, or null where there is none. */
		@Nullable String incarnation() {
			return this.incarnation;
		}

		/**
		 * The entries in their order, null where nothing is, or nothing that can be read.
		 */
		List<@Nullable TierEntry> entries() {
			return this.entries;
		}

	}

}
