package io.coalestra.collections.jdbc;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;

import io.coalestra.collections.CollectionRegistry;
import io.coalestra.collections.access.RowCollection;
import io.coalestra.collections.access.RowConflictException;
import io.coalestra.collections.access.Versioned;
import io.coalestra.collections.mapping.KeyColumn;
import io.coalestra.collections.mapping.RowMapping;
import io.coalestra.collections.mapping.VersionColumn;
import io.coalestra.collections.option.CollectionOptions;
import io.coalestra.collections.option.LocalOptions;
import io.coalestra.tier.ServerProcess;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The SQL that is shipped for tables that others write too.
 */
class ShippedSqlTests {

	private static final String SHIPPED = "/META-INF/coalestra/postgresql/beforeMigrate__coalestra_collections.sql";

	private static final PostgresServer server = PostgresServer.shared();

	record Parcel(long id, String place, @VersionColumn long version) {
	}

	record StopKey(String line, int number) {
	}

	record Stop(@KeyColumn StopKey key, String place) {
	}

	private static String shipped() throws IOException {
		try (InputStream stream = Objects.requireNonNull(PostgresStore.class.getResourceAsStream(SHIPPED))) {
			return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
		}
	}

	private static String database() throws IOException {
		String database = server.createDatabase();
		server.execute(database, shipped());
		// As Flyway does before each migration.
		server.execute(database, shipped());
		server.execute(database, """
				CREATE TABLE parcel (id bigint PRIMARY KEY, place text NOT NULL, version bigint NOT NULL);
				CREATE TABLE stop (line text, number integer, place text NOT NULL, PRIMARY KEY (line, number));
				CREATE TABLE dated (id bigint PRIMARY KEY, place text, version timestamptz NOT NULL);
				CREATE TABLE amount (id numeric PRIMARY KEY, place text);
				CREATE TRIGGER parcel_version BEFORE UPDATE ON parcel
				  FOR EACH ROW EXECUTE FUNCTION coalestra_next_version('version');
				CREATE TRIGGER dated_version BEFORE UPDATE ON dated
				  FOR EACH ROW EXECUTE FUNCTION coalestra_next_version('version');
				CREATE TRIGGER parcel_notice AFTER INSERT OR UPDATE OR DELETE ON parcel
				  FOR EACH ROW WHEN (current_setting('coalestra.writer', true) IS NULL)
				  EXECUTE FUNCTION coalestra_notice('coalestra_collections', 'parcel', 'id');
				CREATE TRIGGER stop_notice AFTER INSERT OR UPDATE OR DELETE ON stop
				  FOR EACH ROW EXECUTE FUNCTION coalestra_notice('coalestra_collections', 'stop', 'line', 'number');
				CREATE TRIGGER amount_notice AFTER INSERT OR UPDATE OR DELETE ON amount
				  FOR EACH ROW EXECUTE FUNCTION coalestra_notice('coalestra_collections', 'amount', 'id');
				""");
		return database;
	}

	// Rows live long, so that only a notice ends them.
	private static CollectionRegistry node(String database) {
		return CollectionRegistry.builder()
			.store(new PostgresStore(ConnectionProvider.of(server.dataSource(database))))
			.notices(PostgresNotices.on(server.dataSource(database)).heartbeat(Duration.ofMillis(200)))
			.defaults(CollectionOptions.DEFAULTS.local(LocalOptions.DEFAULTS.life(Duration.ofHours(1))))
			.build();
	}

