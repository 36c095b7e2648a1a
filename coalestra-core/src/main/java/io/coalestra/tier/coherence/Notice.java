package io.coalestra.tier.coherence;

import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * What a node tells the others: which keys it has changed in the tier, that it is there,
 * or that it goes. Fills are not told.
 *
 * @param topic what it is about; other topics are other channels
 * @param node names the node, and this life of it
 * @param kind what it says
 * @param sequence counts the node's notices of changes, from 1 on; one of another kind
 * repeats the number of the last
 * @param changes what changed
 */
record Notice(String topic, String node, Kind kind, long sequence, List<TierChange> changes) {

	Notice {
		Objects.requireNonNull(topic, "topic");
		Objects.requireNonNull(node, "node");
		Objects.requireNonNull(kind, "kind");
		changes = List.copyOf(changes);
		if (sequence < 0) {
			throw new IllegalArgumentException("sequence: " + sequence + " (expected: 0 or more)");
		}
		if (changes.isEmpty() == (kind == Kind.CHANGES)) {
			throw new IllegalArgumentException(
					"changes: " + changes.size() + " (expected: some where the kind says so, else none)");
		}
	}

	/**
	 * What a notice says.
	 */
	enum Kind {

		/** Keys have changed. */
		CHANGES(1),

		/** The node is there. */
		HEARTBEAT(2),

		/** The node goes, and its silence will mean nothing. */
		FAREWELL(3);

		private final byte wireNumber;

		Kind(int wireNumber) {
			this.wireNumber = (byte) wireNumber;
		}

		byte wireNumber() {
			return this.wireNumber;
		}

		static @Nullable Kind of(byte wireNumber) {
			for (Kind kind : values()) {
				if (kind.wireNumber == wireNumber) {
					return kind;
				}
			}
			return null;
		}

	}

}
