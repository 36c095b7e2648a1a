package io.coalestra.samples.quickstart.objective;

import java.time.Duration;
import java.util.Collection;
import java.util.List;

import io.coalestra.samples.quickstart.fault.Backend;
import io.coalestra.samples.quickstart.fault.Faults;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/**
 * The table of objectives. Safe for concurrent use.
 */
@Repository
class ObjectiveTable {

	/**
	 * How long a query can take at the most: the limits on a connection and on a
	 * statement, as {@code application.yml} sets them.
	 */
	static final Duration TIMEOUT = Duration.ofMillis(1500);

	private final JdbcClient jdbc;

	private final Faults faults;

	ObjectiveTable(JdbcClient jdbc, Faults faults) {
		this.jdbc = jdbc;
		this.faults = faults;
	}

	List<Objective> findAll(Collection<String> indicators) throws InterruptedException {
		this.faults.strike(Backend.OBJECTIVES);
		return this.jdbc
			.sql("select indicator, title, comparison, target from objective where indicator in (:indicators)")
			.param("indicators", indicators)
			.query((row, number) -> new Objective(row.getString("indicator"), row.getString("title"),
					Comparison.valueOf(row.getString("comparison")), row.getDouble("target")))
			.list();
	}

}
