package io.coalestra.samples.quickstart.board;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import io.coalestra.failure.ResourceFailure;
import io.coalestra.failure.SourceFailure;
import io.coalestra.key.ResourceKey;
import io.coalestra.samples.quickstart.fault.Backend;
import io.coalestra.samples.quickstart.fault.FaultMode;
import io.coalestra.samples.quickstart.host.ProcessUsage;
import io.coalestra.snapshot.Snapshot;
import io.coalestra.snapshot.SnapshotDiagnostics;
import io.coalestra.snapshot.SnapshotValue;

import static io.coalestra.samples.quickstart.host.HostResources.PROCESS;

/**
 * Turns a snapshot into what goes over the wire.
 */
class BoardViewer {

	private final Fallbacks fallbacks;

	private final int processes;

	BoardViewer(Fallbacks fallbacks, int processes) {
		this.fallbacks = fallbacks;
		this.processes = processes;
	}

	BoardView view(Snapshot snapshot, List<BoardView.FailingSource> failing, Map<Backend, FaultMode> faults) {
		Set<ResourceKey<?>> busiest = busiestProcesses(snapshot);
		Map<String, BoardView.Value> values = new LinkedHashMap<>();
		snapshot.values().forEach((key, value) -> {
			if (!key.type().equals(PROCESS) || busiest.contains(key)) {
				values.put(key.toString(), view(value));
			}
		});
		Map<String, BoardView.Failure> errors = new LinkedHashMap<>();
		snapshot.errors().forEach((key, failure) -> errors.put(key.toString(), view(failure)));
		return new BoardView(snapshot.id(), snapshot.createdAt(), values, errors, failing, faults,
				view(snapshot.diagnostics()));
	}

	private Set<ResourceKey<?>> busiestProcesses(Snapshot snapshot) {
		return snapshot.values()
			.values()
			.stream()
			.filter((value) -> value.value() instanceof ProcessUsage)
			.sorted(Comparator.comparing((SnapshotValue<?> value) -> (ProcessUsage) value.value(), BUSIEST_FIRST))
			.limit(this.processes)
			.map(SnapshotValue::key)
			.collect(Collectors.toSet());
	}

	private static final Comparator<ProcessUsage> BUSIEST_FIRST = Comparator.comparingDouble(ProcessUsage::cpu)
		.thenComparingLong((process) -> (process.residentBytes() != null) ? process.residentBytes() : 0)
		.reversed();

	private BoardView.Value view(SnapshotValue<?> value) {
		return new BoardView.Value(value.value(), value.source(),
				this.fallbacks.replacedBy(value.source(), value.key()).orElse(null), value.observedAt(),
				value.age().toMillis(), value.stale(), value.fromCache(), value.version().toString());
	}

	private static BoardView.Failure view(ResourceFailure failure) {
		return new BoardView.Failure(failure.kind().name(), failure.detail(),
				failure.sources().stream().map(BoardViewer::view).toList());
	}

	private static BoardView.Attempt view(SourceFailure failure) {
		return new BoardView.Attempt(failure.source(), failure.reason().name(), failure.message(), failure.attempts());
	}

	private static BoardView.Diagnostics view(SnapshotDiagnostics taken) {
		return new BoardView.Diagnostics(taken.duration().toNanos() / 1e6, taken.requested(), taken.resolved(),
				taken.failed(), taken.staleValues(), taken.cacheHits(), taken.coalesced(), taken.sourceCalls(),
				taken.batchCalls(), taken.derivedCalls(), taken.retries(), taken.observationSkew().toMillis());
	}

}
