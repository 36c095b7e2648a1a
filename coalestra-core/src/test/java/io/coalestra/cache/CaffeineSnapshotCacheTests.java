package io.coalestra.cache;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

import io.coalestra.key.ResourceKey;
import io.coalestra.key.ResourceKeys;
import io.coalestra.key.ResourceType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * What the engine relies on in the default cache.
 */
class CaffeineSnapshotCacheTests {

	private static final ResourceType<String> TYPE = ResourceType.of("a", "b", String.class);

	private final SnapshotCache cache = SnapshotCache.bounded(10);

	@Test
	void answersWithTheVeryObjectThatWasStored() {
		Revision<String> revision = revision("x", 1);
		assertThat(this.cache.compute(revision.key(), (stored) -> revision)).isSameAs(revision);
		assertThat(this.cache.get(revision.key())).isSameAs(revision);
		assertThat(this.cache.get(TYPE.key("y"))).isNull();
	}

	@Test
	void manyKeysAreAnsweredTogetherAsLongAsNoneIsMissing() {
		Revision<String> one = store("x", 1);
		Revision<String> two = store("y", 2);
		Revision<?>[] found = new Revision<?>[2];
		assertThat(this.cache.getAll(ResourceKeys.of(two.key(), one.key()), found)).isTrue();
		assertThat(found).containsExactly(two, one);
		assertThat(this.cache.getAll(ResourceKeys.of(one.key(), TYPE.key("z")), found)).isFalse();
	}

	@Test
	void changeSeesWhatIsStoredAndMayKeepReplaceOrRemoveIt() {
		Revision<String> one = store("x", 1);
		Revision<String> two = revision("x", 2);
		assertThat(this.cache.compute(one.key(), (stored) -> stored)).isSameAs(one);
		assertThat(this.cache.compute(one.key(), (stored) -> (stored == one) ? two : null)).isSameAs(two);
		assertThat(this.cache.compute(one.key(), (stored) -> null)).isNull();
		assertThat(this.cache.get(one.key())).isNull();
		assertThat(this.cache.compute(one.key(), (stored) -> stored)).isNull();
	}

	@Test
	void changeThatThrowsLeavesWhatWasStored() {
		Revision<String> one = store("x", 1);
		assertThatExceptionOfType(IllegalStateException.class)
			.isThrownBy(() -> this.cache.compute(one.key(), (stored) -> {
				throw new IllegalStateException();
			}));
		assertThat(this.cache.get(one.key())).isSameAs(one);
	}

	@Test
	void removingByKeyTellsWhatWasThere() {
		Revision<String> one = store("x", 1);
		assertThat(this.cache.remove(one.key())).isSameAs(one);
		assertThat(this.cache.remove(one.key())).isNull();
	}

	@Test
	void removingARevisionSparesTheOneThatReplacedIt() {
		Revision<String> one = store("x", 1);
		Revision<String> two = store("x", 1);
		assertThat(this.cache.remove(one)).isFalse();
		assertThat(this.cache.get(two.key())).isSameAs(two);
		assertThat(this.cache.remove(two)).isTrue();
		assertThat(this.cache.get(two.key())).isNull();
	}

	@Test
	void everyEntryIsVisitedOnce() {
		List<Revision<?>> stored = List.of(store("x", 1), store("y", 2), store("z", 3));
		List<Revision<?>> visited = new ArrayList<>();
		this.cache.forEach(visited::add);
		assertThat(visited).containsExactlyInAnyOrderElementsOf(stored);
	}

	@Test
	void entriesMayBeRemovedWhileTheyAreVisited() {
		store("x", 1);
		store("y", 2);
		this.cache.forEach((revision) -> this.cache.remove(revision.key()));
		assertThat(this.cache.size()).isZero();
	}

	@Test
	void clearingRemovesEverythingAndIsNoEviction() {
		List<Revision<?>> evicted = new ArrayList<>();
		this.cache.onEviction(evicted::add);
		store("x", 1);
		this.cache.clear();
		assertThat(this.cache.size()).isZero();
		assertThat(this.cache.get(TYPE.key("x"))).isNull();
		assertThat(evicted).isEmpty();
	}

	@Test
	void boundHoldsAndEveryEvictionIsTold() {
		List<Revision<?>> evicted = new ArrayList<>();
		this.cache.onEviction(evicted::add);
		for (int i = 0; i < 1_000; i++) {
			store("k" + i, i);
		}
		assertThat(this.cache.maxEntries()).isEqualTo(10);
		assertThat(this.cache.size()).isLessThanOrEqualTo(10);
		List<Revision<?>> left = new ArrayList<>();
		this.cache.forEach(left::add);
		assertThat(evicted).hasSize(1_000 - left.size()).doesNotHaveDuplicates().doesNotContainAnyElementsOf(left);
	}

	@Test
	void replacingAndRemovingAreNoEvictions() {
		List<Revision<?>> evicted = new ArrayList<>();
		this.cache.onEviction(evicted::add);
		store("x", 1);
		Revision<String> two = store("x", 2);
		this.cache.remove(two);
		store("x", 3);
		this.cache.remove(two.key());
		assertThat(evicted).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(longs = { 0, -1, Long.MIN_VALUE })
	void boundIsAtLeastOne(long maxEntries) {
		assertThat(SnapshotCache.bounded(1).maxEntries()).isEqualTo(1);
		assertThatIllegalArgumentException().isThrownBy(() -> SnapshotCache.bounded(maxEntries))
			.withMessage("maxEntries: " + maxEntries + " (expected: 1 or more)");
	}

	@Test
	void changesOfOneKeyByManyThreadsAreOneAfterTheOther() throws Exception {
		int threads = 4;
		int changes = 2_000;
		ResourceKey<String> key = TYPE.key("x");
		CountDownLatch start = new CountDownLatch(1);
		try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
			for (int i = 0; i < threads; i++) {
				executor.execute(() -> {
					await(start);
					for (int change = 0; change < changes; change++) {
						this.cache.compute(key,
								(stored) -> revision("x", (stored == null) ? 1 : stored.version().sequence() + 1));
					}
				});
			}
			start.countDown();
			executor.shutdown();
			assertThat(executor.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
		}
		assertThat(this.cache.get(key).version().sequence()).isEqualTo((long) threads * changes);
	}

	private static void await(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private Revision<String> store(String subject, long sequence) {
		Revision<String> revision = revision(subject, sequence);
		this.cache.compute(revision.key(), (stored) -> revision);
		return revision;
	}

	private static Revision<String> revision(String subject, long sequence) {
		return new Revision<>(TYPE.key(subject), "value", true,
				new Revision.Provenance("source", 0, 0, Duration.ZERO, 1, 0, Map.of(), Set.of(), List.of()),
				new ResourceVersion("builder", sequence, null), new Revision.Lifetime(0, 0, 0, 0, 0, 0, null, null),
				null);
	}

}
