package io.coalestra.collections.store;

import java.time.Duration;
import java.time.LocalDate;
import java.util.Map;
import java.util.UUID;

import io.coalestra.collections.row.Row;
import io.coalestra.time.SteerableTimeSource;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class InMemoryRowStoreTests extends RowStoreContract {

	private final SteerableTimeSource time = new SteerableTimeSource();

	private final InMemoryRowStore store = new InMemoryRowStore(this.time).supply(KEPT, "status", (row) -> "new")
		.supply(KEPT, "stamp", (row) -> row.get("id") + ":" + row.get("status"));

	@Override
	protected RowStore store() {
		return this.store;
	}

	@Test
	void versionsGoOnWhenTheClockGoesBack() {
		Row row = stored(RowWrite.Insert.of(MEMBER
			.row(Map.of("team", "a", "person", new UUID(1, 1), "role", "0", "since", LocalDate.of(2020, 2, 29)))));
		this.time.advance(Duration.ofSeconds(5));
		Row later = stored(RowWrite.Update.of(row, row.version()));
		this.time.setWallClock(this.time.now().minus(Duration.ofHours(1)));
		assertThat(stored(RowWrite.Update.of(later, later.version())).version()).isGreaterThan(later.version());
	}

	@Test
	void aColumnThatNobodyGivesIsRejected() {
		InMemoryRowStore bare = new InMemoryRowStore(this.time);
		assertThatExceptionOfType(StoreException.class)
			.isThrownBy(() -> bare.write(RowWrite.Insert.of(KEPT.row(Map.of("id", 1L, "born", "1999")))))
			.satisfies((ex) -> assertThat(ex.reason()).isEqualTo(StoreException.Reason.REJECTED))
			.withMessage("store memory: column status of table kept has no value, and none is supplied");
	}

}
