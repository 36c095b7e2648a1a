package io.coalestra.collections.rules;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

import io.coalestra.collections.access.LoadException;
import io.coalestra.collections.access.RowConflictException;
import io.coalestra.collections.access.Versioned;
import io.coalestra.collections.fixtures.Fleet;
import io.coalestra.collections.fixtures.LateTier;
import io.coalestra.collections.row.Row;
import io.coalestra.collections.row.RowVersion;
import io.coalestra.collections.store.RowWrite;
import io.coalestra.collections.store.StoreException;
import io.coalestra.collections.transaction.ThreadTransactions;
import io.coalestra.concurrency.Waiting;
import io.coalestra.tier.coherence.TierGate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static io.coalestra.collections.fixtures.Fleet.account;
import static io.coalestra.collections.fixtures.Fleet.add;
import static io.coalestra.collections.fixtures.Fleet.key;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The invariants of collections, one by one. Those of deferred writes are with them.
 */
class InvariantTests {

	private final Fleet fleet = new Fleet();

	private final Fleet.Node a = this.fleet.node();

	private final Fleet.Node b = this.fleet.node();

	@AfterEach
	void close() {
		this.fleet.close();
	}

	// I1

	@Test
	void aReadAfterASaveInTheSameProcessReturnsIt() {
		this.a.accounts.insert(account(1, 10));
		assertThat(this.a.balance(1)).isEqualTo(10);
		this.a.accounts.update(key(1), add(5));
		assertThat(this.a.balance(1)).isEqualTo(15);
		this.a.accounts.evict(key(1));
		assertThat(this.a.balance(1)).isEqualTo(15);
		this.a.accounts.delete(key(1));
		assertThat(this.a.accounts.find(key(1))).isEmpty();
		this.a.accounts.insert(account(1, 20));
		assertThat(this.a.balance(1)).isEqualTo(20);
	}

	@Test
	void aReadAfterASaveReturnsItAlsoWhereTheTierDidNotTakeIt() {
		this.a.accounts.insert(account(1, 10));
		this.a.tier.fail();
		this.a.accounts.update(key(1), add(5));
		this.a.accounts.evict(key(1));
		this.a.tier.heal();
		assertThat(this.a.balance(1)).isEqualTo(15);
	}

	@Test
	void aReadAfterASaveDoesNotTakeTheAnswerOfALoadThatBeganBefore() throws Exception {
		this.fleet.truth.write(RowWrite.Insert.of(account(1, 10)));
		this.a.store.hold();
		CompletableFuture<?> early = this.a.accounts.findAsync(key(1));
		Waiting.until("the load is held", Duration.ofSeconds(20), () -> this.a.store.held() == 1);
		this.a.accounts.save(new Versioned<>(account(1, 15), null));
		this.a.accounts.evict(key(1));
		CompletableFuture<Long> late = CompletableFuture.supplyAsync(() -> this.a.balance(1));
		this.a.store.heal();
		early.get();
		assertThat(late.get()).isEqualTo(15);
		assertThat(this.a.balance(1)).isEqualTo(15);
	}

	@Test
	void aReadAfterASaveDoesNotBelieveWhatTheTierReadBeforeItHadTheSave() throws Exception {
		LateTier late = new LateTier(this.fleet.tier);
		Fleet.Node node = this.fleet
			.node((builder) -> builder.sharedTier(TierGate.to(late.asTier()).timeSource(this.fleet.time).build()));
		node.accounts.insert(account(1, 10));
		late.parkWrites();
		node.accounts.update(key(1), add(5));
		node.accounts.evict(key(1));
		late.answerLate();
		CompletableFuture<Long> read = CompletableFuture.supplyAsync(() -> node.balance(1));
		Waiting.until("the tier has read", Duration.ofSeconds(20), () -> late.late() == 1);
		late.writeParked();
		late.answer();
		assertThat(read.get()).isEqualTo(15);
		assertThat(node.balance(1)).isEqualTo(15);
	}

	@Test
	void aReadAfterAnInvalidationDoesNotBelieveWhatTheTierReadBeforeIt() throws Exception {
		LateTier late = new LateTier(this.fleet.tier);
		Fleet.Node node = this.fleet
			.node((builder) -> builder.sharedTier(TierGate.to(late.asTier()).timeSource(this.fleet.time).build()));
		node.accounts.insert(account(1, 10));
		this.fleet.truth.write(RowWrite.Update.of(account(1, 20), null));
		late.parkWrites();
		node.accounts.invalidate(key(1));
		late.answerLate();
		CompletableFuture<Long> read = CompletableFuture.supplyAsync(() -> node.balance(1));
		Waiting.until("the tier has read", Duration.ofSeconds(20), () -> late.late() == 1);
		late.writeParked();
		late.answer();
		assertThat(read.get()).isEqualTo(20);
	}

	// I2

