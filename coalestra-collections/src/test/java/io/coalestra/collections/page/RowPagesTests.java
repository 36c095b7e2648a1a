package io.coalestra.collections.page;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

import io.coalestra.collections.row.ColumnTrait;
import io.coalestra.collections.row.Row;
import io.coalestra.collections.row.ScalarType;
import io.coalestra.collections.row.Table;
import io.coalestra.collections.store.InMemoryRowStore;
import io.coalestra.collections.store.RowWrite;
import io.coalestra.collections.store.Scan;
import io.coalestra.time.SteerableTimeSource;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class RowPagesTests {

	private static final byte[] SECRET = "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

	private static final Table TABLE = Table.named("message")
		.column("id", ScalarType.BIGINT)
		.column("room", ScalarType.TEXT)
		.column("rank", ScalarType.INTEGER, ColumnTrait.NULLABLE)
		.build();

	private final InMemoryRowStore store = new InMemoryRowStore(new SteerableTimeSource());

	private final RowPages pages = new RowPages(this.store, new Cursors(SECRET));

	private void message(long id, String room) {
		this.store.write(RowWrite.Insert.of(TABLE.row()
			.set("id", id)
			.set("room", room)
			.set("rank", (id % 3 == 0) ? null : (int) (id % 5))
			.build()));
	}

	private static Scan room(String room) {
		return Scan.of(TABLE).where("room", room).orderBy("rank").descending().build();
	}

	@Test
	void pagesJoinUpToTheWhole() {
		for (long id = 0; id < 25; id++) {
			message(id, (id % 2 == 0) ? "a" : "b");
		}
		List<Row> joined = new ArrayList<>();
		String cursor = null;
		int count = 0;
		do {
			Page<Row> page = this.pages.page(room("a"), 4, cursor);
			joined.addAll(page.rows());
			cursor = page.nextCursor();
			count++;
		}
		while (cursor != null);
		assertThat(count).isEqualTo(4);
		assertThat(joined).isEqualTo(this.store.scan(room("a"))).hasSize(13);
	}

	@Test
	void theLastPageSaysSoAlsoWhenItIsFull() {
		for (long id = 0; id < 4; id++) {
			message(id, "a");
		}
		assertThat(this.pages.page(room("a"), 4, null).next()).isEmpty();
		assertThat(this.pages.page(room("a"), 3, null).next()).isPresent();
		assertThat(this.pages.page(room("none"), 3, null)).isEqualTo(new Page<>(List.of(), null));
		assertThat(this.pages.page(Scan.of(TABLE).build(), 2, null).map((row) -> row.get("id")).rows())
			.containsExactly(0L, 1L);
	}

	@Test
	void rowsThatComeInFrontNeitherRepeatNorHideOthers() {
		for (long id = 100; id < 110; id++) {
			message(id, "a");
		}
		Scan newest = Scan.of(TABLE).orderBy().descending().build();
		Page<Row> first = this.pages.page(newest, 5, null);
		message(200, "a");
		message(201, "a");
		Page<Row> second = this.pages.page(newest, 5, first.nextCursor());
		assertThat(second.rows()).extracting((row) -> row.get("id")).containsExactly(104L, 103L, 102L, 101L, 100L);
		assertThat(second.nextCursor()).isNull();
	}

	@Test
	void aCursorOfAnythingElseIsRefused() {
		for (long id = 0; id < 9; id++) {
			message(id, "a");
			message(id + 100, "b");
		}
		String cursor = this.pages.page(room("a"), 2, null).next().orElseThrow();
		List<Scan> others = List.of(room("b"), Scan.of(TABLE).orderBy("rank").descending().build(),
				Scan.of(TABLE).where("room", "a").orderBy("rank").build(),
				Scan.of(TABLE).where("room", "a").orderBy().descending().build());
		for (Scan other : others) {
			assertThatExceptionOfType(CursorException.class).isThrownBy(() -> this.pages.page(other, 2, cursor))
				.withMessage("cursor: not one of this scan (expected: one that a page of the same scan gave)");
		}
		RowPages stranger = new RowPages(this.store, new Cursors("x".repeat(32).getBytes(StandardCharsets.US_ASCII)));
		assertThatExceptionOfType(CursorException.class).isThrownBy(() -> stranger.page(room("a"), 2, cursor));
	}

	@Test
	void aCursorThatWasTamperedWithIsRefused() {
		Cursors cursors = new Cursors(SECRET);
		Scan scan = room("a");
		List<Object> position = new ArrayList<>(List.of(3, 7L));
		byte[] good = Base64.getUrlDecoder().decode(cursors.encode(scan, position));
		assertThat(cursors.decode(scan, cursors.encode(scan, position))).isEqualTo(position);
		position.set(0, null);
		assertThat(cursors.decode(scan, cursors.encode(scan, position))).isEqualTo(position);
		for (int i = 0; i < good.length * 8; i++) {
			byte[] bad = good.clone();
			bad[i / 8] ^= (byte) (1 << (i % 8));
			refused(cursors, scan, Base64.getUrlEncoder().withoutPadding().encodeToString(bad));
		}
		for (String hostile : List.of("", "'; DROP TABLE message; --", "AQ", "\0", "a".repeat(9000), "%00", "====")) {
			refused(cursors, scan, hostile);
		}
		SplittableRandom random = new SplittableRandom(7);
		for (int i = 0; i < 2_000; i++) {
			byte[] noise = new byte[random.nextInt(120)];
			random.nextBytes(noise);
			refused(cursors, scan, Base64.getUrlEncoder().encodeToString(noise));
		}
	}

	private static void refused(Cursors cursors, Scan scan, String cursor) {
		assertThatExceptionOfType(CursorException.class).isThrownBy(() -> cursors.decode(scan, cursor));
	}

	@Test
	void settingsThatCannotBeAreRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> new Cursors(new byte[31]))
			.withMessage("secret: 31 bytes (expected: at least 32)");
		assertThatIllegalArgumentException().isThrownBy(() -> this.pages.page(room("a"), 0, null));
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.pages.page(Scan.of(TABLE).limit(3).build(), 2, null));
		assertThatIllegalArgumentException().isThrownBy(() -> Scan.of(TABLE).after(List.of(1L)).build())
			.withMessage("position: 1 values (expected: 0, one for each column of the order)");
		assertThat(TABLE.row(Map.of("id", 1)).has("room")).isFalse();
	}

}
