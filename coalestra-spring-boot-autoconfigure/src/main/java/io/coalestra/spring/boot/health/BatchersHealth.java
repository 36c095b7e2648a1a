package io.coalestra.spring.boot.health;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;

import io.coalestra.batch.Batcher;
import io.coalestra.batch.BatcherBuilder;
import io.coalestra.batch.BatcherStatistics;
import io.coalestra.health.ComponentHealth;
import io.coalestra.health.Finding;
import io.coalestra.health.HealthComponent;
import io.coalestra.health.Severity;
import io.coalestra.spring.boot.batch.BatcherCustomizer;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;

/**
 * Reports the batchers with a builder's health: what each does, and as findings those
 * whose latest bulk calls have all failed. It reads counters only. Safe for concurrent
 * use.
 */
public final class BatchersHealth implements HealthComponent, BatcherCustomizer {

	/**
	 * How many bulk calls must have failed in a row: {@value}.
	 */
	public static final int FAILURES_IN_A_ROW = 3;

	private static final String SCHEMA = "coalestra.batchers-health";

	private final ObjectProvider<Batcher<?, ?>> batchers;

	// Entered when a batcher is made; counted up and set back as its batches end, by
	// whichever thread ends them.
	private final ConcurrentMap<String, AtomicInteger> failures = new ConcurrentHashMap<>();

	/**
	 * Makes a component.
	 * @param batchers what it reports
	 */
	public BatchersHealth(ObjectProvider<Batcher<?, ?>> batchers) {
		this.batchers = Objects.requireNonNull(batchers, "batchers");
	}

	@Override
	public void customize(String batcher, BatcherBuilder<?, ?> builder) {
		AtomicInteger inARow = this.failures.computeIfAbsent(batcher, (name) -> new AtomicInteger());
		builder.listener((report) -> {
			if (report.failure() == null) {
				inARow.set(0);
			}
			else {
				inARow.incrementAndGet();
			}
		});
	}

	@Override
	public String healthName() {
		return "batchers";
	}

	@Override
	public ComponentHealth componentHealth() {
		Map<String, Object> reports = new LinkedHashMap<>();
		List<Finding> findings = new ArrayList<>();
		this.batchers.orderedStream().forEach((batcher) -> {
			AtomicInteger known = this.failures.get(batcher.name());
			int inARow = (known != null) ? known.get() : 0;
			reports.put(batcher.name(), report(batcher.statistics(), inARow));
			if (inARow >= FAILURES_IN_A_ROW) {
				findings.add(new Finding(Severity.DEGRADED, "batcher_failing", batcher.name(), "failed_in_a_row",
						inARow, FAILURES_IN_A_ROW, "the latest bulk calls have all failed"));
			}
		});
		return new ComponentHealth(SCHEMA, 1, Map.of("batchers", reports), Map.of(), findings);
	}

	private static Map<String, @Nullable Object> report(BatcherStatistics state, int failedInARow) {
		Map<String, @Nullable Object> report = new LinkedHashMap<>();
		report.put("pending", state.pending());
		report.put("queued", state.queued());
		report.put("running", state.running());
		report.put("batches", state.batches());
		report.put("items", state.items());
		report.put("failed_batches", state.failedBatches());
		report.put("failed_in_a_row", failedInARow);
		report.put("refused", state.refused());
		report.put("withdrawn", state.withdrawn());
		return report;
	}

}
