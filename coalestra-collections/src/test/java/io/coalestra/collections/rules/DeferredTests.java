package io.coalestra.collections.rules;

import java.util.concurrent.Callable;

import io.coalestra.collections.access.Draft;
import io.coalestra.collections.access.RowConflictException;
import io.coalestra.collections.access.RowExistsException;
import io.coalestra.collections.access.Versioned;
import io.coalestra.collections.fixtures.Fleet;
import io.coalestra.collections.fixtures.HeldWrites;
import io.coalestra.collections.option.FlushStrategy;
import io.coalestra.collections.row.Row;
import io.coalestra.collections.row.RowKey;
import io.coalestra.collections.row.RowVersion;
import io.coalestra.collections.store.StoreException;
import io.coalestra.collections.transaction.ThreadTransactions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static io.coalestra.collections.fixtures.Fleet.account;
import static io.coalestra.collections.fixtures.Fleet.add;
import static io.coalestra.collections.fixtures.Fleet.key;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Writes that are stored later, seen from the collection.
 */
class DeferredTests {

	private final Fleet fleet = new Fleet();

	private final HeldWrites held = new HeldWrites();

	private final ThreadTransactions transactions = new ThreadTransactions();

	private final Fleet.Node a = this.fleet.node((builder) -> builder.writeBehind(this.held)
		.transactions(this.transactions)
		.options("account", (options) -> options.flush(FlushStrategy.ON_CHECKPOINT)));

	private final Fleet.Node b = this.fleet.node();

	@AfterEach
	void close() {
		this.fleet.close();
	}

	@Test
	void aDeferredWriteIsVisibleToItsOwnProcessAndToNoOther() {
		Versioned<Row> written = this.a.accounts.insert(account(1, 10));
		assertThat(written.version().order()).isNegative();
		assertThat(this.a.balance(1)).isEqualTo(10);
		this.a.accounts.invalidate(key(1));
		assertThat(this.a.balance(1)).as("whatever the caches say").isEqualTo(10);
		assertThat(this.a.store.writes()).isZero();
		assertThat(this.b.accounts.find(key(1))).isEmpty();
		this.held.flush();
		this.fleet.settle();
		assertThat(this.b.balance(1)).isEqualTo(10);
		assertThat(this.a.accounts.findVersioned(key(1)).orElseThrow().version()).isEqualTo(RowVersion.of(1));
	}

	@Test
	void severalWritesOfARowAreOneUponTheFirstVersion() {
		this.b.accounts.insert(account(1, 10));
		this.fleet.settle();
		for (int i = 0; i < 10; i++) {
			this.a.accounts.update(key(1), add(1));
		}
		assertThat(this.a.balance(1)).isEqualTo(20);
		this.held.flush();
		assertThat(this.a.store.writes()).isEqualTo(1);
		assertThat(this.b.store.writes()).isEqualTo(1);
		this.fleet.settle();
		assertThat(this.b.accounts.findVersioned(key(1)).orElseThrow().version()).isEqualTo(RowVersion.of(2));
	}

	@Test
	void whatAnotherNodeStoredMeanwhileIsNotOverwritten() {
		this.b.accounts.insert(account(1, 10));
		this.fleet.settle();
		this.a.accounts.update(key(1), add(1));
		this.b.accounts.update(key(1), add(100));
		this.held.flush();
		this.fleet.settle();
		assertThat(this.a.balance(1)).isEqualTo(110);
		assertThat(this.b.balance(1)).isEqualTo(110);
		assertThat(this.a.accounts.statistics().refused()).isEqualTo(1);
	}

	@Test
	void anOldRowInTheTierIsNothingToMakeADeferredWriteUpon() {
		this.b.accounts.insert(account(1, 10));
		this.fleet.settle();
		this.b.tier.fail();
		this.b.accounts.update(key(1), add(5));
		assertThat(this.a.balance(1)).as("what the tier was never told to remove").isEqualTo(10);
		this.a.accounts.update(key(1), add(1));
		this.a.accounts.update(key(1), add(1));
		assertThat(this.a.store.fetches()).as("asked once").hasSize(1);
		this.held.flush();
		this.fleet.settle();
		assertThat(this.a.balance(1)).isEqualTo(17);
		assertThat(this.a.accounts.statistics().refused()).isZero();
	}

	@Test
	void whileTheStoreIsAwayADeferredWriteIsMadeUponWhatIsKnown() {
		this.b.accounts.insert(account(1, 10));
		this.fleet.settle();
		this.a.store.fail(StoreException.Reason.UNAVAILABLE);
		this.a.accounts.update(key(1), add(1));
		this.a.store.heal();
		this.held.flush();
		this.fleet.settle();
		assertThat(this.b.balance(1)).isEqualTo(11);
	}

