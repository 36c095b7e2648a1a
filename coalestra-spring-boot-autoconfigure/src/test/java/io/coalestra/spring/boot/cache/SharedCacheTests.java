package io.coalestra.spring.boot.cache;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

import io.coalestra.policy.Freshness;
import io.coalestra.tier.InMemoryTier;
import io.coalestra.tier.SharedTierOptions;
import io.coalestra.time.TimeSource;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.cache.Cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

/**
 * Caches of two nodes that share their values.
 */
@Timeout(120)
class SharedCacheTests {

	private final InMemoryTier tier = new InMemoryTier(TimeSource.system());

	private final CoalestraCacheManager hers = node();

	private final CoalestraCacheManager his = node();

	private final CoalestraCache her = this.hers.getCache("books");

	private final CoalestraCache him = this.his.getCache("books");

	private final AtomicInteger calls = new AtomicInteger();

	private CoalestraCacheManager node() {
		return CoalestraCacheManager.builder()
			.defaults(new CacheSettings(Freshness.ttl(Duration.ofHours(1)), 100))
			.shared("books", Book.class)
			.shared("authors", String.class)
			.sharedTier(this.tier, SharedTierOptions.builder().budget(Duration.ofSeconds(20)).build())
			.build();
	}

	@AfterEach
	void close() {
		this.hers.close();
		this.his.close();
		this.tier.close();
	}

	@Test
	void whatOneNodeMakesTheOtherReads() {
		read(this.her, 7);
		arrived(this.him, 7);
		assertThat(read(this.him, 7)).isEqualTo(new Book("title 7"));
		assertThat(this.calls).hasValue(1);
		assertThat(this.him.counts().loads()).isZero();
	}

	@Test
	void elementsAreSharedEachByItself() {
		this.her.getAll(List.of(1, 2), this::books);
		arrived(this.him, 1);
		arrived(this.him, 2);
		assertThat(this.him.getAll(List.of(1, 2, 3), this::books)).containsEntry(1, new Book("title 1"))
			.containsEntry(2, new Book("title 2"))
			.containsEntry(3, new Book("title 3"));
		assertThat(this.calls).as("1 and 2 by her, 3 by him").hasValue(3);
	}

	@Test
	void whatIsPutReplacesWhatTheOtherHas() {
		read(this.her, 7);
		arrived(this.him, 7);
		this.her.put(7, new Book("second edition"));
		soon().untilAsserted(() -> assertThat(valueIn(this.him, 7)).isEqualTo(new Book("second edition")));
	}

	@Test
	void whatIsEvictedIsMadeAnewOnBoth() {
		read(this.her, 7);
		arrived(this.him, 7);
		this.him.evict(7);
		soon().until(() -> this.her.get(7) == null);
		assertThat(this.him.get(7)).isNull();
		read(this.him, 7);
		assertThat(this.calls).hasValue(2);
	}

	@Test
	void aNullThatIsPutIsEvictedAndOneThatIsMadeIsShared() {
		read(this.her, 7);
		arrived(this.him, 7);
		this.her.put(7, null);
		soon().until(() -> this.him.get(7) == null);
		Object none = this.her.get(8, () -> null);
		assertThat(none).isNull();
		arrived(this.him, 8);
		assertThat(Objects.requireNonNull(this.him.get(8)).get()).isNull();
	}

	@Test
	void clearingACacheClearsItOnBothAndNoOther() {
		read(this.her, 7);
		arrived(this.him, 7);
		this.hers.getCache("authors").put(1, "Ann");
		arrived(this.his.getCache("authors"), 1);
		this.her.clear();
		soon().until(() -> this.him.get(7) == null);
		assertThat(valueIn(this.his.getCache("authors"), 1)).isEqualTo("Ann");
		assertThat(valueIn(this.hers.getCache("authors"), 1)).isEqualTo("Ann");
	}

	@Test
	void aCacheThatIsNotNamedStaysLocal() {
		this.hers.getCache("local").put(1, "hers");
		assertThat(this.his.getCache("local").get(1)).isNull();
		assertThat(this.his.getCache("local").tierHealth()).isNull();
	}