	@Test
	void aRejectedSaveIsSeenByNobody() {
		Versioned<Row> old = this.a.accounts.insert(account(1, 10));
		this.b.accounts.update(key(1), add(5));
		this.fleet.settle();
		assertThatExceptionOfType(RowConflictException.class)
			.isThrownBy(() -> this.a.accounts.save(old.with(old.value().with("balance", 99L))))
			.satisfies((ex) -> {
				assertThat(ex.collection()).isEqualTo("account");
				assertThat(ex.key()).isEqualTo("1");
				assertThat(ex.expected()).isEqualTo("1");
				assertThat(ex.found()).isEqualTo("2");
			});
		assertThat(this.a.accounts.peek(key(1)).map(Fleet::balance)).contains(15L);
		assertThat(this.b.balance(1)).isEqualTo(15);
		assertThat(this.fleet.node().balance(1)).isEqualTo(15);
	}

	@Test
	void aFailedSaveIsSeenByNobody() {
		this.a.accounts.insert(account(1, 10));
		this.b.balance(1);
		this.a.store.fail(StoreException.Reason.TRANSIENT);
		assertThatExceptionOfType(StoreException.class).isThrownBy(() -> this.a.accounts.update(key(1), add(5)));
		assertThat(this.a.balance(1)).isEqualTo(10);
		assertThat(this.b.balance(1)).isEqualTo(10);
	}

	@Test
	void aSaveOfUnknownEndIsReadAnewByAll() {
		this.a.accounts.insert(account(1, 10));
		this.b.balance(1);
		this.a.store.failAfterEffect();
		assertThatExceptionOfType(StoreException.class).isThrownBy(() -> this.a.accounts.update(key(1), add(5)));
		this.a.store.heal();
		this.fleet.settle();
		assertThat(this.a.balance(1)).isEqualTo(15);
		assertThat(this.b.balance(1)).isEqualTo(15);
	}

	// I3

	@Test
	void aLateFillBringsNoOldRowBack() throws Exception {
		lateFill((node) -> node.accounts.update(key(1), add(5)));
		assertThat(this.a.balance(1)).isEqualTo(15);
		assertThat(this.fleet.node().balance(1)).isEqualTo(15);
	}

	@Test
	void aLateFillBringsNoDeletedRowBack() throws Exception {
		lateFill((node) -> node.accounts.delete(key(1)));
		assertThat(this.a.accounts.find(key(1))).isEmpty();
		assertThat(this.fleet.node().accounts.find(key(1))).isEmpty();
	}

	// Node a loads while node b writes, and gets its answer after the notice.
	private void lateFill(Consumer<Fleet.Node> write) throws Exception {
		this.fleet.truth.write(RowWrite.Insert.of(account(1, 10)));
		this.a.store.hold();
		CompletableFuture<?> load = this.a.accounts.findAsync(key(1));
		Waiting.until("the load is held", Duration.ofSeconds(20), () -> this.a.store.held() == 1);
		write.accept(this.b);
		this.fleet.settle();
		this.a.store.heal();
		load.get();
	}

	@Test
	void aLateWriteToTheTierBringsNoDeletedRowBack() {
		this.a.accounts.insert(account(1, 10));
		// From the moment on when the store is asked.
		this.a.store.reject((write) -> {
			this.a.tier.hold();
			return false;
		});
		this.a.accounts.update(key(1), add(5));
		this.b.accounts.delete(key(1));
		this.b.accounts.insert(account(1, 100));
		this.a.tier.heal();
		this.fleet.settle();
		assertThat(this.fleet.node().balance(1)).isEqualTo(100);
		assertThat(this.a.balance(1)).isEqualTo(100);
	}

	@Test
	void aRowThatIsInsertedAnewIsReadThoughItsVersionIsLower() {
		this.a.accounts.insert(account(1, 10));
		for (int i = 0; i < 5; i++) {
			this.a.accounts.update(key(1), add(1));
		}
		this.b.balance(1);
		this.a.accounts.delete(key(1));
		// As a database does whose clock was set back.
		this.fleet.truth.clear();
		assertThat(this.a.accounts.insert(account(1, 100)).version()).isEqualTo(RowVersion.of(1));
		this.fleet.settle();
		assertThat(this.a.balance(1)).isEqualTo(100);
		assertThat(this.b.balance(1)).isEqualTo(100);
		assertThat(this.fleet.node().balance(1)).isEqualTo(100);
	}

	// I4

	@Test
	void aMissedNoticeHealsWithinFourHeartbeats() {
		this.a.accounts.insert(account(1, 10));
		this.b.balance(1);
		this.fleet.time.advance(Duration.ofSeconds(10));
		this.b.balance(1);
		this.a.tier.loseMessages();
		this.a.accounts.update(key(1), add(5));
		this.fleet.settle();
		assertThat(this.b.balance(1)).as("missed").isEqualTo(10);
		this.a.tier.deliverMessages();
		for (int i = 0; i < 8; i++) {
			this.fleet.time.advance(Duration.ofSeconds(1));
		}
		assertThat(this.b.balance(1)).isEqualTo(15);
	}

