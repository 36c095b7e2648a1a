package io.coalestra.collections.flush;

import java.time.Duration;
import java.util.List;
import java.util.Objects;

import io.coalestra.collections.option.FlushStrategy;
import io.coalestra.collections.store.StoreException.Reason;
import org.junit.jupiter.api.Test;

import static io.coalestra.collections.flush.FlushFixture.LINES;
import static io.coalestra.collections.flush.FlushFixture.ORDERS;
import static io.coalestra.collections.flush.FlushFixture.row;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * A store that is there and takes nothing, for a while, of all of a table or of all
 * tables: its disk is full, or a right is missing.
 */
class UnableStoreTests {

	private final FlushFixture fixture = new FlushFixture((options) -> options.maxAttempts(3)
		.maxPatientAttempts(5)
		.backoff(Duration.ofMillis(1), Duration.ofMillis(1)));

	private final WriteBehind.Buffer orders = this.fixture.open(ORDERS, FlushStrategy.ON_CHECKPOINT);

	private final WriteBehind.Buffer lines = this.fixture.open(LINES, FlushStrategy.ON_CHECKPOINT);

	private void flushes(int number) {
		for (int i = 0; i < number; i++) {
			this.fixture.writes.flush();
			this.fixture.time.advance(Duration.ofSeconds(1));
		}
	}

	@Test
	void noAttemptCountsAndTheOtherCollectionsAreStored() {
		for (long id = 1; id <= 20; id++) {
			this.orders.accept(this.fixture.create(row(ORDERS, id, "a")));
		}
		this.lines.accept(this.fixture.create(row(LINES, 1, "b", "order_id", null)));
		this.fixture.store.reject((write) -> write.table().equals(ORDERS), Reason.UNABLE);
		flushes(1);
		assertThat(this.fixture.content(LINES, 1)).isEqualTo("b");
		int before = this.fixture.store.writes();
		flushes(1);
		assertThat(this.fixture.store.writes() - before).as("one group, and one of its rows alone")
			.isLessThanOrEqualTo(21);
		flushes(50);
		assertThat(this.fixture.deadLetters).isEmpty();
		assertThat(this.fixture.writes.statistics().pending()).isEqualTo(20);
		this.fixture.store.heal();
		flushes(1);
		assertThat(this.fixture.writes.statistics().pending()).isZero();
		assertThat(this.fixture.content(ORDERS, 20)).isEqualTo("a");
		this.fixture.close();
	}

	private void takesNoOrders() {
		this.fixture.store.reject((write) -> write.table().equals(ORDERS), Reason.UNABLE);
	}

	private FlushStatistics.OfCollection ofOrders() {
		return Objects.requireNonNull(this.fixture.writes.statistics().collections().get("orders"));
	}

	@Test
	void theStatisticsSayForHowLongTheStoreHasTakenNothing() {
		this.orders.accept(this.fixture.create(row(ORDERS, 1, "a")));
		flushes(1);
		assertThat(ofOrders().isUnable()).isFalse();
		this.orders.accept(this.fixture.create(row(ORDERS, 2, "a")));
		takesNoOrders();
		this.fixture.writes.flush();
		assertThat(ofOrders().isUnable()).isTrue();
		this.fixture.time.advance(Duration.ofHours(2));
		assertThat(ofOrders().unableFor()).isEqualTo(Duration.ofHours(2));
		this.fixture.store.heal();
		this.fixture.writes.flush();
		assertThat(ofOrders()).isEqualTo(new FlushStatistics.OfCollection(0, Duration.ZERO, false, Duration.ZERO));
		this.fixture.close();
	}

	@Test
	void whatHasWaitedThroughTheLimitIsGivenUpAndWhatIsYoungerIsNot() {
		for (long id = 1; id <= 3; id++) {
			this.orders.accept(this.fixture.create(row(ORDERS, id, "a")));
		}
		takesNoOrders();
		this.fixture.writes.flush();
		this.fixture.time.advance(Duration.ofDays(1).minusNanos(1));
		this.orders.accept(this.fixture.create(row(ORDERS, 4, "a")));
		this.fixture.writes.flush();
		assertThat(this.fixture.deadLetters).isEmpty();
		this.fixture.time.advance(Duration.ofNanos(1));
		this.fixture.writes.flush();
		assertThat(this.fixture.deadLetters).extracting((letter) -> letter.write().key().text())
			.containsExactlyInAnyOrder("1", "2", "3");
		assertThat(this.fixture.outcomes()).hasSize(3).allMatch((outcome) -> outcome.startsWith("Dropped"));
		this.fixture.store.heal();
		this.fixture.writes.flush();
		assertThat(this.fixture.content(ORDERS, 4)).isEqualTo("a");
		assertThat(this.fixture.content(ORDERS, 1)).isNull();
		this.fixture.close();
	}

	@Test
	void theLimitBeginsAnewWhenTheStoreHasTakenSomething() {
		this.orders.accept(this.fixture.create(row(ORDERS, 1, "a")));
		takesNoOrders();
		this.fixture.writes.flush();
		this.fixture.time.advance(Duration.ofHours(23));
		this.fixture.store.heal();
		this.fixture.writes.flush();
		this.orders.accept(this.fixture.create(row(ORDERS, 2, "a")));
		takesNoOrders();
		this.fixture.writes.flush();
		this.fixture.time.advance(Duration.ofHours(23));
		this.fixture.writes.flush();
		assertThat(this.fixture.deadLetters).isEmpty();
		this.fixture.time.advance(Duration.ofHours(1));
		this.fixture.writes.flush();
		assertThat(this.fixture.deadLetters).hasSize(1);
		this.fixture.close();
	}

	@Test
	void aRowThatNeededNothingOfTheStoreDoesNotShowThatItTakesSomething() {
		try (FlushFixture strict = new FlushFixture((options) -> options.maxPatientAttempts(1))) {
			WriteBehind.Buffer buffer = strict.open(ORDERS, FlushStrategy.ON_CHECKPOINT);
			buffer.accept(strict.create(row(ORDERS, 1, "a")));
			buffer.accept(strict.next(buffer, ORDERS.key(1L), null, null));
			buffer.accept(strict.create(row(ORDERS, 2, "a")));
			strict.store.reject((write) -> write.table().equals(ORDERS), Reason.UNABLE);
			assertThat(strict.writes.flush().stored()).isOne();
			assertThat(strict.deadLetters).isEmpty();
			assertThat(strict.writes.statistics().pending()).isOne();
		}
	}

	@Test
	void aRowThatAloneMeetsItWhileOthersAreStoredIsGivenUpInTheEnd() {
		for (long id = 1; id <= 3; id++) {
			this.orders.accept(this.fixture.create(row(ORDERS, id, "a")));
		}
		this.fixture.store.reject((write) -> write.key().equals(ORDERS.key(1L)), Reason.UNABLE);
		flushes(2);
		assertThat(List.of(this.fixture.content(ORDERS, 2), this.fixture.content(ORDERS, 3))).containsExactly("a", "a");
		assertThat(this.fixture.deadLetters).isEmpty();
		for (long id = 10; id < 30; id++) {
			this.orders.accept(this.fixture.create(row(ORDERS, id, "a")));
			flushes(1);
		}
		assertThat(this.fixture.deadLetters).singleElement()
			.satisfies((letter) -> assertThat(letter.write().key()).isEqualTo(ORDERS.key(1L)));
		assertThat(this.fixture.writes.statistics().pending()).isZero();
		this.fixture.close();
	}

}
