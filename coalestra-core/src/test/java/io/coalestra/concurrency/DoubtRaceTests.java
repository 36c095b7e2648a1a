package io.coalestra.concurrency;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import io.coalestra.cache.SnapshotCache;
import io.coalestra.cache.WriteRule;
import io.coalestra.internal.store.Draft;
import io.coalestra.internal.store.Judgement;
import io.coalestra.internal.store.RevisionStore;
import io.coalestra.key.ResourceKey;
import io.coalestra.key.ResourceType;
import io.coalestra.policy.Freshness;
import io.coalestra.policy.KeyPolicies;
import io.coalestra.policy.SourceAuthority;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What was stored before a doubt is in doubt after it, whoever dates it anew meanwhile.
 */
class DoubtRaceTests {

	private static final ResourceKey<String> KEY = ResourceType.of("test", "item", String.class).key("a");

	private static final KeyPolicies<Freshness> FOREVER = KeyPolicies.of(Freshness.forever());

	private static final int ROUNDS = 5_000;

	private final RevisionStore store = new RevisionStore(SnapshotCache.bounded(10), "test", FOREVER,
			KeyPolicies.of(SourceAuthority.EQUAL), () -> 0);

	private void write(int time) {
		this.store.write(new Draft(KEY, new Draft.Content.Value("value", true),
				new Draft.Origin("feed", time, Duration.ZERO, 0, List.of()),
				new Draft.Statement(Draft.Dating.STATED, time, time, null, null, null, Map.of(), Set.of()),
				new Draft.Event(this.store.epoch())), WriteRule.FORCE);
	}

	@Test
	@Timeout(180)
	void aValueThatIsDatedAnewWhileADoubtBeginsDoesNotEscapeIt() throws Exception {
		CyclicBarrier together = new CyclicBarrier(2);
		try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
			for (int round = 0; round < ROUNDS; round++) {
				write(round);
				this.store.replaceFreshness(FOREVER);
				Future<?> doubting = threads.submit(() -> {
					together.await();
					this.store.doubt();
					return null;
				});
				Future<?> dating = threads.submit(() -> {
					together.await();
					return this.store.judge(KEY, 0, null);
				});
				doubting.get();
				dating.get();
				assertThat(this.store.judge(KEY, 0, null).worth()).as("round %s", round)
					.isEqualTo(Judgement.Worth.STALE_FALLBACK);
			}
		}
	}

}
