package io.coalestra.internal.engine;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;

import io.coalestra.internal.store.CommitStamp;
import io.coalestra.internal.store.Judgement;
import io.coalestra.internal.store.RevisionStore;
import io.coalestra.key.ResourceKeys;
import org.jspecify.annotations.Nullable;

/**
 * Reads keys from the cache such that what was committed together is judged together: a
 * commit that comes between has everything judged anew.
 *
 * @param judgements what the cache holds for each position that was asked for
 * @param readAt the stamp of commits under which it held that
 */
record CacheReading(List<@Nullable Judgement> judgements, long readAt) {

	private static final int MAX_REREADS = 8;

	/**
	 * Reads keys.
	 * @param store the way into the cache
	 * @param keys the keys
	 * @param positions which of them
	 * @param now the reader's time
	 * @param maxAge how old values may be, or null
	 * @return what there is
	 */
	static CacheReading of(RevisionStore store, ResourceKeys keys, List<Integer> positions, long now,
			@Nullable Duration maxAge) {
		CommitStamp commits = store.commits();
		@Nullable Judgement[] judgements = new Judgement[keys.size()];
		Runnable judgeAll = () -> {
			for (int position : positions) {
				judgements[position] = store.judge(keys.get(position), now, maxAge);
			}
		};
		for (int attempt = 0; attempt < MAX_REREADS; attempt++) {
			long begun = commits.begin();
			judgeAll.run();
			if (commits.isUnchanged(begun)) {
				return new CacheReading(Arrays.asList(judgements), begun);
			}
		}
		long[] begun = new long[1];
		commits.readExclusively(() -> {
			begun[0] = commits.begin();
			judgeAll.run();
		});
		return new CacheReading(Arrays.asList(judgements), begun[0]);
	}

}
