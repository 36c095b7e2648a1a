package io.coalestra.benchmarks;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

import io.coalestra.collections.mapping.RowMapping;
import io.coalestra.collections.mapping.VersionColumn;

/**
 * A row as applications have them: a key, a few values, a version.
 *
 * @param id the key
 * @param owner a text
 * @param balance a decimal number
 * @param points a number
 * @param seen a moment
 * @param version the version
 */
record Account(long id, String owner, BigDecimal balance, int points, Instant seen, @VersionColumn long version) {

	static final RowMapping<Long, Account> MAPPING = RowMapping.of(Long.class, Account.class);

	static final String SCHEMA = """
			CREATE TABLE account (id bigint PRIMARY KEY, owner text NOT NULL, balance numeric NOT NULL,
			  points integer NOT NULL, seen timestamptz NOT NULL, version bigint NOT NULL);
			INSERT INTO account SELECT i, 'owner ' || i, 12.50, 0, now(), 1 FROM generate_series(0, 9999) AS i
			""";

	static Account of(long id) {
		return new Account(id, "owner " + id, new BigDecimal("12.50"), 0, Instant.EPOCH.plus(id, ChronoUnit.SECONDS),
				1);
	}

	Account plus(int more) {
		return new Account(this.id, this.owner, this.balance, this.points + more, this.seen, this.version);
	}

}
