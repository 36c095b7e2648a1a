package io.coalestra.collections.jdbc;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.coalestra.collections.coherence.NoticeTransport;
import io.coalestra.collections.coherence.RowNotice;
import io.coalestra.collections.row.ScalarType;
import io.coalestra.collections.row.Table;
import io.coalestra.tier.ServerProcess;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class PostgresNoticesTests {

	// Short, so that a lost connection is soon noticed; where none is lost, none is to be
	// taken for lost because the machine is busy.
	private static final Duration HASTY = Duration.ofMillis(100);

	private static final Duration PATIENT = Duration.ofSeconds(20);

	private static final class Hearer implements NoticeTransport.Listener {

		private final List<RowNotice> heard = new CopyOnWriteArrayList<>();

		private final List<String> doubts = new CopyOnWriteArrayList<>();

		@Override
		public void changed(List<RowNotice> notices) {
			this.heard.addAll(notices);
		}

		@Override
		public void doubted(String reason) {
			this.doubts.add(reason);
		}

		private void awaitHeard(RowNotice... notices) {
			assertThat(ServerProcess.within(() -> this.heard.containsAll(List.of(notices)))).as("%s", this.heard)
				.isTrue();
		}

		private void awaitListening() {
			assertThat(ServerProcess.within(() -> this.doubts.contains("began to listen"))).isTrue();
		}

	}

	private static PostgresNotices notices(PostgresServer server, String database) {
		return PostgresNotices.on(server.dataSource(database)).heartbeat(PATIENT);
	}

	private static PostgresNotices hastyNotices(PostgresServer server, String database) {
		return PostgresNotices.on(server.dataSource(database)).heartbeat(HASTY);
	}

	@Test
	void whatANodeTellsTheOthersHearAndItselfDoesNot() {
		PostgresServer server = PostgresServer.shared();
		String database = server.createDatabase();
		Hearer own = new Hearer();
		Hearer other = new Hearer();
		try (NoticeTransport.Channel a = notices(server, database).open(own);
				NoticeTransport.Channel b = notices(server, database).open(other)) {
			own.awaitListening();
			other.awaitListening();
			List<RowNotice> told = new ArrayList<>();
			for (int i = 0; i < 2_000; i++) {
				told.add(new RowNotice("a table", i + " % \n \u00e4"));
			}
			a.tell(told);
			other.awaitHeard(told.toArray(RowNotice[]::new));
			b.tell(List.of(new RowNotice("t", "back")));
			own.awaitHeard(new RowNotice("t", "back"));
			assertThat(own.heard).hasSize(1);
			assertThat(other.heard).hasSize(2_000);
		}
	}

	@Test
	void whatIsToldLastIsStillTold() {
		PostgresServer server = PostgresServer.shared();
		String database = server.createDatabase();
		Hearer other = new Hearer();
		try (NoticeTransport.Channel b = notices(server, database).open(other)) {
			other.awaitListening();
			b.tell(List.of());
			NoticeTransport.Channel a = notices(server, database).open(new Hearer());
			// Closing waits a second for what is told, not for the connection.
			a.tell(List.of(new RowNotice("t", "first")));
			other.awaitHeard(new RowNotice("t", "first"));
			a.tell(List.of(new RowNotice("t", "last")));
			a.close();
			other.awaitHeard(new RowNotice("t", "last"));
		}
	}

	@Test
	void whatCannotBeToldIsDoubted() {
		PostgresServer server = PostgresServer.shared();
		String database = server.createDatabase();
		Hearer other = new Hearer();
		try (NoticeTransport.Channel a = notices(server, database).open(new Hearer());
				NoticeTransport.Channel b = notices(server, database).open(other)) {
			other.awaitListening();
			b.tell(List.of());
			a.tell(List.of(new RowNotice("t", "x".repeat(9_000)), new RowNotice("t", "short")));
			other.awaitHeard(new RowNotice("t", "short"));
			assertThat(ServerProcess.within(() -> other.doubts.size() == 2)).isTrue();
			server.execute(database, "NOTIFY coalestra_collections, 'of another form'");
			assertThat(ServerProcess.within(() -> other.doubts.size() == 3)).isTrue();
		}
	}

	@Test
	void aNodeThatLostItsConnectionDoubtsAndListensAgain() {
		try (PostgresServer server = PostgresServer.start()) {
			String database = server.createDatabase();
			Hearer other = new Hearer();
			try (NoticeTransport.Channel a = hastyNotices(server, database).open(new Hearer());
					NoticeTransport.Channel b = hastyNotices(server, database).open(other)) {
				other.awaitListening();
				b.tell(List.of());
				other.doubts.clear();
				server.kill();
				assertThat(ServerProcess.within(() -> other.doubts.contains("connection lost"))).isTrue();
				server.restart();
				other.awaitListening();
				a.tell(List.of(new RowNotice("t", "again")));
				assertThat(ServerProcess.within(() -> {
					a.tell(List.of(new RowNotice("t", "again")));
					return other.heard.contains(new RowNotice("t", "again"));
				})).isTrue();
			}
		}
	}

	@Test
	void aServerThatAnswersNothingIsNoticed() {
		try (PostgresServer server = PostgresServer.start()) {
			String database = server.createDatabase();
			Hearer other = new Hearer();
			try (NoticeTransport.Channel b = hastyNotices(server, database).open(other)) {
				other.awaitListening();
				b.tell(List.of());
				// Backends that stand still keep their connections open, and answer
				// nothing.
				server.signalBackends(database, "STOP");
				try {
					assertThat(ServerProcess.within(() -> other.doubts.contains("connection lost"))).isTrue();
				}
				finally {
					server.signalBackends(database, "CONT");
				}
			}
		}
	}

	@Test
	void hostileNamesOfChannelsAreRefused() {
		PostgresNotices notices = PostgresNotices.on(PostgresServer.shared().dataSource("postgres"));
		for (String name : List.of("", "a b", "a\"; DROP TABLE x; --", "1a", "x".repeat(64))) {
			assertThatIllegalArgumentException().isThrownBy(() -> notices.channel(name))
				.withMessage(
						"channel: not a name (expected: a letter or _, then letters, digits and _, at most 63 in all)");
		}
		assertThatIllegalArgumentException().isThrownBy(() -> notices.heartbeat(Duration.ZERO))
			.withMessage("heartbeat: PT0S (expected: more than zero)");
		assertThat(notices.channel("mine")).isNotSameAs(notices);
	}

}
