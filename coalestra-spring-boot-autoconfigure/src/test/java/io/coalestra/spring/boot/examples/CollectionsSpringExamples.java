package io.coalestra.spring.boot.examples;

import java.math.BigDecimal;

import javax.sql.DataSource;

import io.coalestra.collections.CollectionRegistry;
import io.coalestra.collections.access.RowCollection;
import io.coalestra.collections.flush.DeadLetter;
import io.coalestra.collections.jdbc.PostgresStore;
import io.coalestra.collections.mapping.KeyColumn;
import io.coalestra.collections.mapping.VersionColumn;
import io.coalestra.collections.row.Row;
import io.coalestra.collections.row.RowKey;
import io.coalestra.collections.row.ScalarType;
import io.coalestra.collections.row.Table;
import io.coalestra.collections.store.RowStore;
import io.coalestra.collections.transaction.Transactions;
import io.coalestra.spring.boot.collections.RowRepository;
import io.coalestra.spring.boot.collections.SpringTransactions;
import io.coalestra.spring.boot.collections.TransactionalConnections;
import io.coalestra.spring.boot.collections.WriteBehindCustomizer;

import org.springframework.context.annotation.Bean;

/**
 * The code of the page about collections in Spring Boot, as it stands there.
 */
class CollectionsSpringExamples {

	record Account(@KeyColumn long id, String owner, BigDecimal balance, @VersionColumn long version) {

		Account plus(BigDecimal amount) {
			return new Account(this.id, this.owner, this.balance.add(amount), this.version);
		}

	}

	@RowRepository
	interface Accounts extends RowCollection<Long, Account> {

		default Account deposit(long id, BigDecimal amount) {
			return update(id, (account) -> account.plus(amount)).value();
		}

	}

	@Bean
	RowCollection<RowKey, Row> events(CollectionRegistry registry) {
		return registry
			.rows(Table.named("event").column("id", ScalarType.BIGINT).column("payload", ScalarType.JSON).build());
	}

	@Bean
	RowStore rowStore(DataSource dataSource) {
		return new PostgresStore(TransactionalConnections.enlisting(dataSource));
	}

	@Bean
	Transactions transactions() {
		return new SpringTransactions();
	}

	@Bean
	WriteBehindCustomizer deadLetters(DeadLetterTable table) {
		return (writeBehind) -> writeBehind.onDeadLetter(table::keep);
	}

	interface DeadLetterTable {

		void keep(DeadLetter letter);

	}

}