	@Test
	void nodesHearOfWhatOthersWrite() throws IOException {
		String database = database();
		try (CollectionRegistry node = node(database)) {
			RowCollection<Long, Parcel> parcels = node.rows(RowMapping.of(Long.class, Parcel.class));
			RowCollection<StopKey, Stop> stops = node.rows(RowMapping.of(StopKey.class, Stop.class));
			StopKey key = new StopKey("a, b%\nc", 7);
			parcels.insert(new Parcel(1, "here", 0));
			stops.insert(new Stop(key, "here"));
			server.execute(database, "UPDATE parcel SET place = 'there'; UPDATE stop SET place = 'there'");
			assertThat(ServerProcess.within(() -> parcels.require(1L).place().equals("there"))).isTrue();
			assertThat(ServerProcess.within(() -> stops.require(key).place().equals("there"))).isTrue();
			server.execute(database, "UPDATE parcel SET id = 2");
			assertThat(ServerProcess.within(() -> parcels.find(1L).isEmpty())).isTrue();
			assertThat(parcels.require(2L).place()).isEqualTo("there");
			server.execute(database, "DELETE FROM parcel");
			assertThat(ServerProcess.within(() -> parcels.find(2L).isEmpty())).isTrue();
		}
	}

	@Test
	void aKeyThatCannotBeToldIsADoubtOfAll() throws IOException {
		String database = database();
		try (CollectionRegistry node = node(database)) {
			RowCollection<Long, Parcel> parcels = node.rows(RowMapping.of(Long.class, Parcel.class));
			parcels.insert(new Parcel(1, "here", 0));
			assertThat(ServerProcess.within(() -> {
				parcels.require(1L);
				server.execute(database, "INSERT INTO amount SELECT coalesce(max(id), 0) + 1.50 FROM amount");
				return parcels.peek(1L).isEmpty();
			})).isTrue();
		}
	}

	@Test
	void aWriterThatKnowsNoVersionsIsNoticedByThoseWhoDo() throws IOException {
		String database = database();
		try (CollectionRegistry node = node(database)) {
			RowCollection<Long, Parcel> parcels = node.rows(RowMapping.of(Long.class, Parcel.class));
			Versioned<Parcel> read = parcels.insert(new Parcel(1, "here", 0));
			long first = read.value().version();
			assertThat(parcels.save(read).value().version()).as("of the library's own write").isEqualTo(first + 1);
			Versioned<Parcel> outdated = parcels.findVersioned(1L).orElseThrow();
			server.execute(database, "UPDATE parcel SET place = 'there'");
			assertThatExceptionOfType(RowConflictException.class).isThrownBy(() -> parcels.save(outdated));
			assertThat(parcels.require(1L)).isEqualTo(new Parcel(1, "there", first + 2));
		}
		server.execute(database, """
				INSERT INTO dated VALUES (1, 'here', '2999-01-01 00:00:00.123456+00');
				UPDATE dated SET place = 'there';
				DO $$ BEGIN
				  ASSERT (SELECT version = '2999-01-01 00:00:00.123457+00' FROM dated), 'moved by a microsecond';
				END $$
				""");
	}

	@Test
	void theLibrarysOwnWritesAreLeftOut() throws IOException {
		String database = database();
		server.execute(database, "ALTER DATABASE " + database + " SET coalestra.writer = 'node'");
		try (CollectionRegistry node = node(database)) {
			RowCollection<Long, Parcel> parcels = node.rows(RowMapping.of(Long.class, Parcel.class));
			RowCollection<StopKey, Stop> stops = node.rows(RowMapping.of(StopKey.class, Stop.class));
			StopKey key = new StopKey("a", 1);
			stops.insert(new Stop(key, "here"));
			parcels.insert(new Parcel(1, "here", 0));
			awaitNotice(database, stops, key, "there");
			parcels.require(1L);
			server.execute(database, "UPDATE parcel SET place = 'hidden'");
			// The other trigger leaves nothing out: when that notice has come, this one's
			// would have come before.
			awaitNotice(database, stops, key, "elsewhere");
			assertThat(parcels.peek(1L)).get().extracting(Parcel::place).isEqualTo("here");
		}
	}

	private static void awaitNotice(String database, RowCollection<StopKey, Stop> stops, StopKey key, String place) {
		stops.require(key);
		server.execute(database, "UPDATE stop SET place = '" + place + "'");
		assertThat(ServerProcess.within(() -> stops.require(key).place().equals(place))).isTrue();
	}

}
