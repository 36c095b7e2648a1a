package io.coalestra.internal.chain;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

import io.coalestra.batch.Batcher;
import io.coalestra.batch.Window;
import io.coalestra.failure.SourceFailure;
import io.coalestra.internal.flight.Flight;
import io.coalestra.signal.Metric;
import io.coalestra.source.BatchSource;
import io.coalestra.time.TimeSource;
import org.jspecify.annotations.Nullable;

/**
 * Lets flights of different builds gather for one call of a batch source that has a
 * window.
 *
 * <p>
 * A {@link Batcher} does the gathering; its bulk call is a {@link SourceCall} from its
 * circuit to its last retry, for which a virtual thread waits. Permits and time limits
 * are the source call's own, so the batcher has none. What pools shares a circuit and the
 * requests' metadata, since a source is told of one request only.
 *
 * <p>
 * A flight waits no longer than its deadlines leave it time for the call: the gathering
 * is cut short for whoever opens it and for whoever joins it later. Safe for concurrent
 * use; all state is the batcher's.
 */
final class Pool implements AutoCloseable {

	private static final Duration UNBOUNDED = Duration.ofNanos(Long.MAX_VALUE);

	private final ChainServices services;

	private final SourceChain chain;

	private final SourceSlot slot;

	private final Operation operation;

	private final long window;

	private final Batcher<Flight, Boolean> batcher;

	private Pool(ChainServices services, SourceChain chain, SourceSlot slot, BatchSource source, Window window) {
		this.services = services;
		this.chain = chain;
		this.slot = slot;
		this.operation = new Operation.Batch(source);
		this.window = TimeSource.toNanos(window.length());
		Integer size = source.settings().maxBatchSize();
		this.batcher = Batcher.<Flight, Boolean>positional(slot.name(), this::call)
			.maxBatchSize((size != null) ? size : Integer.MAX_VALUE)
			.window(window)
			.groupingBy(this::groupOf)
			.maxConcurrentBulkCalls(Integer.MAX_VALUE)
			.maxPending(Integer.MAX_VALUE)
			.bulkTimeout(UNBOUNDED)
			.closeGrace(Duration.ZERO)
			.listener((report) -> services.signals()
				.record(Metric.SOURCE_WINDOW_WAIT, report.waited().toNanos() / 1e6, slot.name()))
			.timeSource(services.time())
			.build();
	}

	/** Makes a pool for each source that has a window. */
	static Map<SourceSlot, Pool> of(ChainServices services, SourceChain chain) {
		Map<SourceSlot, Pool> pools = new HashMap<>();
		for (SourceSlot slot : services.plan().slots()) {
			Window window = slot.source().settings().window();
			if (window != null && slot.source() instanceof BatchSource source) {
				pools.put(slot, new Pool(services, chain, slot, source, window));
			}
		}
		return Map.copyOf(pools);
	}

	private Group groupOf(Flight flight) {
		String circuit = this.slot.circuits().isUniform() ? "" : this.slot.circuits().discriminator(flight.key());
		return new Group(circuit, flight.voyage().metadata());
	}

	/** Takes flights, side by side. */
	void gather(List<Flight> flights) {
		for (Flight flight : flights) {
			flight.whenJoined((until) -> limit(List.of(flight), until));
		}
		this.batcher.submitAll(flights).forEach((flight, call) -> {
			var unused = call.whenComplete((answered, thrown) -> {
				if (thrown != null) {
					refused(flight, thrown);
				}
			});
		});
		long earliest = Long.MAX_VALUE;
		for (Flight flight : flights) {
			earliest = Math.min(earliest, flight.deadline());
		}
		limit(flights, earliest);
	}

	// Cuts the gathering short where the answer would else come too late.
	private void limit(List<Flight> flights, long deadline) {
		if (deadline == Long.MAX_VALUE) {
			return;
		}
		long spare = spare(deadline - this.services.time().monotonicNanos());
		if (spare <= 0) {
			this.batcher.flush();
		}
		else if (spare < this.window) {
			this.services.time().schedule(() -> {
				if (flights.stream().anyMatch((flight) -> !flight.hasDeparted() && !flight.hasLanded())) {
					Thread.startVirtualThread(this.batcher::flush);
				}
			}, spare);
		}
	}

	// Half of what is left of a time if the call takes as long as it may: the other half
	// is for what comes between, such as the wait for a permit.
	private long spare(long remaining) {
		Duration transport = this.slot.source().settings().transportTimeout();
		long need = (transport != null) ? TimeSource.toNanos(transport) : this.slot.timeout();
		return ((need != Long.MAX_VALUE) ? remaining - need : remaining) / 2;
	}

	private List<@Nullable Boolean> call(List<Flight> gathered) throws InterruptedException {
		List<Flight> flights = new ArrayList<>(gathered.size());
		for (Flight flight : gathered) {
			flight.whenJoined(null);
			// Another source may have been quicker, or the builder was closed.
			if (!flight.hasLanded()) {
				flights.add(flight);
			}
		}
		if (!flights.isEmpty()) {
			CountDownLatch over = new CountDownLatch(1);
			this.chain.begin(this.slot, flights, this.operation, over::countDown);
			over.await();
		}
		return Collections.nCopies(gathered.size(), null);
	}

	private void refused(Flight flight, Throwable thrown) {
		if (!flight.hasLanded()) {
			this.chain.failed(this.slot, List.of(flight), SourceFailure.of(this.slot.name(), thrown, 0));
		}
	}

	@Override
	public void close() {
		this.batcher.close();
	}

	/**
	 * What flights that may share a call have in common.
	 *
	 * @param circuit what tells their circuit
	 * @param metadata what their requests tell the source
	 */
	private record Group(String circuit, Map<String, Object> metadata) {
	}

}
