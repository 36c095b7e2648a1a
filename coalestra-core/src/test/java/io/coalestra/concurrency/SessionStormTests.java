package io.coalestra.concurrency;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import io.coalestra.Coalestra;
import io.coalestra.fixtures.EngineFixture;
import io.coalestra.key.ResourceKey;
import io.coalestra.key.ResourceType;
import io.coalestra.policy.Freshness;
import io.coalestra.policy.Resilience;
import io.coalestra.snapshot.Snapshot;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.snapshot.SnapshotRequest;
import io.coalestra.snapshot.SnapshotSession;
import io.coalestra.source.Source;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Sessions under many threads: at every instant a reader sees what one stage left, never
 * a part of it, and what is derived was derived from what is seen beside it.
 */
@Timeout(180)
class SessionStormTests {

	private static final ResourceType<Integer> LEAF = ResourceType.of("storm", "leaf", Integer.class);

	private static final ResourceType<Integer> SUM = ResourceType.of("storm", "sum", Integer.class);

	private static final ResourceType<Integer> TWICE = ResourceType.of("storm", "twice", Integer.class);

	private static final List<ResourceKey<Integer>> LEAVES = List.of(LEAF.key("a"), LEAF.key("b"), LEAF.key("c"));

	private static final ResourceKey<Integer> TOTAL = SUM.key("all");

	private static final ResourceKey<Integer> DOUBLE = TWICE.key("all");

	private static final int ROUNDS = 60;

	private static final int READERS = 3;

	private final AtomicInteger counter = new AtomicInteger();

	private SnapshotBuilder builder() {
		return Coalestra.builder()
			.defaultFreshness(Freshness.ttl(Duration.ofMinutes(1)))
			.defaultResilience(Resilience.NONE)
			.source(Source.single("leaves", LEAF, (key) -> {
				int value = this.counter.incrementAndGet();
				if (value % 7 == 0) {
					throw new IllegalStateException("down");
				}
				return value;
			}).nonBlocking().build())
			.source(Source.derived("sum", SUM, (key) -> LEAVES, (key, values) -> {
				int sum = 0;
				for (ResourceKey<Integer> leaf : LEAVES) {
					sum += values.get(leaf);
				}
				return sum;
			}).build())
			.source(Source.derived("twice", TWICE, (key) -> List.of(TOTAL), (key, values) -> 2 * values.get(TOTAL))
				.build())
			.build();
	}

	@Test
	void whoeverLooksDuringRevalidationsSeesAllOfOneOrNothingOfIt() throws Exception {
		try (SnapshotBuilder builder = builder();
				ExecutorService readers = Executors.newFixedThreadPool(READERS + 1);
				SnapshotSession session = builder.openSession()) {
			List<ResourceKey<?>> all = new ArrayList<>(LEAVES);
			all.add(DOUBLE);
			all.add(TOTAL);
			while (!session.tryResolve(SnapshotRequest.require(all).retryErrors()).reasons().isEmpty()) {
				// One leaf in seven fails.
			}
			List<Future<Integer>> looks = new ArrayList<>();
			AtomicBoolean done = new AtomicBoolean();
			CountDownLatch looking = new CountDownLatch(READERS);
			for (int i = 0; i < READERS; i++) {
				looks.add(readers.submit(() -> look(session, looking, done)));
			}
			Waiting.forLatch(looking);
			Future<?> publications = readers.submit(() -> publish(builder, done));
			SnapshotRequest force = SnapshotRequest.require(LEAVES).bypassCache();
			SnapshotRequest normal = SnapshotRequest.require(LEAVES.getFirst(), LEAVES.getLast());
			int replaced = 0;
			try {
				for (int round = 0; round < ROUNDS; round++) {
					SnapshotRequest request = (round % 2 == 0) ? force : normal;
					replaced += session.tryRevalidate(request).reasons().isEmpty() ? 1 : 0;
				}
			}
			finally {
				done.set(true);
			}
			publications.get(60, TimeUnit.SECONDS);
			int distinct = 0;
			for (Future<Integer> look : looks) {
				distinct = Math.max(distinct, look.get(60, TimeUnit.SECONDS));
			}
			assertThat(replaced).as("revalidations that replaced something").isPositive().isLessThan(ROUNDS);
			assertThat(distinct).as("states that were seen").isPositive();
			assertThat(EngineFixture.leftIn(builder)).isEmpty();
		}
	}

	private static int look(SnapshotSession session, CountDownLatch looking, AtomicBoolean done) {
		int distinct = 0;
		Snapshot last = null;
		while (!done.get()) {
			Snapshot seen = session.snapshot();
			assertAgrees(seen);
			distinct += seen.equals(last) ? 0 : 1;
			last = seen;
			looking.countDown();
			Thread.onSpinWait();
		}
		return distinct;
	}

	private static void assertAgrees(Snapshot seen) {
		int sum = LEAVES.stream().mapToInt(seen::get).sum();
		assertThat(seen.get(TOTAL)).isEqualTo(sum);
		assertThat(seen.get(DOUBLE)).isEqualTo(2 * sum);
		assertThat(seen.errors()).isEmpty();
	}

	private void publish(SnapshotBuilder builder, AtomicBoolean done) {
		while (!done.get()) {
			builder.publisher().publish(LEAVES.get(1), this.counter.incrementAndGet(), "feed");
			Thread.onSpinWait();
		}
	}

	@Test
	void stagesOfManyThreadsAgreeWhateverIsPublishedBetweenThem() throws Exception {
		try (SnapshotBuilder builder = builder(); ExecutorService pool = Executors.newFixedThreadPool(READERS + 1)) {
			AtomicBoolean done = new AtomicBoolean();
			Future<?> publications = pool.submit(() -> publish(builder, done));
			try {
				for (int round = 0; round < ROUNDS; round++) {
					oneSession(builder, pool);
				}
			}
			finally {
				done.set(true);
			}
			publications.get(60, TimeUnit.SECONDS);
			assertThat(EngineFixture.leftIn(builder)).isEmpty();
		}
	}

	private static void oneSession(SnapshotBuilder builder, ExecutorService pool) throws Exception {
		try (SnapshotSession session = builder.openSession()) {
			List<Future<?>> stages = new ArrayList<>();
			for (List<ResourceKey<?>> keys : List.of(List.<ResourceKey<?>>of(LEAVES.get(1), DOUBLE),
					List.<ResourceKey<?>>copyOf(LEAVES), List.<ResourceKey<?>>of(TOTAL))) {
				stages.add(pool.submit(() -> session.tryResolve(SnapshotRequest.prefer(keys))));
			}
			for (Future<?> stage : stages) {
				stage.get(60, TimeUnit.SECONDS);
			}
			Snapshot seen = session.snapshot();
			assertThat(Collections.disjoint(seen.values().keySet(), seen.errors().keySet())).isTrue();
			boolean summed = seen.find(TOTAL).isPresent();
			if (summed && LEAVES.stream().allMatch((leaf) -> seen.find(leaf).isPresent())) {
				assertThat(seen.get(TOTAL)).isEqualTo(LEAVES.stream().mapToInt(seen::get).sum());
			}
			if (summed && seen.find(DOUBLE).isPresent()) {
				assertThat(seen.get(DOUBLE)).isEqualTo(2 * seen.get(TOTAL));
			}
		}
	}

}
