package io.coalestra.collections.rules;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;

import io.coalestra.collections.CollectionRegistry;
import io.coalestra.collections.fixtures.Fleet;
import io.coalestra.collections.fixtures.LateTier;
import io.coalestra.collections.store.StoreException;
import io.coalestra.tier.ServerProcess;
import io.coalestra.tier.TierKey;
import io.coalestra.tier.TierLookup;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static io.coalestra.collections.fixtures.Fleet.account;
import static io.coalestra.collections.fixtures.Fleet.add;
import static io.coalestra.collections.fixtures.Fleet.key;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What a write asks of the shared tier before it asks the store, and what becomes of it
 * there.
 */
class SharedWriteTests {

	private final Fleet fleet = new Fleet();

	private final Fleet.Node a = this.fleet.node();

	@AfterEach
	void close() {
		this.fleet.close();
	}

	private TierLookup held(long id) {
		return this.fleet.tier.read(List.of(new TierKey("collection.account", key(id).text()))).join().getFirst();
	}

	private int readsOf(Runnable write) {
		int before = this.a.tier.reads();
		write.run();
		return this.a.tier.reads() - before;
	}

	private void addFive() {
		this.a.accounts.update(key(1), add(5));
	}

	@Test
	void aRowThatOneProcessAloneWritesIsAskedForOnce() {
		assertThat(readsOf(() -> this.a.accounts.insert(account(1, 10)))).isOne();
		for (int i = 0; i < 10; i++) {
			assertThat(readsOf(this::addFive)).isZero();
			assertThat(held(1)).isInstanceOf(TierLookup.Found.class);
		}
		assertThat(this.fleet.node().balance(1)).isEqualTo(60);
	}

	@Test
	void theTierIsAskedAgainBeforeItWouldRefuseWhatItSaid() {
		this.a.accounts.insert(account(1, 10));
		this.fleet.time.advance(this.fleet.tier.longestFill().dividedBy(4).multipliedBy(3).minusNanos(1));
		assertThat(readsOf(this::addFive)).isZero();
		this.fleet.time.advance(Duration.ofNanos(1));
		this.a.balance(1);
		assertThat(readsOf(this::addFive)).isOne();
		assertThat(held(1)).isInstanceOf(TierLookup.Found.class);
	}

	@Test
	void theTierIsAskedAgainWhereAnotherProcessHasWrittenTheRow() {
		Fleet.Node b = this.fleet.node();
		this.a.accounts.insert(account(1, 10));
		b.accounts.update(key(1), add(5));
		this.fleet.settle();
		this.a.balance(1);
		assertThat(readsOf(this::addFive)).isOne();
		assertThat(readsOf(this::addFive)).isZero();
		this.a.tier.interrupt();
		this.a.tier.resubscribe();
		this.a.balance(1);
		assertThat(readsOf(this::addFive)).as("after a doubt").isOne();
	}

	@Test
	void theTierIsAskedAgainWhereItDidNotTakeTheLastWrite() {
		this.a.accounts.insert(account(1, 10));
		this.a.tier.fail();
		addFive();
		this.a.tier.heal();
		assertThat(readsOf(this::addFive)).isOne();
		assertThat(this.fleet.node().balance(1)).isEqualTo(20);
	}

	private Fleet.Node node(LateTier late) {
		return this.fleet.node((builder) -> builder.timeSource(this.fleet.time).sharedTier(late.asTier()));
	}

	@Test
	void whatWasWrittenLastIsToldBeforeTheRegistryIsClosed() throws InterruptedException {
		LateTier late = new LateTier(this.fleet.tier);
		Fleet.Node node = node(late);
		node.accounts.insert(account(1, 10));
		assertThat(this.a.balance(1)).isEqualTo(10);
		late.parkWrites();
		node.accounts.update(key(1), add(5));
		Thread closing = new Thread(node.registry::close);
		closing.start();
		assertThat(ServerProcess.within(() -> closing.getState() == Thread.State.WAITING || !closing.isAlive()))
			.isTrue();
		late.writeParked();
		closing.join();
		this.fleet.settle();
		assertThat(this.a.balance(1)).isEqualTo(15);
	}

	@Test
	void aWriteDoesNotWaitForWhatTheTierSaysOfTheRow() {
		LateTier late = new LateTier(this.fleet.tier);
		Fleet.Node node = node(late);
		node.accounts.insert(account(1, 10));
		this.fleet.time.advance(this.fleet.tier.longestFill());
		late.parkReads();
		node.accounts.update(key(1), add(5));
		assertThat(node.balance(1)).isEqualTo(15);
		assertThat(node.accounts.statistics().unsettled()).isOne();
		late.readParked();
		assertThat(node.accounts.statistics().unsettled()).isZero();
		assertThat(held(1)).isInstanceOf(TierLookup.Found.class);
		node.store.fail(StoreException.Reason.UNAVAILABLE);
		assertThat(this.fleet.node((builder) -> builder.store(node.store)).balance(1)).isEqualTo(15);
	}

	@Test
	void theVeryFirstWriteWaitsAsItDoesNotKnowWhetherTheTierHasLostItsContents() throws Exception {
		LateTier late = new LateTier(this.fleet.tier);
		Fleet.Node node = node(late);
		late.parkReads();
		CompletableFuture<?> first = node.accounts.insertAsync(account(1, 10));
		assertThatExceptionOfType(TimeoutException.class).isThrownBy(() -> first.get(50, TimeUnit.MILLISECONDS));
		late.readParked();
		first.get(20, TimeUnit.SECONDS);
		assertThat(held(1)).isInstanceOf(TierLookup.Found.class);
	}

