package io.coalestra.collections.jdbc;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import io.coalestra.collections.CollectionRegistry;
import io.coalestra.collections.access.RowCollection;
import io.coalestra.collections.mapping.KeyColumn;
import io.coalestra.collections.mapping.RowMapping;
import io.coalestra.collections.mapping.VersionColumn;
import io.coalestra.tier.ServerProcess;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Collections of records upon a real database, on two nodes that have no shared tier.
 */
class PostgresCollectionTests {

	private static final PostgresServer server = PostgresServer.shared();

	private static final String SCHEMA = """
			CREATE TABLE wallet (id bigint PRIMARY KEY, owner text NOT NULL, points integer NOT NULL,
			  version bigint NOT NULL);
			CREATE TABLE ticket (event uuid, seat text, holder text NOT NULL, PRIMARY KEY (event, seat));
			""";

	record Wallet(long id, String owner, int points, @VersionColumn long version) {

		Wallet plus(int more) {
			return new Wallet(this.id, this.owner, this.points + more, this.version);
		}

	}

	record TicketKey(UUID event, String seat) {
	}

	record Ticket(@KeyColumn TicketKey key, String holder) {
	}

	private static CollectionRegistry node(String database) {
		return CollectionRegistry.builder()
			.store(new PostgresStore(ConnectionProvider.of(server.dataSource(database))))
			.notices(PostgresNotices.on(server.dataSource(database)).heartbeat(Duration.ofMillis(200)))
			.build();
	}

	private static String database() {
		String name = server.createDatabase();
		server.execute(name, SCHEMA);
		return name;
	}

	@Test
	void aWriteOnOneNodeIsSeenOnTheOther() {
		String database = database();
		try (CollectionRegistry first = node(database); CollectionRegistry second = node(database)) {
			RowCollection<Long, Wallet> here = first.rows(RowMapping.of(Long.class, Wallet.class));
			RowCollection<Long, Wallet> there = second.rows(RowMapping.of(Long.class, Wallet.class));
			Wallet ann = here.insert(new Wallet(1, "ann", 10, 0)).value();
			assertThat(there.find(1L)).contains(ann);
			here.update(1L, (wallet) -> wallet.plus(5));
			assertThat(here.find(1L)).contains(new Wallet(1, "ann", 15, ann.version() + 1));
			assertThat(ServerProcess.within(() -> there.require(1L).points() == 15)).isTrue();
			there.delete(1L);
			assertThat(ServerProcess.within(() -> here.find(1L).isEmpty())).isTrue();
		}
	}

	@Test
	void compositeKeysAreRecords() {
		String database = database();
		try (CollectionRegistry node = node(database)) {
			RowCollection<TicketKey, Ticket> tickets = node.rows(RowMapping.of(TicketKey.class, Ticket.class));
			TicketKey one = new TicketKey(new UUID(1, 2), "a,b");
			TicketKey two = new TicketKey(new UUID(1, 2), "a");
			tickets.insert(new Ticket(one, "ann"));
			tickets.insert(new Ticket(two, "bob"));
			tickets.evict(one);
			tickets.evict(two);
			assertThat(tickets.findAll(List.of(two, one)).values()).extracting(Ticket::holder)
				.containsExactly("bob", "ann");
			assertThat(tickets.field(one, "holder", String.class)).contains("ann");
		}
	}

	@Test
	void manyAddersOnTwoNodesLoseNothing() throws Exception {
		String database = database();
		try (CollectionRegistry first = node(database); CollectionRegistry second = node(database)) {
			RowCollection<Long, Wallet> here = first.rows(RowMapping.of(Long.class, Wallet.class));
			RowCollection<Long, Wallet> there = second.rows(RowMapping.of(Long.class, Wallet.class));
			here.insert(new Wallet(1, "ann", 0, 0));
			List<Thread> adders = new ArrayList<>();
			for (int i = 0; i < 20; i++) {
				RowCollection<Long, Wallet> wallets = (i % 2 == 0) ? here : there;
				adders.add(Thread.ofVirtual().start(() -> {
					for (int round = 0; round < 10; round++) {
						wallets.update(1L, (wallet) -> wallet.plus(1));
					}
				}));
			}
			for (Thread adder : adders) {
				adder.join();
			}
			assertThat(here.require(1L).version()).isGreaterThan(0);
			assertThat(
					ServerProcess.within(() -> here.require(1L).points() == 200 && there.require(1L).points() == 200))
				.isTrue();
		}
	}

}
