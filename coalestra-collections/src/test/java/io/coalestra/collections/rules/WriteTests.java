package io.coalestra.collections.rules;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.function.UnaryOperator;

import io.coalestra.collections.access.Change;
import io.coalestra.collections.access.Draft;
import io.coalestra.collections.access.RowConflictException;
import io.coalestra.collections.access.RowExistsException;
import io.coalestra.collections.access.RowListener;
import io.coalestra.collections.access.RowMissingException;
import io.coalestra.collections.access.Versioned;
import io.coalestra.collections.fixtures.Fleet;
import io.coalestra.collections.row.Row;
import io.coalestra.collections.row.RowKey;
import io.coalestra.collections.row.RowVersion;
import io.coalestra.collections.store.Repointing;
import io.coalestra.collections.store.StoreException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static io.coalestra.collections.fixtures.Fleet.account;
import static io.coalestra.collections.fixtures.Fleet.add;
import static io.coalestra.collections.fixtures.Fleet.key;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class WriteTests {

	private final Fleet fleet = new Fleet();

	private final Fleet.Node a = this.fleet.node();

	private final Fleet.Node b = this.fleet.node();

	@AfterEach
	void close() {
		this.fleet.close();
	}

	@Test
	void anInsertAnswersWithWhatIsStored() {
		Versioned<Row> stored = this.a.accounts.insert(account(1, 10));
		assertThat(stored.version()).isEqualTo(RowVersion.of(1));
		assertThat(stored.value().isComplete()).isTrue();
		assertThatExceptionOfType(RowExistsException.class).isThrownBy(() -> this.a.accounts.insert(account(1, 20)));
		assertThat(this.a.balance(1)).isEqualTo(10);
	}

	@Test
	void aWriteIsReadByOtherNodesAfterItsNotice() {
		this.a.accounts.insert(account(1, 10));
		assertThat(this.b.balance(1)).isEqualTo(10);
		this.a.accounts.update(key(1), add(5));
		this.fleet.settle();
		assertThat(this.b.balance(1)).isEqualTo(15);
		assertThat(this.b.store.fetches()).as("the shared tier had it").isEmpty();
	}

	@Test
	void writesOfDifferentFieldsByDifferentNodesDoNotUndoEachOther() {
		this.a.accounts.insert(account(1, 10));
		this.b.balance(1);
		this.a.accounts.set(key(1), "balance", 20L);
		this.b.accounts.set(key(1), "note", "seen");
		this.fleet.settle();
		Row row = this.a.accounts.require(key(1));
		assertThat(row.get("balance")).isEqualTo(20L);
		assertThat(row.get("note")).isEqualTo("seen");
	}

	@Test
	void aFieldOfARowThatIsNotInMemoryIsWrittenAllTheSame() {
		this.a.accounts.insert(account(1, 10));
		this.b.accounts.set(key(1), "balance", 20L);
		assertThat(this.b.balance(1)).isEqualTo(20);
		assertThatExceptionOfType(RowMissingException.class)
			.isThrownBy(() -> this.b.accounts.set(key(2), "balance", 20L));
		assertThatIllegalArgumentException().isThrownBy(() -> this.b.accounts.set(key(1), "version", 7L))
			.withMessageContaining("column version: set");
	}

	@Test
	void putWritesWhetherThereIsARowOrNot() {
		this.a.accounts.put(account(1, 10));
		this.b.accounts.put(account(1, 20));
		this.fleet.settle();
		assertThat(this.a.balance(1)).isEqualTo(20);
	}

	@Test
	void deleteSaysWhetherThereWasARow() {
		this.a.accounts.insert(account(1, 10));
		assertThat(this.a.accounts.delete(key(1))).isTrue();
		assertThat(this.a.accounts.delete(key(1))).isFalse();
	}

	@Test
	void aDeleteOfAVersionConflictsWithALaterOne() {
		this.a.accounts.insert(account(1, 10));
		this.b.accounts.update(key(1), add(1));
		assertThatExceptionOfType(RowConflictException.class)
			.isThrownBy(() -> this.a.accounts.delete(key(1), RowVersion.of(1)));
		this.a.accounts.delete(key(1), RowVersion.of(2));
		assertThat(this.a.accounts.find(key(1))).isEmpty();
	}

	@Test
	void updateTriesAgainUponWhatAnotherNodeHasStored() {
		this.a.accounts.insert(account(1, 10));
		this.b.balance(1);
		this.a.tier.loseMessages();
		this.a.accounts.update(key(1), add(1));
		assertThat(this.b.accounts.update(key(1), add(1)).value().get("balance")).isEqualTo(12L);
		assertThat(this.b.accounts.statistics().conflicts()).isEqualTo(1);
	}

	@Test
	void whatIsDecidedUponAnOutdatedRowIsDecidedAgain() {
		this.a.accounts.insert(account(1, 10));
		this.b.balance(1);
		this.a.tier.loseMessages();
		this.a.accounts.update(key(1), add(5));
		assertThat(this.b.accounts.peek(key(1)).map(Fleet::balance)).as("outdated").contains(10L);
		assertThat(this.b.accounts.update(key(1), (row) -> row).value().get("balance")).isEqualTo(15L);
		this.a.accounts.update(key(1), add(5));
		assertThat(this.b.accounts.compute(key(1),
				(row) -> (Fleet.balance(row.orElseThrow()) < 20) ? Change.keep() : Change.delete()))
			.isEmpty();
	}

	@Test
	void aRefusalUponAnOutdatedRowDoesNotCount() {
		this.a.accounts.insert(account(1, 10));
		this.b.balance(1);
		this.a.tier.loseMessages();
		this.a.accounts.update(key(1), add(5));
		UnaryOperator<Row> spend = (row) -> {
			if (Fleet.balance(row) < 12) {
				throw new IllegalStateException("too little");
			}
			return row.with("balance", Fleet.balance(row) - 12);
		};
		assertThat(this.b.accounts.update(key(1), spend).value().get("balance")).isEqualTo(3L);
		assertThatIllegalStateException().isThrownBy(() -> this.b.accounts.update(key(1), spend))
			.withMessage("too little");
	}

	@Test
	void anUpdateThatIsOvertakenEachTimeSaysUponWhichVersionItWasTriedLast() {
		this.a.accounts.insert(account(1, 10));
		assertThatExceptionOfType(RowConflictException.class).isThrownBy(() -> this.a.accounts.update(key(1), (row) -> {
			this.b.accounts.update(key(1), add(1));
			return row.with("balance", -1L);
		})).satisfies((ex) -> assertThat(Long.parseLong(ex.found())).isEqualTo(Long.parseLong(ex.expected()) + 1));
	}

	@Test
	void aChangeThatIsOvertakenEachTimeSaysWhetherItWasUponARowOrUponNone() {
		assertThatExceptionOfType(RowConflictException.class)
			.isThrownBy(() -> this.a.accounts.compute(key(1), (row) -> {
				if (row.isPresent()) {
					this.b.accounts.delete(key(1));
				}
				else {
					this.b.accounts.insert(account(1, 20));
				}
				return Change.put(account(1, 99));
			}))
			.satisfies((ex) -> assertThat(ex.expected().equals(RowConflictException.NO_ROW))
				.isEqualTo(ex.found() != null));
	}

	@Test
	void aLaterLifeOfARowTakesNoWriteThatWasMadeUponAFormerOne() {
		Versioned<Row> former = this.a.accounts.insert(account(1, 10));
		this.b.accounts.delete(key(1));
		this.b.accounts.insert(account(1, 20));
		assertThatExceptionOfType(RowConflictException.class)
			.isThrownBy(() -> this.a.accounts.save(former.with(former.value().with("balance", 99L))));
		assertThat(this.a.balance(1)).isEqualTo(20);
	}

	@Test
	void rowsThatChangeHandsAreReadAnewEverywhere() {
		for (long id = 1; id <= 3; id++) {
			this.a.accounts.insert(account(id, 10));
			this.b.balance(id);
		}
		this.a.accounts.set(key(2), "owner", "o1");
		this.fleet.settle();
		assertThat(this.a.accounts.repoint("owner", "o1", "ann")).containsExactlyInAnyOrder(key(1), key(2));
		this.fleet.settle();
		for (Fleet.Node node : List.of(this.a, this.b, this.fleet.node())) {
			assertThat(node.accounts.findAll(List.of(key(1), key(2), key(3))).values())
				.extracting((row) -> row.get("owner"))
				.containsExactly("ann", "ann", "o3");
		}
		assertThat(this.a.accounts.repoint("owner", "o1", "ann")).isEmpty();
		assertThatIllegalArgumentException().isThrownBy(() -> this.a.accounts.repoint("id", 1L, 2L))
			.withMessageStartingWith("owner column id");
	}

	@Test
	void rowsOfWhichItIsNotKnownWhetherTheyChangedHandsAreReadAnew() {
		this.a.accounts.insert(account(1, 10));
		this.a.store.failAfterEffect();
		assertThatExceptionOfType(StoreException.class).isThrownBy(() -> this.a.accounts.repoint("owner", "o1", "ann"));
		this.a.store.heal();
		assertThat(this.a.accounts.peek(key(1))).isEmpty();
	}

	@Test
	void rowsThatChangedHandsAreFoundForTheOthersThoughTheAnswerWasLost() {
		Fleet.Node node = this.fleet.node((builder) -> builder.executor(Runnable::run));
		node.accounts.insert(account(1, 10));
		node.accounts.insert(account(2, 20));
		assertThat(this.b.accounts.findAll(List.of(key(1), key(2)))).hasSize(2);
		node.store.failAfterEffect();
		assertThatExceptionOfType(StoreException.class).isThrownBy(() -> node.accounts.repoint("owner", "o1", "ann"));
		this.fleet.time.advance(Duration.ofSeconds(3));
		assertThat(owner(this.b, 1)).as("while the store does not answer").isEqualTo("o1");
		node.store.heal();
		this.fleet.time.advance(Duration.ofSeconds(1));
		this.fleet.settle();
		assertThat(owner(this.b, 1)).isEqualTo("ann");
		assertThat(owner(this.b, 2)).isEqualTo("o2");
		// As where the lost statement was still at work.
		node.accounts.insert(account(3, 30));
		assertThat(owner(this.b, 3)).isEqualTo("o3");
		this.fleet.truth.repoint(new Repointing(Fleet.ACCOUNT, "owner", "o3", "ann"));
		this.fleet.time.advance(Duration.ofSeconds(10));
		this.fleet.settle();
		assertThat(owner(this.b, 3)).isEqualTo("ann");
	}

	private static String owner(Fleet.Node node, long id) {
		return node.accounts.field(key(id), "owner", String.class).orElse(null);
	}

	@Test
	void futuresSayWhatTheStoreMadeOfTheCall() {
		assertThat(this.a.accounts.putAsync(account(1, 10))).succeedsWithin(Duration.ofSeconds(20))
			.satisfies((stored) -> assertThat(stored.version()).isEqualTo(RowVersion.of(1)));
		assertThat(this.a.accounts.setAsync(key(1), "balance", 11L)).succeedsWithin(Duration.ofSeconds(20))
			.satisfies((stored) -> assertThat(Fleet.balance(stored.value())).isEqualTo(11));
		assertThat(this.a.accounts.computeAsync(key(1), (row) -> Change.delete()))
			.succeedsWithin(Duration.ofSeconds(20))
			.isEqualTo(Optional.empty());
		assertThat(this.a.accounts.setAsync(key(1), "balance", 12L)).failsWithin(Duration.ofSeconds(20))
			.withThrowableOfType(ExecutionException.class)
			.withCauseInstanceOf(RowMissingException.class);
	}

	@Test
	void updateOfWhatIsNotThereIsAnError() {
		assertThatExceptionOfType(RowMissingException.class).isThrownBy(() -> this.a.accounts.update(key(1), add(1)));
	}

	@Test
	void updateDoesNotBelieveARememberedAbsence() {
		this.b.accounts.find(key(1));
		this.a.tier.loseMessages();
		this.a.accounts.insert(account(1, 10));
		assertThat(this.b.accounts.update(key(1), add(1)).value().get("balance")).isEqualTo(11L);
	}

	@Test
	void updateMayChangeNeitherTheKeyNorAnything() {
		this.a.accounts.insert(account(1, 10));
		assertThatIllegalArgumentException().isThrownBy(() -> this.a.accounts.update(key(1), (row) -> account(2, 1)))
			.withMessageContaining("changed into row 2 (expected: the same key)");
		int writes = this.a.store.writes();
		this.a.accounts.update(key(1), (row) -> row);
		assertThat(this.a.store.writes()).isEqualTo(writes);
	}

	@Test
	void anUpdateThatWritesItsOwnRowIsRefusedAndNotForEverStuck() {
		this.a.accounts.insert(account(1, 10));
		assertThatIllegalStateException().isThrownBy(() -> this.a.accounts.update(key(1), (row) -> {
			this.a.accounts.delete(key(1));
			return row;
		})).withMessageContaining("written inside its own update");
	}

	@Test
	void computeMakesChangesKeepsAndDeletes() {
		assertThat(this.a.accounts.compute(key(1), (row) -> Change.keep())).isEmpty();
		assertThat(this.a.accounts.compute(key(1), (row) -> Change.put(account(1, 10)))).isPresent();
		assertThat(this.a.accounts.compute(key(1), (row) -> Change.put(add(5).apply(row.orElseThrow()))))
			.map(Versioned::value)
			.map(Fleet::balance)
			.contains(15L);
		assertThat(this.a.accounts.compute(key(1), (row) -> Change.delete())).isEqualTo(Optional.empty());
		assertThat(this.a.accounts.find(key(1))).isEmpty();
	}

	// --- drafts ---

	@Test
	void aNewDraftIsSeenByNobodyBeforeItIsSaved() {
		Draft<RowKey, Row> draft = this.a.accounts.draftNew(account(1, 10));
		assertThat(draft.isNew()).isTrue();
		assertThat(draft.isDirty()).isTrue();
		assertThat(draft.changes()).containsEntry("balance", 10L);
		assertThat(this.a.accounts.find(key(1))).isEmpty();
		draft.save();
		assertThat(draft.isNew()).isFalse();
		assertThat(draft.isDirty()).isFalse();
		assertThat(draft.version()).isEqualTo(RowVersion.of(1));
		assertThat(this.a.balance(1)).isEqualTo(10);
	}

	@Test
	void editsOfADraftAreItsOwn() {
		this.a.accounts.insert(account(1, 10));
		Draft<RowKey, Row> one = this.a.accounts.draft(key(1));
		Draft<RowKey, Row> other = this.a.accounts.draft(key(1));
		one.set("balance", 20L);
		assertThat(one.toMap()).containsEntry("balance", 20L);
		assertThat(one.changes()).containsOnlyKeys("balance");
		assertThat(other.isDirty()).isFalse();
		assertThat(other.get("balance")).isEqualTo(10L);
		assertThat(this.a.balance(1)).isEqualTo(10);
		one.save();
		other.set("note", "late");
		assertThatExceptionOfType(RowConflictException.class).isThrownBy(other::save);
		assertThat(other.isDirty()).isTrue();
		other.reload();
		assertThat(other.isDirty()).isFalse();
		assertThat(other.set("note", "late").save().get("balance")).isEqualTo(20L);
	}

	@Test
	void settingAPresentValueIsNoEditAndSavingNothingWritesNothing() {
		this.a.accounts.insert(account(1, 10));
		int writes = this.a.store.writes();
		Draft<RowKey, Row> draft = this.a.accounts.draft(key(1)).set("balance", 10L);
		assertThat(draft.isDirty()).isFalse();
		draft.save();
		draft.set("balance", 11L).set("balance", 10L);
		assertThat(draft.isDirty()).isFalse();
		assertThat(this.a.store.writes()).isEqualTo(writes);
	}

	@Test
	void anEvictionBetweenEditAndSaveLosesNothing() {
		this.a.accounts.insert(account(1, 10));
		Draft<RowKey, Row> draft = this.a.accounts.draft(key(1)).set("balance", 20L);
		this.a.accounts.invalidate(key(1));
		assertThat(draft.save().toMap()).containsEntry("owner", "o1").containsEntry("balance", 20L);
	}

	// --- listeners ---

	@Test
	void listenersHearWhatBecomesVisibleHereAndElsewhere() {
		List<String> heard = new ArrayList<>();
		this.a.accounts.onChange(new Hearer(heard, () -> {
		}));
		this.a.accounts.insert(account(1, 10));
		this.a.accounts.update(key(1), add(1));
		this.b.accounts.update(key(1), add(1));
		this.fleet.settle();
		this.a.accounts.delete(key(1));
		assertThat(heard).containsExactly("written 1 1", "written 1 2", "invalidated 1", "written 1 gone");
	}

	@Test
	void listenersHearNothingOfAWriteThatAnotherNodeHasOvertaken() {
		this.a.accounts.insert(account(1, 10));
		List<String> heard = new ArrayList<>();
		this.a.accounts.onChange(new Hearer(heard, () -> {
		}));
		this.a.store.afterWrite(this::writeElsewhere);
		this.a.accounts.update(key(1), add(1));
		assertThat(heard).containsExactly("invalidated 1", "invalidated 1");
		assertThat(this.a.balance(1)).isEqualTo(16);
	}

	@Test
	void whatHappensWhileAListenerIsToldIsTheLastThatItHears() {
		this.a.accounts.insert(account(1, 10));
		List<String> heard = new ArrayList<>();
		this.a.accounts.onChange(new Hearer(heard, this::writeElsewhere));
		this.a.accounts.update(key(1), add(1));
		assertThat(heard).endsWith("invalidated 1");
		assertThat(this.a.balance(1)).isEqualTo(16);
	}

	private void writeElsewhere() {
		this.b.accounts.update(key(1), add(5));
		this.fleet.settle();
	}

	private record Hearer(List<String> heard, Runnable whenWritten) implements RowListener<RowKey, Row> {

		@Override
		public void written(RowKey key, Versioned<? extends Row> stored) {
			this.whenWritten.run();
			this.heard.add("written " + key + " " + ((stored != null) ? stored.version() : "gone"));
		}

		@Override
		public void invalidated(RowKey key) {
			this.heard.add("invalidated " + key);
		}

		@Override
		public void invalidatedAll() {
			this.heard.add("all");
		}

	}

}
