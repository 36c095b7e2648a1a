package io.coalestra.spring.boot.autoconfigure.collections;

import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;

import javax.sql.DataSource;

import io.coalestra.collections.CollectionRegistry;
import io.coalestra.collections.access.RowCollection;
import io.coalestra.collections.coherence.NoticeTransport;
import io.coalestra.collections.flush.BufferedWriteBehind;
import io.coalestra.collections.jdbc.PostgresServer;
import io.coalestra.collections.jdbc.PostgresStore;
import io.coalestra.collections.mapping.JsonCodec;
import io.coalestra.collections.mapping.RowMapping;
import io.coalestra.collections.mapping.VersionColumn;
import io.coalestra.collections.store.FaultyRowStore;
import io.coalestra.collections.store.InMemoryRowStore;
import io.coalestra.collections.store.RowStore;
import io.coalestra.collections.store.StoreException;
import io.coalestra.collections.transaction.Transactions;
import io.coalestra.health.BuilderHealth;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.spring.boot.autoconfigure.CoalestraAutoConfiguration;
import io.coalestra.spring.boot.autoconfigure.fault.StartUpReport;
import io.coalestra.spring.boot.autoconfigure.health.CoalestraCollectionsHealthContributorAutoConfiguration;
import io.coalestra.spring.boot.autoconfigure.metrics.CoalestraCollectionsMetricsAutoConfiguration;
import io.coalestra.spring.boot.collections.CollectionRegistryCustomizer;
import io.coalestra.spring.boot.collections.WriteBehindCustomizer;
import io.coalestra.spring.boot.health.CoalestraHealthIndicator;
import io.coalestra.spring.boot.health.CollectionsHealthIndicator;
import io.coalestra.spring.boot.metrics.CollectionMetrics;
import io.coalestra.tier.ServerProcess;
import io.coalestra.time.TimeSource;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.MAP;

/**
 * Collections in an application of Spring's, on a real database.
 */
class CoalestraCollectionsAutoConfigurationTests {

	static final PostgresServer server = PostgresServer.shared();

	static final String database = database();

	private final ApplicationContextRunner contextRunner = onDatabase();

