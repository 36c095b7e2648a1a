package io.coalestra.collections.rules;

import java.time.Duration;

import io.coalestra.collections.CollectionRegistry;
import io.coalestra.collections.access.RowCollection;
import io.coalestra.collections.access.UnknownCollectionException;
import io.coalestra.collections.fixtures.Fleet;
import io.coalestra.collections.fixtures.HeldWrites;
import io.coalestra.collections.option.FlushStrategy;
import io.coalestra.collections.option.LocalOptions;
import io.coalestra.collections.option.TierChoice;
import io.coalestra.collections.row.Row;
import io.coalestra.collections.row.RowKey;
import io.coalestra.collections.row.ScalarType;
import io.coalestra.collections.row.Table;
import io.coalestra.collections.store.FaultyRowStore;
import io.coalestra.collections.store.InMemoryRowStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static io.coalestra.collections.fixtures.Fleet.account;
import static io.coalestra.collections.fixtures.Fleet.key;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class RegistryTests {

	private static final Table OTHER = Table.named("other").column("id", ScalarType.BIGINT).build();

	private final Fleet fleet = new Fleet();

	@AfterEach
	void close() {
		this.fleet.close();
	}

	@Test
	void aNameIsTakenOnce() {
		CollectionRegistry registry = this.fleet.node().registry;
		assertThatIllegalArgumentException().isThrownBy(() -> registry.rows(Fleet.ACCOUNT))
			.withMessage("collection: \"account\", registered already (expected: a name of its own)");
	}

	@Test
	void anUnknownNameIsAnErrorThatNamesTheKnownOnes() {
		CollectionRegistry registry = this.fleet.node().registry;
		assertThat(registry.collection("account").name()).isEqualTo("account");
		assertThatExceptionOfType(UnknownCollectionException.class).isThrownBy(() -> registry.collection("acount"))
			.withMessage("collection: \"acount\" (expected: one of [account])");
	}

	@Test
	void overridesHoldFromTheFirstCallOnAndForTheirCollectionAlone() {
		FaultyRowStore own = new FaultyRowStore(new InMemoryRowStore(this.fleet.time));
		Fleet.Node node = this.fleet.node((builder) -> builder
			.options("other", (options) -> options.store(TierChoice.of(own)).shared(TierChoice.none()))
			.options("other", (options) -> options.local(LocalOptions.DEFAULTS.maxRows(5))));
		RowCollection<RowKey, Row> other = node.registry.rows(OTHER);
		node.accounts.insert(account(1, 10));
		int tierCalls = node.tier.calls();
		other.insert(OTHER.row().set("id", 1L).build());
		other.evict(OTHER.key(1L));
		assertThat(other.find(OTHER.key(1L))).isPresent();
		assertThat(own.writes()).isEqualTo(1);
		assertThat(own.fetches()).hasSize(1);
		assertThat(node.store.writes()).isEqualTo(1);
		// Its notice alone.
		assertThat(node.tier.calls()).isLessThanOrEqualTo(tierCalls + 1);
	}

	@Test
	void optionsForNoCollectionAreFound() {
		Fleet.Node node = this.fleet.node((builder) -> builder.options("acount", (options) -> options));
		assertThatIllegalArgumentException().isThrownBy(node.registry::requireOptionsMatched)
			.withMessage("options of collections: [acount] (expected: of [account])");
	}

	@Test
	void whatTheRegistryDoesNotHaveCannotBeAskedFor() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.fleet
				.node((builder) -> builder.options("account", (options) -> options.flush(FlushStrategy.ON_SCHEDULE))))
			.withMessageContaining("collection account, flush: ON_SCHEDULE (expected: ALWAYS");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.fleet
				.node((builder) -> builder.options("account", (options) -> options.sharedLife(Duration.ofSeconds(5)))))
			.withMessageContaining("shared life: PT5S (expected: at least the tier's longest fill of PT1M)");
	}

	@Test
	void rowsWithoutAVersionAreNotDeferred() {
		CollectionRegistry registry = this.fleet.node((builder) -> builder.writeBehind(new HeldWrites())
			.options("other", (options) -> options.flush(FlushStrategy.ON_SCHEDULE))).registry;
		assertThatIllegalArgumentException().isThrownBy(() -> registry.rows(OTHER))
			.withMessage(
					"collection other, flush: ON_SCHEDULE (expected: ALWAYS, as table other has no version column)");
	}

	@Test
	void valuesOutOfBoundsAreRefusedAtOnce() {
		assertThatIllegalArgumentException().isThrownBy(() -> LocalOptions.DEFAULTS.life(Duration.ZERO))
			.withMessage("life: PT0S (expected: more than zero)");
		assertThatIllegalArgumentException().isThrownBy(() -> LocalOptions.DEFAULTS.maxRows(0))
			.withMessage("maxRows: 0 (expected: 1 or more)");
		assertThatIllegalArgumentException().isThrownBy(() -> LocalOptions.DEFAULTS.absenceLife(Duration.ofMinutes(2)))
			.withMessage("absenceLife: PT2M (expected: from zero to the life of PT1M)");
	}

	@Test
	void aCollectionWithoutASharedTierIsReadFromItsStore() {
		Fleet.Node lone = this.fleet.loneNode((builder) -> builder);
		lone.accounts.insert(account(1, 10));
		lone.accounts.evict(key(1));
		assertThat(lone.balance(1)).isEqualTo(10);
	}

}