	@Test
	void asynchronousReadersAskTheTierAsWell() throws Exception {
		read(this.her, 7);
		arrived(this.him, 7);
		CompletableFuture<?> found = Objects.requireNonNull(this.him.retrieve(7));
		assertThat(((Cache.ValueWrapper) found.get()).get()).isEqualTo(new Book("title 7"));
		assertThat(Objects.requireNonNull(this.him.retrieve(9)).get()).isNull();
		Book made = this.him.retrieve(9, () -> CompletableFuture.completedFuture(new Book("made"))).get();
		assertThat(made).isEqualTo(new Book("made"));
	}

	@Test
	void whoJoinsALookUpThatFindsNothingMakesTheValue() throws Exception {
		List<CompletableFuture<Book>> readers = new ArrayList<>();
		CountDownLatch begin = new CountDownLatch(1);
		for (int i = 0; i < 50; i++) {
			int number = i;
			readers.add(CompletableFuture.supplyAsync(() -> {
				passed(begin);
				this.her.get(number / 5);
				return read(this.her, number / 5);
			}, (task) -> Thread.ofVirtual().start(task)));
		}
		begin.countDown();
		for (int i = 0; i < 50; i++) {
			assertThat(readers.get(i).get()).isEqualTo(new Book("title " + i / 5));
		}
	}

	@Test
	void methodsThatCallEachOtherRoundACircleDoNotWaitForThemselves() {
		Book book = this.her.get(1, () -> {
			String author = this.hers.getCache("authors").get(1, () -> {
				Book inner = this.her.get(1, () -> new Book("inner"));
				return "author of " + Objects.requireNonNull(inner).title();
			});
			return new Book("book by " + author);
		});
		assertThat(book).isEqualTo(new Book("book by author of inner"));
	}

	@Test
	void theHealthOfTheCachesTellsHowTheirTierDoes() {
		read(this.her, 7);
		this.hers.getCache("local").put(1, "x");
		Map<?, ?> caches = (Map<?, ?>) Objects
			.requireNonNull(new CachesHealth(this.hers).componentHealth().fields().get("caches"));
		assertThat(caches.get("books").toString()).contains("shared_tier").contains("values_unwritable=0");
		assertThat(caches.get("local").toString()).doesNotContain("shared_tier");
	}

	@Test
	void valuesAreOfTheClassAsWhichTheyAreShared() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.her.put(7, "text"))
			.withMessageContaining("cache \"books\": a value of java.lang.String")
			.withMessageContaining("expected: one of " + Book.class.getName());
		CoalestraCacheManager.Builder manager = CoalestraCacheManager.builder();
		assertThatIllegalArgumentException().isThrownBy(() -> manager.shared("books", Object.class))
			.withMessageContaining("expected: a class without type parameters");
		assertThatIllegalArgumentException().isThrownBy(() -> manager.shared("books", List.class));
		assertThatIllegalArgumentException().isThrownBy(manager.shared("books", Book.class)::build)
			.withMessageContaining("unless there is a shared tier");
	}

	private Book read(CoalestraCache cache, int number) {
		Book book = cache.get(number, () -> books(List.of(number)).get(number));
		return Objects.requireNonNull(book);
	}

	private Map<Integer, Book> books(Collection<Integer> numbers) {
		this.calls.addAndGet(numbers.size());
		Map<Integer, Book> books = new HashMap<>();
		numbers.forEach((number) -> books.put(number, new Book("title " + number)));
		return books;
	}

	private static Object valueIn(CoalestraCache cache, int key) {
		Cache.ValueWrapper found = cache.get(key);
		return (found != null) ? found.get() : null;
	}

	// The tier is filled, and the others are told, behind the caller.
	private static void arrived(CoalestraCache cache, int key) {
		soon().until(() -> cache.get(key) != null);
	}

	private static ConditionFactory soon() {
		return await().atMost(Duration.ofSeconds(60));
	}

	private static void passed(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	record Book(String title) {
	}

}