	@Test
	void aRowThatAnotherNodeDeletesRightAfterTheFlushStaysDeleted() {
		this.b.accounts.insert(account(1, 10));
		this.fleet.settle();
		this.a.accounts.update(key(1), add(1));
		this.held.flush(() -> this.b.accounts.delete(key(1)));
		this.fleet.settle();
		assertThat(this.fleet.node().accounts.find(key(1))).isEmpty();
		assertThat(this.a.accounts.find(key(1))).isEmpty();
		assertThat(this.a.accounts.statistics().unsettled()).isZero();
	}

	@Test
	void anInsertThatAnotherNodeMakesFirstIsRefusedThoughItComesRightAfterTheLook() {
		this.a.store.afterFetch(() -> this.b.accounts.insert(account(1, 100)));
		this.a.accounts.insert(account(1, 10));
		this.held.flush();
		this.fleet.settle();
		assertThat(this.a.balance(1)).isEqualTo(100);
		assertThat(this.b.balance(1)).isEqualTo(100);
		assertThat(this.a.accounts.statistics().refused()).isEqualTo(1);
	}

	@Test
	void aWriteThatIsGivenUpIsCountedAndNoLongerSeen() {
		this.b.accounts.insert(account(1, 10));
		this.fleet.settle();
		this.a.accounts.update(key(1), add(1));
		this.a.store.fail(StoreException.Reason.REJECTED);
		this.held.flush();
		this.a.store.heal();
		assertThat(this.a.balance(1)).isEqualTo(10);
		assertThat(this.a.accounts.statistics().dropped()).isEqualTo(1);
	}

	@Test
	void aWriteThatIsNotTakenIsNotSeen() {
		this.b.accounts.insert(account(1, 10));
		this.fleet.settle();
		this.held.fill();
		assertThatIllegalStateException().isThrownBy(() -> this.a.accounts.update(key(1), add(1)));
		assertThat(this.a.balance(1)).isEqualTo(10);
	}

	@Test
	void versionsAreJudgedAtOnce() {
		this.a.accounts.insert(account(1, 10));
		assertThatExceptionOfType(RowExistsException.class).isThrownBy(() -> this.a.accounts.insert(account(1, 20)));
		Versioned<Row> old = this.a.accounts.findVersioned(key(1)).orElseThrow();
		this.a.accounts.update(key(1), add(1));
		assertThatExceptionOfType(RowConflictException.class).isThrownBy(() -> this.a.accounts.save(old));
		assertThat(this.a.balance(1)).isEqualTo(11);
	}

	@Test
	void aDraftGoesOnAcrossAFlush() {
		Draft<RowKey, Row> draft = this.a.accounts.draftNew(account(1, 10)).save();
		this.held.flush();
		draft.set("balance", 11L).save();
		draft.set("balance", 12L).save();
		this.held.flush();
		draft.reload();
		assertThat(draft.get("balance")).isEqualTo(12L);
		assertThat(draft.version()).isEqualTo(RowVersion.of(2));
	}

	@Test
	void aReloadKeepsAPendingWrite() {
		this.a.accounts.insert(account(1, 10));
		Draft<RowKey, Row> draft = this.a.accounts.draft(key(1)).set("balance", 99L).reload();
		assertThat(draft.get("balance")).isEqualTo(10L);
		this.held.flush();
		assertThat(this.a.balance(1)).isEqualTo(10);
	}

	@Test
	void deletesAreDeferredToo() {
		this.b.accounts.insert(account(1, 10));
		this.fleet.settle();
		assertThat(this.a.accounts.delete(key(1))).isTrue();
		assertThat(this.a.accounts.find(key(1))).isEmpty();
		assertThat(this.b.balance(1)).isEqualTo(10);
		this.a.accounts.insert(account(1, 20));
		assertThat(this.a.accounts.delete(key(1))).isTrue();
		this.held.flush();
		this.fleet.settle();
		assertThat(this.a.accounts.find(key(1))).isEmpty();
		assertThat(this.b.accounts.find(key(1))).isEmpty();
	}

	@Test
	void aTransactionAndARowOfTheStoresMakingAreRefused() {
		assertThatIllegalStateException()
			.isThrownBy(() -> this.transactions.call(Callable::call, () -> this.a.accounts.insert(account(1, 10))))
			.withMessageContaining("written in a transaction (expected: outside, as its writes are deferred)");
		Row incomplete = account(1, 10).toBuilder().unset("note").build();
		assertThatIllegalArgumentException().isThrownBy(() -> this.a.accounts.insert(incomplete))
			.withMessageContaining("column note: no value (expected: one for every column");
	}

}
