package io.coalestra.tier;

import java.time.Duration;
import java.util.Objects;

import io.coalestra.cache.WriteRule;

/**
 * Something to be written to a tier. The tier decides, by key and atomically, against
 * what it holds.
 */
public sealed interface TierWrite {

	/**
	 * Returns the key.
	 * @return the key
	 */
	TierKey key();

	/**
	 * Returns how long what is written is read. What a removal refuses, it refuses for as
	 * long as it would have stood, also where a value of a shorter life takes its place.
	 * @return the span: at least one millisecond
	 */
	Duration life();

	/**
	 * News: an event, a publication, a written row. Stored if it is newer than what the
	 * tier holds, value or removal, as the rule has it; {@link WriteRule#FORCE} stores in
	 * any case and raises the generation.
	 *
	 * @param key the key
	 * @param content its rank, order and bytes
	 * @param rule the rule
	 * @param life how long the tier keeps it: at least one millisecond
	 */
	record Update(TierKey key, TierContent content, WriteRule rule, Duration life) implements TierWrite {

		/**
		 * Checks.
		 */
		public Update {
			Objects.requireNonNull(key, "key");
			Objects.requireNonNull(content, "content");
			Objects.requireNonNull(rule, "rule");
			requireLife(life);
		}

	}

	/**
	 * What a source answered to a node that had found nothing in the tier. Stored only if
	 * the key's generation is what the token says, the tier has not lost its contents,
	 * the token is not older than the {@linkplain SharedTier#longestFill() longest fill},
	 * and what is stored is not as new.
	 *
	 * @param key the key
	 * @param content its rank, order and bytes
	 * @param token what the tier answered before the source was asked
	 * @param life how long the tier keeps it: at least one millisecond
	 */
	record Fill(TierKey key, TierContent content, FillToken token, Duration life) implements TierWrite {

		/**
		 * Checks.
		 */
		public Fill {
			Objects.requireNonNull(key, "key");
			Objects.requireNonNull(content, "content");
			Objects.requireNonNull(token, "token");
			requireLife(life);
		}

	}

	/**
	 * An invalidation: whatever the tier holds is removed, and fills that began before
	 * are refused. News is stored again, whatever its order.
	 *
	 * @param key the key
	 * @param life how long the removal stands; the tier lets it stand longer than the
	 * longest fill in any case
	 */
	record Invalidation(TierKey key, Duration life) implements TierWrite {

		/**
		 * Checks.
		 */
		public Invalidation {
			Objects.requireNonNull(key, "key");
			requireLife(life);
		}

	}

	/**
	 * A deletion that is itself a version: removes what is not newer, and from then on
	 * refuses what is not newer than itself.
	 *
	 * @param key the key
	 * @param rank its authority
	 * @param order its version
	 * @param life how long the removal stands; the tier lets it stand longer than the
	 * longest fill in any case
	 */
	record Deletion(TierKey key, int rank, long order, Duration life) implements TierWrite {

		/**
		 * Checks.
		 */
		public Deletion {
			Objects.requireNonNull(key, "key");
			requireLife(life);
		}

	}

	private static void requireLife(Duration life) {
		if (life.toMillis() < 1) {
			throw new IllegalArgumentException("life: " + life + " (expected: at least PT0.001S)");
		}
	}

}
