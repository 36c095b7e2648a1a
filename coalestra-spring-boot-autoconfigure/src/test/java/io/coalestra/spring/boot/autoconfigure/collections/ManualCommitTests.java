package io.coalestra.spring.boot.autoconfigure.collections;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;

import javax.sql.DataSource;

import io.coalestra.collections.access.RowCollection;
import io.coalestra.collections.flush.BufferedWriteBehind;
import io.coalestra.spring.boot.autoconfigure.collections.CoalestraCollectionsAutoConfigurationTests.CollectionConfiguration;
import io.coalestra.spring.boot.autoconfigure.collections.CoalestraCollectionsAutoConfigurationTests.Wallet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

import static io.coalestra.spring.boot.autoconfigure.collections.CoalestraCollectionsAutoConfigurationTests.database;
import static io.coalestra.spring.boot.autoconfigure.collections.CoalestraCollectionsAutoConfigurationTests.server;
import static io.coalestra.spring.boot.autoconfigure.collections.CoalestraCollectionsAutoConfigurationTests.stored;
import static io.coalestra.spring.boot.autoconfigure.collections.CoalestraCollectionsAutoConfigurationTests.wallets;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Collections over a pool whose connections are not in auto-commit mode, as applications
 * with JPA like to have it.
 */
class ManualCommitTests {

