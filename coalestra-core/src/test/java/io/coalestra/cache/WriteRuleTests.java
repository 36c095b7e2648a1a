package io.coalestra.cache;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The decision table by which one revision replaces another, against a model of it.
 */
class WriteRuleTests {

	private static final int[] RANKS = { Integer.MIN_VALUE, -1, 0, 1, 2, Integer.MAX_VALUE };

	private static final long[] TIMES = { Long.MIN_VALUE, -1, 0, 1, 2, Long.MAX_VALUE };

	@ParameterizedTest
	@EnumSource
	void decisionIsThatOfTheTableForAllRanksAndTimes(WriteRule rule) {
		for (int rank : RANKS) {
			for (int storedRank : RANKS) {
				for (long time : TIMES) {
					for (long storedTime : TIMES) {
						assertThat(rule.decide(rank, time, stored(storedRank, storedTime)))
							.as("%s: rank %d at %d over rank %d at %d", rule, rank, time, storedRank, storedTime)
							.isEqualTo(model(rule, rank, time, storedRank, storedTime));
					}
				}
			}
		}
	}

	// As the specification lists it: forced; lower; higher; older; same time; newer.
	private static WriteStatus model(WriteRule rule, int rank, long time, int storedRank, long storedTime) {
		if (rule == WriteRule.FORCE) {
			return WriteStatus.STORED;
		}
		return switch (Integer.compare(rank, storedRank)) {
			case -1 -> WriteStatus.IGNORED_LOWER_AUTHORITY;
			case 1 -> WriteStatus.STORED;
			default -> switch (Long.compare(time, storedTime)) {
				case -1 -> WriteStatus.IGNORED_OLDER;
				case 1 -> WriteStatus.STORED;
				default -> (rule == WriteRule.REPLACE_EQUAL) ? WriteStatus.STORED : WriteStatus.IGNORED_DUPLICATE;
			};
		};
	}

	@ParameterizedTest
	@EnumSource
	void anythingIsStoredWhereNothingIs(WriteRule rule) {
		assertThat(rule.decide(Integer.MIN_VALUE, Long.MIN_VALUE, null)).isEqualTo(WriteStatus.STORED);
	}

	@Test
	void monotonicWritesOfAnyOrderEndWithTheGreatestRankAndTime() {
		for (int first = 0; first < 9; first++) {
			for (int second = 0; second < 9; second++) {
				for (int third = 0; third < 9; third++) {
					Revision.Provenance stored = null;
					for (int candidate : new int[] { first, second, third }) {
						if (WriteRule.MONOTONIC.decide(candidate / 3, candidate % 3, stored) == WriteStatus.STORED) {
							stored = stored(candidate / 3, candidate % 3);
						}
					}
					int greatest = Math.max(first, Math.max(second, third));
					assertThat(stored).isEqualTo(stored(greatest / 3, greatest % 3));
				}
			}
		}
	}

	private static Revision.Provenance stored(int rank, long observedAt) {
		return new Revision.Provenance("source", observedAt, observedAt, Duration.ZERO, 1, rank, Map.of(), Set.of(),
				List.of());
	}

}
