package io.coalestra.collections.rules;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.LongStream;

import io.coalestra.collections.access.LoadException;
import io.coalestra.collections.access.RowMissingException;
import io.coalestra.collections.fixtures.Fleet;
import io.coalestra.collections.option.CollectionOptions;
import io.coalestra.collections.option.LocalOptions;
import io.coalestra.collections.row.Row;
import io.coalestra.collections.row.RowKey;
import io.coalestra.collections.store.RowWrite;
import io.coalestra.collections.store.StoreException;
import io.coalestra.concurrency.Waiting;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static io.coalestra.collections.fixtures.Fleet.account;
import static io.coalestra.collections.fixtures.Fleet.key;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class ReadTests {

	private final Fleet fleet = new Fleet();

	private final Fleet.Node node = this.fleet.node();

	@AfterEach
	void close() {
		this.fleet.close();
	}

	private void store(long id, long balance) {
		this.fleet.truth.write(RowWrite.Insert.of(account(id, balance)));
	}

	@Test
	void aRowInMemoryAsksNobody() {
		store(1, 10);
		assertThat(this.node.balance(1)).isEqualTo(10);
		int tierCalls = this.node.tier.calls();
		assertThat(this.node.balance(1)).isEqualTo(10);
		assertThat(this.node.store.fetches()).hasSize(1);
		assertThat(this.node.tier.calls()).isEqualTo(tierCalls);
	}

	@Test
	void whatOneNodeLoadedTheOtherFindsInTheSharedTier() {
		store(1, 10);
		Fleet.Node other = this.fleet.node();
		this.node.balance(1);
		assertThat(other.balance(1)).isEqualTo(10);
		assertThat(other.store.fetches()).isEmpty();
		assertThat(other.accounts.statistics().sharedHits()).isEqualTo(1);
	}

	@Test
	void anAbsenceIsRememberedForAShortTime() {
		assertThat(this.node.accounts.find(key(1))).isEmpty();
		assertThat(this.node.accounts.find(key(1))).isEmpty();
		assertThat(this.node.store.fetches()).hasSize(1);
		store(1, 10);
		this.fleet.time.advance(Duration.ofSeconds(1));
		assertThat(this.node.balance(1)).isEqualTo(10);
	}

	@Test
	void anAbsenceIsNotRememberedWhereThatIsTurnedOff() {
		Fleet.Node other = this.fleet.node((builder) -> builder.options("account",
				(options) -> options.local(LocalOptions.DEFAULTS.absenceLife(Duration.ZERO))));
		other.accounts.find(key(1));
		other.accounts.find(key(1));
		assertThat(other.store.fetches()).hasSize(2);
	}

	@Test
	void aRowIsServedFromMemoryNoLongerThanItsLife() {
		Fleet.Node lone = this.fleet.loneNode((builder) -> builder);
		store(1, 10);
		lone.balance(1);
		this.fleet.truth.write(RowWrite.Update.of(account(1, 20), null));
		this.fleet.time.advance(Duration.ofSeconds(59));
		assertThat(lone.balance(1)).isEqualTo(10);
		this.fleet.time.advance(Duration.ofSeconds(1));
		assertThat(lone.balance(1)).isEqualTo(20);
	}

	@Test
	void memoryHoldsNoMoreRowsThanItMay() {
		Fleet.Node lone = this.fleet.loneNode(
				(builder) -> builder.defaults(CollectionOptions.DEFAULTS.local(LocalOptions.DEFAULTS.maxRows(10))));
		LongStream.range(0, 500).forEach((id) -> store(id, id));
		LongStream.range(0, 500).forEach(lone::balance);
		lone.accounts.evict(key(0));
		assertThat(lone.accounts.statistics().localRows()).isLessThanOrEqualTo(10);
	}

	@Test
	void rowsWeighWhatTheirWeigherSays() {
		Fleet.Node lone = this.fleet.loneNode((builder) -> builder
			.defaults(CollectionOptions.DEFAULTS.local(LocalOptions.DEFAULTS.maxWeight(100, (row) -> 50))));
		LongStream.range(0, 50).forEach((id) -> store(id, id));
		LongStream.range(0, 50).forEach(lone::balance);
		lone.accounts.evict(key(0));
		assertThat(lone.accounts.statistics().localRows()).isLessThanOrEqualTo(2);
	}

	@Test
	void peekAndContainsNeverLoad() {
		store(1, 10);
		assertThat(this.node.accounts.peek(key(1))).isEmpty();
		assertThat(this.node.accounts.contains(key(1))).isFalse();
		assertThat(this.node.accounts.ensure(key(1))).isTrue();
		assertThat(this.node.accounts.contains(key(1))).isTrue();
		assertThat(this.node.accounts.peek(key(1))).isPresent();
		assertThat(this.node.store.fetches()).hasSize(1);
	}

	@Test
	void whatMustBeThereAndIsNotIsAnErrorWithItsKey() {
		assertThatExceptionOfType(RowMissingException.class).isThrownBy(() -> this.node.accounts.require(key(7)))
			.withMessage("collection account, row 7: there is none")
			.satisfies((ex) -> assertThat(ex.key()).isEqualTo("7"));
	}

	@Test
	void aFieldIsReadByItsColumn() {
		store(1, 10);
		assertThat(this.node.accounts.field(key(1), "balance", Long.class)).contains(10L);
		assertThat(this.node.accounts.field(key(1), "note", String.class)).isEmpty();
		assertThatIllegalArgumentException().isThrownBy(() -> this.node.accounts.field(key(1), "colour", String.class))
			.withMessageStartingWith("column: \"colour\" (expected: one of table account");
		assertThatExceptionOfType(RowMissingException.class)
			.isThrownBy(() -> this.node.accounts.field(key(2), "balance", Long.class));
	}

	@Test
	void manyRowsAreOneQuestionToTheTierAndOneToTheStore() {
		LongStream.range(0, 100).forEach((id) -> store(id, id));
		this.node.balance(5);
		int before = this.node.tier.calls();
		List<RowKey> keys = LongStream.range(0, 110).mapToObj(Fleet::key).toList();
		Map<RowKey, Row> rows = this.node.accounts.findAll(keys);
		assertThat(rows).hasSize(100);
		assertThat(rows.keySet()).containsExactlyElementsOf(keys.subList(0, 100));
		assertThat(this.node.store.fetches()).hasSize(2);
		assertThat(this.node.store.fetches().get(1)).hasSize(109);
		// A read, and the promotion of what was found.
		assertThat(this.node.tier.calls()).isEqualTo(before + 2);
	}

	@Test
	void concurrentMissesOfOneRowAreOneQuestion() throws Exception {
		store(1, 10);
		this.node.store.hold();
		List<CompletableFuture<?>> reads = new ArrayList<>();
		for (int i = 0; i < 50; i++) {
			reads.add(this.node.accounts.findAsync(key(1)));
		}
		Waiting.until("the read is held", Duration.ofSeconds(20), () -> this.node.store.held() > 0);
		this.node.store.heal();
		CompletableFuture.allOf(reads.toArray(CompletableFuture[]::new)).get();
		assertThat(this.node.store.fetches()).hasSizeLessThanOrEqualTo(2);
	}

	@Test
	void aThousandConcurrentMissesOfDifferentRowsAreAtMostTenQueries() throws Exception {
		LongStream.range(0, 1000).forEach((id) -> store(id, id));
		// Concurrent whatever the machine does: none is answered before all have asked.
		this.node.store.hold();
		List<CompletableFuture<?>> reads = new ArrayList<>();
		for (long id = 0; id < 1000; id++) {
			reads.add(this.node.accounts.findAsync(key(id)));
		}
		Waiting.until("all wait", Duration.ofSeconds(20), () -> this.node.accounts.statistics().loading() == 1000);
		this.node.store.heal();
		CompletableFuture.allOf(reads.toArray(CompletableFuture[]::new)).get();
		assertThat(this.node.store.fetches()).hasSizeLessThanOrEqualTo(10);
		assertThat(this.node.store.fetches().stream().mapToInt(List::size).sum()).isEqualTo(1000);
	}

	@Test
	void aRowThatCannotBeReadFailsAloneAndNotThoseThatAreReadWithIt() {
		store(1, 10);
		store(2, 20);
		store(3, 30);
		this.node.store.garble(key(2));
		this.node.store.hold();
		List<CompletableFuture<Optional<Row>>> reads = new ArrayList<>();
		for (long id = 0; id < 4; id++) {
			reads.add(this.node.accounts.findAsync(key(id)));
		}
		Waiting.until("all wait", Duration.ofSeconds(20), () -> this.node.accounts.statistics().loading() == 4);
		this.node.store.heal();
		assertThat(reads.get(0)).succeedsWithin(Duration.ofSeconds(20)).isEqualTo(Optional.empty());
		assertThat(reads.get(1)).succeedsWithin(Duration.ofSeconds(20));
		assertThat(reads.get(3)).succeedsWithin(Duration.ofSeconds(20));
		assertThat(reads.get(2)).failsWithin(Duration.ofSeconds(20))
			.withThrowableOfType(ExecutionException.class)
			.withCauseInstanceOf(LoadException.class)
			.withMessageContaining("a row cannot be read as what it should be");
	}

	@Test
	void aFailingStoreIsAnErrorOfTheFutureToo() {
		this.node.store.fail(StoreException.Reason.UNAVAILABLE);
		assertThat(this.node.accounts.findAsync(key(1))).failsWithin(Duration.ofSeconds(20))
			.withThrowableOfType(ExecutionException.class)
			.withCauseInstanceOf(LoadException.class);
	}

	@Test
	void evictIsLocalAndInvalidateReachesAllTiers() {
		store(1, 10);
		Fleet.Node other = this.fleet.node();
		other.balance(1);
		this.node.balance(1);
		this.fleet.truth.write(RowWrite.Update.of(account(1, 20), null));
		this.node.accounts.evict(key(1));
		assertThat(this.node.balance(1)).as("from the shared tier").isEqualTo(10);
		this.node.accounts.invalidate(key(1));
		this.fleet.settle();
		assertThat(this.node.balance(1)).isEqualTo(20);
		assertThat(other.balance(1)).isEqualTo(20);
	}

}
