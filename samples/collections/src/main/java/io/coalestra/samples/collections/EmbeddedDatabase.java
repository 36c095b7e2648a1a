package io.coalestra.samples.collections;

import java.io.IOException;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;

import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * A PostgreSQL that starts and ends with the application, unless
 * {@code shop.embedded-database} is false: then {@code spring.datasource.url} names one.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnBooleanProperty(name = "shop.embedded-database", matchIfMissing = true)
class EmbeddedDatabase {

	@Bean
	EmbeddedPostgres postgres() throws IOException {
		return EmbeddedPostgres.builder().start();
	}

	@Bean
	JdbcConnectionDetails postgresConnection(EmbeddedPostgres postgres) {
		return new JdbcConnectionDetails() {

			@Override
			public String getJdbcUrl() {
				return postgres.getJdbcUrl("postgres", "postgres");
			}

			@Override
			public String getUsername() {
				return "postgres";
			}

			@Override
			public String getPassword() {
				return "";
			}

		};
	}

}
