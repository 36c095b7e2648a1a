package io.coalestra.tier;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

import io.coalestra.cache.WriteRule;
import io.coalestra.cache.WriteStatus;
import org.jspecify.annotations.Nullable;

/**
 * The rule by which every tier decides a write, for engines that decide outside their
 * server: between reading an entry and replacing it by compare-and-set.
 *
 * <p>
 * Whether a fill's token is of this incarnation, and young enough, is the engine's to
 * check first. An entry that has expired is no rival any more, and nothing that is read;
 * but as long as it is {@linkplain #keptUntil kept}, its generation counts.
 */
public final class TierRule {

	private TierRule() {
	}

	/**
	 * Decides.
	 * @param write what is to be written
	 * @param stored what is held for its key, expired or not, or null
	 * @param now the time, for what has expired
	 * @return {@link WriteStatus#STORED} if it may be written, else why not
	 */
	public static WriteStatus decide(TierWrite write, @Nullable TierEntry stored, Instant now) {
		TierEntry live = (stored != null && !stored.isExpired(now)) ? stored : null;
		TierVersion rival = (live != null) ? live.version() : null;
		return switch (write) {
			case TierWrite.Invalidation invalidation -> WriteStatus.STORED;
			case TierWrite.Deletion deletion ->
				decide(WriteRule.REPLACE_EQUAL, deletion.rank(), deletion.order(), rival);
			case TierWrite.Update update ->
				decide(ruleAgainst(live, update.rule()), update.content().rank(), update.content().order(), rival);
			case TierWrite.Fill fill -> (fill.token().mark() != generationOf(stored)) ? WriteStatus.IGNORED_INVALIDATED
					: decide(WriteRule.MONOTONIC, fill.content().rank(), fill.content().order(), rival);
		};
	}

	// A deleted version does not come back by being written again.
	private static WriteRule ruleAgainst(@Nullable TierEntry live, WriteRule rule) {
		return (live != null && live.isRemoval() && rule == WriteRule.REPLACE_EQUAL) ? WriteRule.MONOTONIC : rule;
	}

	private static WriteStatus decide(WriteRule rule, int rank, long order, @Nullable TierVersion rival) {
		if (rule == WriteRule.FORCE || rival == null || rank > rival.rank()) {
			return WriteStatus.STORED;
		}
		if (rank < rival.rank()) {
			return WriteStatus.IGNORED_LOWER_AUTHORITY;
		}
		if (order < rival.order()) {
			return WriteStatus.IGNORED_OLDER;
		}
		return (order == rival.order() && rule == WriteRule.MONOTONIC) ? WriteStatus.IGNORED_DUPLICATE
				: WriteStatus.STORED;
	}

	/**
	 * Makes the entry of a write that may be written.
	 * @param write the write
	 * @param stored what is held for its key, expired or not, or null
	 * @param now the time
	 * @param removalLife how long a removal stands at least
	 * @return the entry to store
	 */
	public static TierEntry entryOf(TierWrite write, @Nullable TierEntry stored, Instant now, Duration removalLife) {
		long kept = generationOf(stored);
		return switch (write) {
			case TierWrite.Invalidation invalidation ->
				TierEntry.removal(new TierVersion(raised(kept, now), TierVersion.LOWEST_RANK, TierVersion.LOWEST_ORDER),
						now.plus(longer(invalidation.life(), removalLife)));
			case TierWrite.Deletion deletion ->
				TierEntry.removal(new TierVersion(raised(kept, now), deletion.rank(), deletion.order()),
						now.plus(longer(deletion.life(), removalLife)));
			case TierWrite.Update update -> value(update.content(),
					(update.rule() == WriteRule.FORCE) ? raised(kept, now) : kept, now.plus(update.life()));
			case TierWrite.Fill fill -> value(fill.content(), kept, now.plus(fill.life()));
		};
	}

	private static TierEntry value(TierContent content, long generation, Instant expiresAt) {
		return TierEntry.value(new TierVersion(generation, content.rank(), content.order()), expiresAt,
				content.payload());
	}

	private static Duration longer(Duration one, Duration other) {
		return (one.compareTo(other) >= 0) ? one : other;
	}

	/**
	 * Returns the generation that an entry, expired or not, stands for.
	 * @param stored the entry, or null
	 * @return its generation, zero where there is none
	 */
	public static long generationOf(@Nullable TierEntry stored) {
		return (stored != null) ? stored.version().generation() : 0;
	}

	/**
	 * Returns until when an engine keeps an entry. A generation was raised by a removal
	 * or a forced write, at the time that it names, and refuses the fills that began
	 * before: also once a value that took its place has expired.
	 * @param stored the entry
	 * @param removalLife how long a removal stands at least
	 * @return the moment, not before the entry expires
	 */
	public static Instant keptUntil(TierEntry stored, Duration removalLife) {
		long generation = generationOf(stored);
		Instant refuses = (generation != 0) ? Instant.EPOCH.plus(generation, ChronoUnit.MICROS).plus(removalLife)
				: Instant.EPOCH;
		return refuses.isAfter(stored.expiresAt()) ? refuses : stored.expiresAt();
	}

	// The time of day keeps generations apart also where an earlier one was forgotten.
	private static long raised(long generation, Instant now) {
		return Math.max(generation + 1, microsOf(now));
	}

	/**
	 * Returns a time in the unit of generations and tokens.
	 * @param time the time
	 * @return microseconds since the epoch
	 */
	public static long microsOf(Instant time) {
		return time.getEpochSecond() * 1_000_000 + time.getNano() / 1_000;
	}

}
