package io.coalestra.collections.flush;

import java.time.Duration;
import java.util.List;

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
