package io.coalestra.concurrency;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.coalestra.cache.Revision;
import io.coalestra.cache.SnapshotCache;
import io.coalestra.cache.WriteRule;
import io.coalestra.cache.WriteStatus;
import io.coalestra.internal.store.Draft;
import io.coalestra.internal.store.RevisionStore;
import io.coalestra.key.ResourceKey;
import io.coalestra.key.ResourceType;
import io.coalestra.policy.Freshness;
import io.coalestra.policy.KeyPolicies;
import io.coalestra.policy.SourceAuthority;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.junit.jupiter.api.Test;

/**
 * Writes of one key are decided one after another, authority first and then time. Under
 * stress only: the schedules of Caffeine's own code are too many.
 */
@Param(name = "rank", gen = IntGen.class, conf = "0:2")
@Param(name = "time", gen = IntGen.class, conf = "0:3")
public class RevisionStoreLincheckTests {

	private static final ResourceKey<String> KEY = ResourceType.of("test", "item", String.class).key("a");

	private static final SourceAuthority AUTHORITY = SourceAuthority.EQUAL.rank("rank1", 1).rank("rank2", 2);

	private final RevisionStore store = new RevisionStore(SnapshotCache.bounded(10), "test",
			KeyPolicies.of(Freshness.forever()), KeyPolicies.of(AUTHORITY), () -> 0);

	@Operation
	public WriteStatus write(@Param(name = "rank") int rank, @Param(name = "time") int time) {
		Draft draft = new Draft(KEY, new Draft.Content.Value(rank + " " + time, true),
				new Draft.Origin("rank" + rank, time, Duration.ZERO, 0, List.of()),
				new Draft.Statement(Draft.Dating.STATED, time, time, null, null, null, Map.of(), Set.of()),
				new Draft.Event(this.store.epoch()));
		return this.store.write(draft, WriteRule.MONOTONIC).status();
	}

	@Operation
	public boolean invalidate() {
		return this.store.invalidate(KEY);
	}

	@Operation
	public String read() {
		Revision<?> found = this.store.judge(KEY, 0, null).revision();
		return (found != null) ? String.valueOf(found.payload()) : "nothing";
	}

	@Test
	void writesOfOneKeyAreDecidedOneAfterAnother() {
		new StressOptions().sequentialSpecification(Cell.class)
			.iterations(30)
			.invocationsPerIteration(2_000)
			.threads(3)
			.actorsPerThread(4)
			.check(getClass());
	}

	/**
	 * The key, one step at a time.
	 */
	public static class Cell {

		private int rank = -1;

		private int time;

		public WriteStatus write(int written, int at) {
			if (written < this.rank) {
				return WriteStatus.IGNORED_LOWER_AUTHORITY;
			}
			if (written == this.rank && at <= this.time) {
				return (at < this.time) ? WriteStatus.IGNORED_OLDER : WriteStatus.IGNORED_DUPLICATE;
			}
			this.rank = written;
			this.time = at;
			return WriteStatus.STORED;
		}

		public boolean invalidate() {
			boolean stored = this.rank >= 0;
			this.rank = -1;
			return stored;
		}

		public String read() {
			return (this.rank >= 0) ? this.rank + " " + this.time : "nothing";
		}

	}

}
