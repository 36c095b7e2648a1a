package io.coalestra.spring.boot.health;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;

import io.coalestra.batch.Batcher;
import io.coalestra.batch.BatcherBuilder;
import io.coalestra.batch.BatcherStatistics;
import io.coalestra.spring.boot.batch.BatcherCustomizer;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;

/**
 * A {@link HealthIndicator} that reports the batchers: {@link Status#UP}, or
 * {@link CoalestraHealthIndicator#DEGRADED} while the latest bulk calls of one have all
 * failed. It reads counters only. Safe for concurrent use.
 */
public final class BatchersHealthIndicator extends AbstractHealthIndicator implements BatcherCustomizer {

	/**
	 * How many bulk calls must have failed in a row: {@value}.
	 */
	public static final int FAILURES_IN_A_ROW = 3;

	private final ObjectProvider<Batcher<?, ?>> batchers;

	// Entered when a batcher is made; counted up and set back as its batches end, by
	// whichever thread ends them.
	private final ConcurrentMap<String, AtomicInteger> failures = new ConcurrentHashMap<>();

	/**
	 * Makes an indicator.
	 * @param batchers what it reports
	 */
	public BatchersHealthIndicator(ObjectProvider<Batcher<?, ?>> batchers) {
		super("The state of the batchers could not be taken");
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
	protected void doHealthCheck(Health.Builder health) {
		health.up();
		this.batchers.orderedStream().forEach((batcher) -> {
			AtomicInteger known = this.failures.get(batcher.name());
			int inARow = (known != null) ? known.get() : 0;
			if (inARow >= FAILURES_IN_A_ROW) {
				health.status(CoalestraHealthIndicator.DEGRADED);
			}
			health.withDetail(batcher.name(), describe(batcher.statistics(), inARow));
		});
	}

	private static Map<String, Object> describe(BatcherStatistics state, int failuresInARow) {
		Map<String, Object> details = new LinkedHashMap<>();
		details.put("pending", state.pending());
		details.put("queued", state.queued());
		details.put("running", state.running());
		if (failuresInARow > 0) {
			details.put("failedInARow", failuresInARow);
		}
		return details;
	}

}
