package io.coalestra.spring.boot.autoconfigure.collections;

import javax.sql.DataSource;

import io.coalestra.collections.CollectionRegistry;
import io.coalestra.collections.coherence.NoticeTransport;
import io.coalestra.collections.jdbc.PostgresNotices;
import io.coalestra.collections.jdbc.PostgresStore;
import io.coalestra.collections.mapping.JacksonJsonCodec;
import io.coalestra.collections.mapping.JsonCodec;
import io.coalestra.collections.store.RowStore;
import io.coalestra.collections.transaction.Transactions;
import io.coalestra.spring.boot.autoconfigure.CoalestraAutoConfiguration;
import io.coalestra.spring.boot.autoconfigure.fault.Faults;
import io.coalestra.spring.boot.collections.SpringTransactions;
import io.coalestra.spring.boot.collections.TransactionalConnections;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for {@link CollectionRegistry
 * collections of rows}.
 */
@AutoConfiguration(after = CoalestraAutoConfiguration.class,
		afterName = { "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration",
				"org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration" })
@ConditionalOnClass(CollectionRegistry.class)
@ConditionalOnBooleanProperty(name = { "coalestra.enabled", "coalestra.collections.enabled" }, matchIfMissing = true)
@EnableConfigurationProperties(CollectionsProperties.class)
@Import({ CollectionRegistryConfiguration.class, RowRepositoryRegistrar.class })
public final class CoalestraCollectionsAutoConfiguration {

	CoalestraCollectionsAutoConfiguration() {
	}

	/**
	 * The store on the application's data source.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(value = DataSourceUtils.class, name = "org.postgresql.PGConnection")
	@ConditionalOnSingleCandidate(DataSource.class)
	static class PostgresConfiguration {

		@Bean
		@ConditionalOnMissingBean(RowStore.class)
		PostgresStore coalestraRowStore(DataSource dataSource) {
			return new PostgresStore(new TransactionalConnections(dataSource));
		}

		@Bean
		@ConditionalOnMissingBean(NoticeTransport.class)
		@ConditionalOnProperty(name = "coalestra.collections.notices.via", havingValue = "postgres")
		PostgresNotices coalestraPostgresNotices(DataSource dataSource, CollectionsProperties properties) {
			CollectionsProperties.NoticeRule rule = properties.notices();
			return new Faults().makeOrThrow(CollectionRules.PREFIX + ".notices",
					() -> PostgresNotices.on(dataSource).channel(rule.channel()).heartbeat(rule.heartbeat()));
		}

	}

	/**
	 * What is known of transactions: of the data source that keeps the rows, or, where an
	 * own store or none does, of any.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(TransactionSynchronizationManager.class)
	static class TransactionConfiguration {

		@Bean
		@ConditionalOnMissingBean(Transactions.class)
		SpringTransactions coalestraTransactions(@Qualifier("coalestraRowStore") ObjectProvider<PostgresStore> ownStore,
				ObjectProvider<DataSource> dataSource) {
			return (ownStore.getIfAvailable() != null) ? new SpringTransactions(dataSource.getObject())
					: new SpringTransactions();
		}

	}

	/**
	 * JSON columns by the application's mapper.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(JsonMapper.class)
	@ConditionalOnSingleCandidate(JsonMapper.class)
	static class JsonConfiguration {

		@Bean
		@ConditionalOnMissingBean(JsonCodec.class)
		JacksonJsonCodec coalestraJsonCodec(JsonMapper mapper) {
			return new JacksonJsonCodec(mapper);
		}

	}

}