	static ApplicationContextRunner onDatabase() {
		return new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(CoalestraCollectionsAutoConfiguration.class,
					CoalestraCollectionsHealthContributorAutoConfiguration.class,
					CoalestraCollectionsMetricsAutoConfiguration.class))
			.withUserConfiguration(DatabaseConfiguration.class);
	}

	private static String database() {
		String name = server.createDatabase();
		server.execute(name, """
				CREATE TABLE wallet (id bigint PRIMARY KEY, owner text NOT NULL, points integer NOT NULL,
				  version bigint NOT NULL);
				CREATE TABLE entry (id bigint PRIMARY KEY, note varchar(10) NOT NULL)
				""");
		return name;
	}

	@BeforeEach
	void begin() {
		empty();
	}

	static void empty() {
		server.execute(database, "TRUNCATE wallet, entry");
	}

	record Wallet(long id, String owner, int points, @VersionColumn long version) {

		Wallet plus(int more) {
			return new Wallet(this.id, this.owner, this.points + more, this.version);
		}

	}

	record Entry(long id, String note) {
	}

	record Session(long id, String user, @VersionColumn long version) {
	}

	@SuppressWarnings("unchecked") // the bean below
	static RowCollection<Long, Wallet> wallets(AssertableApplicationContext context) {
		return context.getBean("wallets", RowCollection.class);
	}

	static int stored(long id) {
		return JdbcClient.create(server.dataSource(database))
			.sql("SELECT points FROM wallet WHERE id = ?")
			.param(id)
			.query(Integer.class)
			.optional()
			.orElse(-1);
	}

	// --- what there is ---

	@Test
	void aDataSourceIsEnough() {
		this.contextRunner.run((context) -> {
			assertThat(context).hasNotFailed()
				.hasSingleBean(CollectionRegistry.class)
				.hasSingleBean(PostgresStore.class)
				.hasSingleBean(Transactions.class)
				.hasSingleBean(BufferedWriteBehind.class)
				.hasSingleBean(CollectionsHealthIndicator.class)
				.doesNotHaveBean(NoticeTransport.class)
				.doesNotHaveBean(CollectionMetrics.class);
			wallets(context).insert(new Wallet(1, "ann", 10, 0));
			assertThat(wallets(context).find(1L))
				.hasValueSatisfying((wallet) -> assertThat(wallet.points()).isEqualTo(10));
			assertThat(stored(1)).isEqualTo(10);
		});
	}

	@Test
	void nothingIsThereWhenItIsDisabledOrHasNoStore() {
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(CoalestraCollectionsAutoConfiguration.class))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(CollectionRegistry.class));
		for (String property : new String[] { "coalestra.enabled=false", "coalestra.collections.enabled=false" }) {
			new ApplicationContextRunner()
				.withConfiguration(AutoConfigurations.of(CoalestraCollectionsAutoConfiguration.class))
				.withBean(DataSource.class, () -> server.dataSource(database))
				.withPropertyValues(property)
				.run((context) -> assertThat(context).doesNotHaveBean(CollectionRegistry.class)
					.doesNotHaveBean(RowStore.class));
		}
	}

	@Test
	void aStoreOfTheApplicationIsUsed() {
		this.contextRunner.withBean(RowStore.class, () -> new InMemoryRowStore(TimeSource.system())).run((context) -> {
			assertThat(context).doesNotHaveBean(PostgresStore.class);
			wallets(context).insert(new Wallet(1, "ann", 10, 0));
			assertThat(stored(1)).isEqualTo(-1);
		});
	}

	@Test
	void theTableOfACollectionWithoutAStoreNeedNotExist() {
		ApplicationContextRunner both = this.contextRunner.withUserConfiguration(SessionConfiguration.class);
		both.withPropertyValues("coalestra.collections.named.session.store=false")
			.run((context) -> assertThat(context).hasNotFailed());
		both.run((context) -> assertThat(StartUpReport.of(context.getStartupFailure()).getDescription())
			.contains("The collection \"session\" does not match its table:"));
	}

	@Test
	void withoutTheDriverThereIsNoStore() {
		this.contextRunner.withClassLoader(new FilteredClassLoader("org.postgresql"))
			.run((context) -> assertThat(context).hasFailed()
				.getFailure()
				.rootCause()
				.hasMessageContaining("No qualifying bean of type 'io.coalestra.collections.CollectionRegistry'"));
	}

	@Test
	void jsonColumnsGoByTheMapperOfTheApplication() {
		this.contextRunner.withBean(JsonMapper.class, JsonMapper::shared)
			.run((context) -> assertThat(context).hasSingleBean(JsonCodec.class));
		this.contextRunner.run((context) -> assertThat(context).doesNotHaveBean(JsonCodec.class));
	}

	@Test
	void customizersHaveTheLastWord() {
		this.contextRunner
			.withBean(CollectionRegistryCustomizer.class,
					() -> (registry) -> registry.options("wallet",
							(options) -> options.local(options.local().life(Duration.ofHours(7)))))
			.withBean(WriteBehindCustomizer.class, () -> (buffer) -> buffer.maxPending(7))
			.run((context) -> assertThat(context.getBean(BufferedWriteBehind.class).statistics().maxPending())
				.isEqualTo(7));
	}

	// --- transactions ---

	private void inTransactions(TransactionTest test) {
		this.contextRunner.run((context) -> {
			wallets(context).insert(new Wallet(1, "ann", 10, 0));
			test.run(wallets(context), new TransactionTemplate(context.getBean(PlatformTransactionManager.class)));
		});
	}

	@FunctionalInterface
	private interface TransactionTest {

		void run(RowCollection<Long, Wallet> wallets, TransactionTemplate transaction);

	}

	private static Wallet elsewhere(RowCollection<Long, Wallet> wallets) {
		Wallet[] seen = new Wallet[1];
		try {
			Thread.ofVirtual().start(() -> seen[0] = wallets.require(1L)).join();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		return seen[0];
	}

	@Test
	void othersSeeWhatIsCommittedAndTheTransactionSeesItsOwn() {
		inTransactions((wallets, transaction) -> {
			transaction.executeWithoutResult((status) -> {
				wallets.update(1L, (wallet) -> wallet.plus(5));
				assertThat(wallets.require(1L).points()).isEqualTo(15);
				assertThat(elsewhere(wallets).points()).isEqualTo(10);
				assertThat(stored(1)).isEqualTo(10);
			});
			assertThat(elsewhere(wallets).points()).isEqualTo(15);
			assertThat(stored(1)).isEqualTo(15);
		});
	}

	@Test
	void aRollbackLeavesNoTrace() {
		inTransactions((wallets, transaction) -> {
			Wallet before = wallets.require(1L);
			transaction.executeWithoutResult((status) -> {
				wallets.update(1L, (wallet) -> wallet.plus(5));
				wallets.insert(new Wallet(2, "bob", 1, 0));
				status.setRollbackOnly();
			});
			assertThat(wallets.require(1L)).isEqualTo(before);
			assertThat(wallets.find(2L)).isEmpty();
			assertThat(wallets.peek(2L)).isEmpty();
			assertThat(stored(2)).isEqualTo(-1);
		});
	}

	@Test
	void anInnerTransactionOfItsOwnStandsWhenTheOuterOneFalls() {
		inTransactions((wallets, transaction) -> {
			wallets.insert(new Wallet(2, "bob", 1, 0));
			TransactionTemplate inner = new TransactionTemplate(transaction.getTransactionManager());
			inner.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
			transaction.executeWithoutResult((status) -> {
				wallets.update(1L, (wallet) -> wallet.plus(5));
				inner.executeWithoutResult((other) -> wallets.update(2L, (wallet) -> wallet.plus(1)));
				assertThat(wallets.require(1L).points()).isEqualTo(15);
				status.setRollbackOnly();
			});
			assertThat(wallets.require(1L).points()).isEqualTo(10);
			assertThat(wallets.require(2L).points()).isEqualTo(2);
		});
	}

	@Test
	void whatIsTakenBackToASavepointIsSeenByNobody() {
		inTransactions((wallets, transaction) -> {
			TransactionTemplate nested = new TransactionTemplate(transaction.getTransactionManager());
			nested.setPropagationBehavior(TransactionDefinition.PROPAGATION_NESTED);
			transaction.executeWithoutResult((status) -> {
				wallets.update(1L, (wallet) -> wallet.plus(5));
				nested.executeWithoutResult((inner) -> {
					wallets.update(1L, (wallet) -> wallet.plus(100));
					inner.setRollbackOnly();
				});
				assertThat(wallets.require(1L).points()).isEqualTo(15);
			});
			assertThat(wallets.require(1L).points()).isEqualTo(15);
			assertThat(elsewhere(wallets).points()).isEqualTo(15);
			assertThat(stored(1)).isEqualTo(15);
		});
	}

	@Test
	void statementsOfTheApplicationAreInTheSameTransaction() {
		this.contextRunner.run((context) -> {
			RowCollection<Long, Wallet> wallets = wallets(context);
			JdbcClient jdbc = JdbcClient.create(context.getBean(DataSource.class));
			new TransactionTemplate(context.getBean(PlatformTransactionManager.class))
				.executeWithoutResult((status) -> {
					jdbc.sql("INSERT INTO wallet VALUES (9, 'sql', 3, 1)").update();
					wallets.update(9L, (wallet) -> wallet.plus(1));
					assertThat(jdbc.sql("SELECT points FROM wallet WHERE id = 9").query(Integer.class).single())
						.isEqualTo(4);
					status.setRollbackOnly();
				});
			assertThat(stored(9)).isEqualTo(-1);
			assertThat(wallets.find(9L)).isEmpty();
		});
	}

	// --- properties ---

	@Test
	void whatIsDeferredIsStoredBeforeTheApplicationEnds() {
		this.contextRunner.withPropertyValues("coalestra.collections.named.wallet.flush=on-shutdown").run((context) -> {
			wallets(context).insert(new Wallet(1, "ann", 10, 0));
			assertThat(wallets(context).require(1L).points()).isEqualTo(10);
			assertThat(stored(1)).isEqualTo(-1);
			context.close();
			assertThat(stored(1)).isEqualTo(10);
		});
	}

	@Test
	void whatIsDeferredIsStoredAtACheckpointAndOnSchedule() {
		this.contextRunner
			.withPropertyValues("coalestra.collections.named.wallet.flush=on-schedule",
					"coalestra.collections.write-behind.interval=50ms")
			.run((context) -> {
				wallets(context).insert(new Wallet(1, "ann", 10, 0));
				assertThat(ServerProcess.within(() -> stored(1) == 10)).isTrue();
			});
		this.contextRunner.withPropertyValues("coalestra.collections.named.wallet.flush=on-checkpoint")
			.run((context) -> {
				wallets(context).insert(new Wallet(2, "bob", 20, 0));
				assertThat(context.getBean(BufferedWriteBehind.class).flush().stored()).isEqualTo(1);
				assertThat(stored(2)).isEqualTo(20);
			});
	}

	@Test
	void nodesHearOfEachOtherThroughTheDatabase() {
		ApplicationContextRunner node = this.contextRunner.withPropertyValues(
				"coalestra.collections.notices.via=postgres", "coalestra.collections.notices.heartbeat=200ms");
		node.run((first) -> node.run((second) -> {
			assertThat(first).hasSingleBean(NoticeTransport.class);
			wallets(first).insert(new Wallet(1, "ann", 10, 0));
			assertThat(wallets(second).require(1L).points()).isEqualTo(10);
			wallets(first).update(1L, (wallet) -> wallet.plus(5));
			assertThat(ServerProcess.within(() -> wallets(second).require(1L).points() == 15)).isTrue();
		}));
	}

	private void fails(Consumer<String> check, String... properties) {
		this.contextRunner.withPropertyValues(properties).run((context) -> {
			assertThat(context).hasFailed();
			check.accept(StartUpReport.of(context.getStartupFailure()).getDescription());
		});
	}

	@Test
	void faultsAreAnalyzed() {
		fails((description) -> assertThat(description)
			.contains("coalestra.collections.named.walet matches no collection (expected: one of [entry, wallet])"),
				"coalestra.collections.named.walet.max-rows=5");
		fails((description) -> assertThat(description)
			.contains("coalestra.collections.named.wallet.max-rows is 0 (expected: 1 or more)"),
				"coalestra.collections.named.wallet.max-rows=0");
		fails((description) -> assertThat(description)
			.contains("coalestra.collections.write-behind.max-batch-size is 0 (expected: 1 or more)"),
				"coalestra.collections.write-behind.max-batch-size=0");
		fails((description) -> assertThat(description).contains("coalestra.collections.notices.channel"),
				"coalestra.collections.notices.via=postgres", "coalestra.collections.notices.channel=a b");
	}

	@Test
	void aTableThatIsOtherwiseThanDeclaredStopsTheStart() {
		server.execute(database, "ALTER TABLE entry RENAME COLUMN note TO text");
		try {
			fails((description) -> assertThat(description).contains(
					"The collection \"entry\" does not match its table:",
					"column note of table entry: not in the database (expected: one of [id, text])"));
			this.contextRunner.withPropertyValues("coalestra.collections.check-tables=false")
				.run((context) -> assertThat(context).hasNotFailed());
		}
		finally {
			server.execute(database, "ALTER TABLE entry RENAME COLUMN text TO note");
		}
	}

	@Test
	void aDatabaseThatIsDownDoesNotStopTheStart() {
		int nobody = ServerProcess.freePort();
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(CoalestraCollectionsAutoConfiguration.class))
			.withUserConfiguration(CollectionConfiguration.class)
			.withBean(DataSource.class, () -> {
				PGSimpleDataSource source = new PGSimpleDataSource();
				source.setUrl("jdbc:postgresql://127.0.0.1:" + nobody + "/none");
				return source;
			})
			.run((context) -> assertThat(context).hasNotFailed());
	}

	// --- health and meters ---

	@Test
	void theHealthSaysWhatIsPending() {
		this.contextRunner
			.withPropertyValues("coalestra.collections.named.wallet.flush=on-checkpoint",
					"coalestra.collections.write-behind.max-healthy-age=0s")
			.run((context) -> {
				CollectionsHealthIndicator indicator = context.getBean(CollectionsHealthIndicator.class);
				assertThat(indicator.health().getStatus()).isEqualTo(Status.UP);
				wallets(context).insert(new Wallet(1, "ann", 10, 0));
				Health health = indicator.health();
				assertThat(health.getStatus()).isEqualTo(CoalestraHealthIndicator.DEGRADED);
				assertThat(health.getDetails()).containsOnlyKeys("write_behind", "collections");
				assertThat(health.getDetails()).extractingByKey("collections", MAP).containsOnlyKeys("wallet", "entry");
				assertThat(collection(health, "wallet").get("pending")).isEqualTo(1);
				context.getBean(BufferedWriteBehind.class).flush();
				assertThat(indicator.health().getStatus()).isEqualTo(Status.UP);
			});
		this.contextRunner.withPropertyValues("management.health.coalestra-collections.enabled=false")
			.run((context) -> assertThat(context).doesNotHaveBean(CollectionsHealthIndicator.class));
	}

	@Test
	void aStoreThatTakesNothingOfACollectionDegradesTheHealthAtOnceAndIsMetered() {
		FaultyRowStore store = new FaultyRowStore(new InMemoryRowStore(TimeSource.system()));
		this.contextRunner.withBean(RowStore.class, () -> store)
			.withBean(SimpleMeterRegistry.class)
			.withPropertyValues("coalestra.collections.named.wallet.flush=on-checkpoint",
					"coalestra.collections.write-behind.unable-limit=1h")
			.run((context) -> {
				MeterRegistry meters = context.getBean(MeterRegistry.class);
				context.getBean(CollectionMetrics.class).bindTo(meters);
				CollectionsHealthIndicator indicator = context.getBean(CollectionsHealthIndicator.class);
				wallets(context).insert(new Wallet(1, "ann", 10, 0));
				store.reject((write) -> true, StoreException.Reason.UNABLE);
				context.getBean(BufferedWriteBehind.class).flush();
				Health health = indicator.health();
				assertThat(health.getStatus()).isEqualTo(CoalestraHealthIndicator.DEGRADED);
				assertThat(collection(health, "wallet").get("unable_seconds")).isNotNull();
				assertThat(collection(health, "entry").get("unable_seconds")).isNull();
				assertThat(meters.get("coalestra.collection.unable").tag("collection", "wallet").timeGauge())
					.isNotNull();
				store.heal();
				context.getBean(BufferedWriteBehind.class).flush();
				assertThat(indicator.health().getStatus()).isEqualTo(Status.UP);
				assertThat(meters.get("coalestra.collection.unable").tag("collection", "wallet").timeGauge().value())
					.isZero();
			});
	}

	private static Map<?, ?> collection(Health health, String name) {
		return (Map<?, ?>) ((Map<?, ?>) health.getDetails().get("collections")).get(name);
	}

	@Test
	void theBuildersHealthHasTheCollectionsAmongItsComponents() {
		this.contextRunner.withConfiguration(AutoConfigurations.of(CoalestraAutoConfiguration.class))
			.withPropertyValues("coalestra.collections.named.wallet.flush=on-checkpoint",
					"coalestra.collections.write-behind.max-healthy-age=0s")
			.run((context) -> {
				wallets(context).insert(new Wallet(1, "ann", 10, 0));
				BuilderHealth health = context.getBean(SnapshotBuilder.class).health();
				assertThat(health.components().get("collections")).satisfies((collections) -> {
					assertThat(collections.schema()).isEqualTo("coalestra.collections-health");
					assertThat(collections.faults()).containsEntry("collection_writes_dropped", 0L);
					assertThat(collections.fields()).containsKeys("write_behind", "collections");
				});
				assertThat(health.assess().findings()).anySatisfy((finding) -> {
					assertThat(finding.reason()).isEqualTo("writes_pending_long");
					assertThat(finding.component()).isEqualTo("collections");
				});
			});
	}

	@Test
	void readsAreMeteredByTier() {
		this.contextRunner.withBean(SimpleMeterRegistry.class).run((context) -> {
			MeterRegistry meters = context.getBean(MeterRegistry.class);
			context.getBean(CollectionMetrics.class).bindTo(meters);
			wallets(context).insert(new Wallet(1, "ann", 10, 0));
			wallets(context).find(1L);
			wallets(context).evict(1L);
			wallets(context).find(1L);
			assertThat(count(meters, "local")).isEqualTo(1);
			assertThat(count(meters, "store")).isEqualTo(1);
			assertThat(meters.get("coalestra.collections.pending").gauge().value()).isZero();
			assertThat(meters.get("coalestra.collection.local.rows").tag("collection", "wallet").gauge().value())
				.isGreaterThanOrEqualTo(0);
		});
	}

	private static double count(MeterRegistry meters, String tier) {
		return meters.get("coalestra.collection.reads")
			.tag("collection", "wallet")
			.tag("tier", tier)
			.functionCounter()
			.count();
	}

	@Configuration(proxyBeanMethods = false)
	static class WalletConfiguration {

		@Bean
		RowCollection<Long, Wallet> wallets(CollectionRegistry registry) {
			return registry.rows(RowMapping.of(Long.class, Wallet.class));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class EntryConfiguration {

		@Bean
		RowCollection<Long, Entry> entries(CollectionRegistry registry) {
			return registry.rows(RowMapping.of(Long.class, Entry.class));
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import({ WalletConfiguration.class, EntryConfiguration.class })
	static class CollectionConfiguration {

	}

	@Configuration(proxyBeanMethods = false)
	static class SessionConfiguration {

		@Bean
		RowCollection<Long, Session> sessions(CollectionRegistry registry) {
			return registry.rows(RowMapping.of(Long.class, Session.class));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class DatabaseConfiguration extends CollectionConfiguration {

		@Bean
		DataSource dataSource() {
			return server.dataSource(database);
		}

		@Bean
		PlatformTransactionManager transactionManager(DataSource dataSource) {
			return new JdbcTransactionManager(dataSource);
		}

	}

}