	private final ManualCommit pool = new ManualCommit(server.dataSource(database));

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(CoalestraCollectionsAutoConfiguration.class))
		.withUserConfiguration(CollectionConfiguration.class)
		.withBean(DataSource.class, () -> this.pool)
		.withBean(PlatformTransactionManager.class, () -> new JdbcTransactionManager(this.pool));

	@BeforeEach
	void begin() {
		CoalestraCollectionsAutoConfigurationTests.empty();
	}

	@Test
	void whatIsWrittenIsStored() {
		this.contextRunner.run((context) -> {
			wallets(context).insert(new Wallet(1, "ann", 10, 0));
			wallets(context).update(1L, (wallet) -> wallet.plus(5));
			assertThat(stored(1)).isEqualTo(15);
		});
		assertThat(this.pool.open).hasValue(0);
	}

	@Test
	void whatIsDeferredIsStoredByTheFlush() {
		this.contextRunner.withPropertyValues("coalestra.collections.named.wallet.flush=on-checkpoint")
			.run((context) -> {
				wallets(context).insert(new Wallet(1, "ann", 10, 0));
				wallets(context).insert(new Wallet(2, "bob", 20, 0));
				assertThat(context.getBean(BufferedWriteBehind.class).flush().stored()).isEqualTo(2);
				assertThat(stored(1)).isEqualTo(10);
				assertThat(stored(2)).isEqualTo(20);
			});
	}

	@Test
	void aTransactionDecidesWhatIsWrittenInIt() {
		this.contextRunner.run((context) -> {
			RowCollection<Long, Wallet> wallets = wallets(context);
			TransactionTemplate transaction = new TransactionTemplate(
					context.getBean(PlatformTransactionManager.class));
			transaction.executeWithoutResult((status) -> {
				wallets.insert(new Wallet(1, "ann", 10, 0));
				assertThat(stored(1)).isEqualTo(-1);
			});
			assertThat(stored(1)).isEqualTo(10);
			transaction.executeWithoutResult((status) -> {
				wallets.insert(new Wallet(2, "bob", 20, 0));
				status.setRollbackOnly();
			});
			assertThat(stored(2)).isEqualTo(-1);
			assertThat(wallets.find(2L)).isEmpty();
		});
		assertThat(this.pool.open).hasValue(0);
	}

	@Test
	void whatIsWrittenInAScopeThatHasNoTransactionIsStored() {
		this.contextRunner.run((context) -> {
			TransactionTemplate scope = new TransactionTemplate(context.getBean(PlatformTransactionManager.class));
			scope.setPropagationBehavior(TransactionDefinition.PROPAGATION_SUPPORTS);
			scope.executeWithoutResult((status) -> wallets(context).insert(new Wallet(1, "ann", 10, 0)));
			assertThat(stored(1)).isEqualTo(10);
		});
	}

	@Test
	void whatIsWrittenAfterTheCommitIsOutsideOfTheTransactionAndStored() {
		this.contextRunner.run((context) -> {
			RowCollection<Long, Wallet> wallets = wallets(context);
			inTransaction(context.getBean(PlatformTransactionManager.class), () -> {
				wallets.insert(new Wallet(1, "ann", 10, 0));
				afterwards(() -> wallets.update(1L, (wallet) -> wallet.plus(5)),
						() -> wallets.update(1L, (wallet) -> wallet.plus(7)));
			});
			assertThat(stored(1)).isEqualTo(22);
			assertThat(wallets.require(1L).points()).isEqualTo(22);
			inTransaction(context.getBean(PlatformTransactionManager.class), () -> afterwards(() -> {
			}, () -> wallets.insert(new Wallet(2, "bob", 20, 0))));
			assertThat(stored(2)).isEqualTo(20);
		});
		assertThat(this.pool.open).hasValue(0);
	}

	@Test
	void aTransactionOfItsOwnAfterTheCommitIsOne() {
		this.contextRunner.run((context) -> {
			RowCollection<Long, Wallet> wallets = wallets(context);
			TransactionTemplate another = new TransactionTemplate(context.getBean(PlatformTransactionManager.class));
			another.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
			inTransaction(context.getBean(PlatformTransactionManager.class), () -> {
				wallets.insert(new Wallet(1, "ann", 10, 0));
				afterwards(() -> another.executeWithoutResult((status) -> {
					wallets.insert(new Wallet(2, "bob", 20, 0));
					status.setRollbackOnly();
				}), () -> {
				});
			});
			assertThat(stored(1)).isEqualTo(10);
			assertThat(stored(2)).isEqualTo(-1);
			assertThat(wallets.find(2L)).isEmpty();
		});
		assertThat(this.pool.open).hasValue(0);
	}

	@Test
	void aTransactionOfAnotherDataSourceIsNoneToWhatIsWritten() {
		this.contextRunner.run((context) -> {
			RowCollection<Long, Wallet> wallets = wallets(context);
			PlatformTransactionManager other = new JdbcTransactionManager(server.dataSource(database));
			inTransaction(other, () -> {
				wallets.insert(new Wallet(1, "ann", 10, 0));
				assertThat(stored(1)).isEqualTo(10);
			});
			new TransactionTemplate(other).executeWithoutResult((status) -> {
				wallets.insert(new Wallet(2, "bob", 20, 0));
				status.setRollbackOnly();
			});
			assertThat(stored(2)).isEqualTo(20);
			assertThat(wallets.find(2L)).isPresent();
		});
		assertThat(this.pool.open).hasValue(0);
	}

	private static void inTransaction(PlatformTransactionManager manager, Runnable work) {
		new TransactionTemplate(manager).executeWithoutResult((status) -> work.run());
	}

	private static void afterwards(Runnable afterCommit, Runnable afterCompletion) {
		TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
			@Override
			public void afterCommit() {
				afterCommit.run();
			}

			@Override
			public void afterCompletion(int status) {
				afterCompletion.run();
			}
		});
	}

	/** Its connections take back on close what was not committed, as a pool's do. */
	private static final class ManualCommit extends DelegatingDataSource {

		private final AtomicInteger open = new AtomicInteger();

		private ManualCommit(DataSource target) {
			super(target);
		}

		@Override
		public Connection getConnection() throws SQLException {
			Connection connection = super.getConnection();
			connection.setAutoCommit(false);
			this.open.incrementAndGet();
			return new ReportingConnection(connection, this.open::decrementAndGet).proxy();
		}

	}

	/** Tells when it is closed. */
	private record ReportingConnection(Connection connection, Runnable closed) {

		private Connection proxy() {
			return (Connection) Proxy.newProxyInstance(Connection.class.getClassLoader(),
					new Class<?>[] { Connection.class }, (proxy, method, arguments) -> {
						if (method.getName().equals("close")) {
							this.closed.run();
						}
						try {
							return method.invoke(this.connection, arguments);
						}
						catch (InvocationTargetException ex) {
							throw ex.getCause();
						}
					});
		}

	}

}