	@Test
	void aMissedNoticeHealsWithTheLifeInMemoryAtTheLatest() {
		Fleet.Node lone = this.fleet.loneNode(UnaryOperator.identity());
		lone.accounts.insert(account(1, 10));
		this.a.accounts.update(key(1), add(5));
		assertThat(lone.balance(1)).isEqualTo(10);
		this.fleet.time.advance(Duration.ofMinutes(1));
		assertThat(lone.balance(1)).isEqualTo(15);
	}

	@Test
	void aTierThatDidNotTakeAWriteIsRepairedWhenItIsBack() {
		this.a.accounts.insert(account(1, 10));
		this.b.balance(1);
		this.a.tier.fail();
		this.a.accounts.update(key(1), add(5));
		assertThat(this.a.accounts.statistics().unsettled()).isEqualTo(1);
		this.a.tier.heal();
		for (int i = 0; i < 10; i++) {
			this.fleet.time.advance(Duration.ofSeconds(1));
		}
		assertThat(this.a.accounts.statistics().unsettled()).isZero();
		assertThat(this.b.balance(1)).isEqualTo(15);
		assertThat(this.fleet.node().balance(1)).isEqualTo(15);
	}

	// I6

	@Test
	void aBrokenTierFailsNoRequestThatTheStoreCanServe() {
		this.a.tier.fail();
		this.a.accounts.insert(account(1, 10));
		this.a.accounts.evict(key(1));
		assertThat(this.a.balance(1)).isEqualTo(10);
		this.a.accounts.update(key(1), add(5));
		assertThat(this.a.balance(1)).isEqualTo(15);
		assertThat(this.a.accounts.delete(key(1))).isTrue();
	}

	@Test
	void aTierThatDoesNotAnswerIsLeftAloneAfterItsBudget() {
		this.fleet.truth.write(RowWrite.Insert.of(account(1, 10)));
		this.a.tier.hold();
		CompletableFuture<Long> read = CompletableFuture.supplyAsync(() -> this.a.balance(1));
		Waiting.until("the read is answered", Duration.ofSeconds(20), () -> {
			this.fleet.time.advance(Duration.ofMillis(60));
			return read.isDone();
		});
		assertThat(read.join()).isEqualTo(10);
	}

	// I7

	@Test
	void aFailingStoreIsNeverAbsence() {
		this.a.store.fail(StoreException.Reason.UNAVAILABLE);
		assertThatExceptionOfType(LoadException.class).isThrownBy(() -> this.a.accounts.find(key(1)))
			.withCauseInstanceOf(StoreException.class);
		assertThatExceptionOfType(LoadException.class)
			.isThrownBy(() -> this.a.accounts.findAll(List.of(key(1), key(2))));
		assertThatExceptionOfType(LoadException.class).isThrownBy(() -> this.a.accounts.draft(key(1)));
		this.a.store.heal();
		this.fleet.truth.write(RowWrite.Insert.of(account(1, 10)));
		assertThat(this.a.balance(1)).isEqualTo(10);
	}

	@Test
	void aFailingStoreDoesNotKeepMemoryFromAnswering() {
		this.a.accounts.insert(account(1, 10));
		this.a.store.fail(StoreException.Reason.UNAVAILABLE);
		assertThat(this.a.balance(1)).isEqualTo(10);
	}

	// I8, with a real database in TransactionTests

	@Test
	void nothingIsCachedOrToldOfATransactionThatRolledBack() {
		ThreadTransactions transactions = new ThreadTransactions();
		Fleet.Node node = this.fleet.node((builder) -> builder.transactions(transactions));
		node.accounts.insert(account(1, 10));
		this.b.balance(1);
		int told = this.b.tier.calls();
		assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> transactions.call(this::undone, () -> {
			node.accounts.update(key(1), add(5));
			assertThat(node.balance(1)).as("its own read").isEqualTo(15);
			throw new IllegalStateException("rolled back");
		}));
		this.fleet.settle();
		assertThat(node.balance(1)).isEqualTo(10);
		assertThat(this.b.accounts.peek(key(1)).map(Fleet::balance)).contains(10L);
		assertThat(this.b.tier.calls()).isEqualTo(told);
	}

	// The store in memory takes part in no transaction: its part of one is taken back
	// here.
	private <T> T undone(Callable<T> work) throws Exception {
		try {
			return work.call();
		}
		finally {
			this.fleet.truth.clear();
			this.fleet.truth.write(RowWrite.Insert.of(account(1, 10)));
			assertThat(this.fleet.truth.fetch(Fleet.ACCOUNT, List.of(key(1))).get(key(1)).version())
				.isEqualTo(RowVersion.of(1));
		}
	}

}
