package io.coalestra.tier.coherence;

import java.time.Instant;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * How a node stands with the others.
 *
 * @param node this node's name in its notices
 * @param topic what the notices are about
 * @param unknownSince since when a change may have been missed that was not compensated
 * yet, or null when all is well
 * @param others how many other nodes are heard
 * @param untold how many changes wait to be told, because the tier did not take them
 * @param counts what has happened so far
 */
public record CoherenceState(String node, String topic, @Nullable Instant unknownSince, int others, int untold,
		Counts counts) {

	/**
	 * Checks.
	 */
	public CoherenceState {
		Objects.requireNonNull(node, "node");
		Objects.requireNonNull(topic, "topic");
		Objects.requireNonNull(counts, "counts");
	}

	/**
	 * Counters, from the beginning of the channel.
	 *
	 * @param told changes that the tier took
	 * @param coalesced changes that were merged into another of the same key
	 * @param failed notices that the tier did not take; their changes are told again
	 * @param dropped changes that were given up because too many waited; the others
	 * notice that a number is missing
	 * @param heard changes of other nodes
	 * @param unreadable messages that could not be read
	 * @param subscriptions how often the subscription came to stand
	 * @param gaps how often numbers were missing
	 * @param silences how often a node, or this one's echo, was not heard in time
	 */
	public record Counts(long told, long coalesced, long failed, long dropped, long heard, long unreadable,
			long subscriptions, long gaps, long silences) {
	}

}