	@Test
	void whatAnotherProcessDeletedIsNotBroughtBackByAWriteThatAskedTheTierTooLate() {
		LateTier late = new LateTier(this.fleet.tier);
		Fleet.Node node = node(late);
		node.accounts.insert(account(1, 10));
		this.fleet.time.advance(this.fleet.tier.longestFill());
		late.parkReads();
		node.accounts.update(key(1), add(5));
		this.a.tier.loseMessages();
		this.a.accounts.delete(key(1));
		late.readParked();
		assertThat(held(1)).isInstanceOf(TierLookup.Removed.class);
		assertThat(this.fleet.node().accounts.find(key(1))).isEmpty();
	}

	@Test
	void whatAnotherProcessDeletedIsNotBroughtBackWhereTheTierLostThatAsWell() {
		LateTier late = new LateTier(this.fleet.tier);
		Fleet.Node node = node(late);
		node.accounts.insert(account(1, 10));
		this.fleet.time.advance(this.fleet.tier.longestFill());
		late.parkReads();
		node.accounts.update(key(1), add(5));
		this.a.tier.loseMessages();
		this.a.accounts.delete(key(1));
		this.fleet.tier.lose();
		late.readParked();
		assertThat(held(1)).isNotInstanceOf(TierLookup.Found.class);
		assertThat(this.fleet.node().accounts.find(key(1))).isEmpty();
	}

	@Test
	void aRemovalThatWasKnownBeforeAWriteKeepsNothingOfItOutOfTheTier() {
		LateTier late = new LateTier(this.fleet.tier);
		Fleet.Node node = node(late);
		node.accounts.insert(account(1, 10));
		this.a.accounts.invalidate(key(1));
		this.fleet.settle();
		node.balance(1);
		this.fleet.time.advance(this.fleet.tier.longestFill());
		late.parkReads();
		node.accounts.update(key(1), add(5));
		late.readParked();
		assertThat(held(1)).as("seen by a read").isInstanceOf(TierLookup.Found.class);
	}

	@Test
	void aRemovalThatNobodyKnewOfIsFollowedByAnotherAndTheNextWriteIsTaken() {
		LateTier late = new LateTier(this.fleet.tier);
		Fleet.Node node = node(late);
		node.accounts.insert(account(1, 10));
		this.a.tier.loseMessages();
		this.a.accounts.invalidate(key(1));
		late.parkReads();
		this.fleet.time.advance(this.fleet.tier.longestFill());
		node.accounts.update(key(1), add(5));
		late.readParked();
		assertThat(held(1)).isInstanceOf(TierLookup.Removed.class);
		late.parkReads();
		node.accounts.update(key(1), add(5));
		late.readParked();
		assertThat(held(1)).isInstanceOf(TierLookup.Found.class);
		assertThat(this.fleet.node().balance(1)).isEqualTo(20);
	}

	@Test
	void aTierThatAnswersTooLateIsToldToRemoveTheRow() {
		LateTier late = new LateTier(this.fleet.tier);
		Fleet.Node node = node(late);
		node.accounts.insert(account(1, 10));
		this.fleet.time.advance(this.fleet.tier.longestFill());
		late.parkReads();
		node.accounts.update(key(1), add(5));
		this.fleet.time.advance(Duration.ofMillis(50));
		assertThat(held(1)).isInstanceOf(TierLookup.Removed.class);
		late.readParked();
		assertThat(held(1)).isInstanceOf(TierLookup.Removed.class);
		assertThat(this.fleet.node().balance(1)).isEqualTo(15);
	}

	@Test
	void whatAnotherProcessDeletedUnheardIsNotBroughtBackByALateWrite() {
		LateTier late = new LateTier(this.fleet.tier);
		Fleet.Node node = node(late);
		node.accounts.insert(account(1, 10));
		late.parkWrites();
		node.accounts.update(key(1), add(5));
		this.a.tier.loseMessages();
		this.a.accounts.delete(key(1));
		late.writeParked();
		assertThat(held(1)).isInstanceOf(TierLookup.Removed.class);
		assertThat(this.fleet.node().accounts.find(key(1))).isEmpty();
	}

	@Test
	void aTierThatLostItsContentsTakesNoWriteThatShowsWhatItSaidBefore() {
		this.a.accounts.insert(account(1, 10));
		this.fleet.tier.lose();
		assertThat(readsOf(this::addFive)).isZero();
		assertThat(held(1)).isNotInstanceOf(TierLookup.Found.class);
		assertThat(this.a.accounts.statistics().unsettled()).isZero();
		assertThat(readsOf(this::addFive)).isOne();
		assertThat(held(1)).isInstanceOf(TierLookup.Found.class);
		assertThat(this.fleet.node().balance(1)).isEqualTo(20);
	}

	@Test
	void aTierIsGivenWithoutAGate() {
		CollectionRegistry.Builder builder = CollectionRegistry.builder()
			.sharedTier(this.fleet.tier)
			.timeSource(this.fleet.time)
			.store(this.fleet.truth);
		try (CollectionRegistry registry = builder.build()) {
			registry.rows(Fleet.ACCOUNT).insert(account(1, 10));
			assertThat(held(1)).isInstanceOf(TierLookup.Found.class);
			Fleet.Node lone = this.fleet.loneNode(UnaryOperator.identity());
			assertThat(lone.balance(1)).isEqualTo(10);
		}
	}

}
