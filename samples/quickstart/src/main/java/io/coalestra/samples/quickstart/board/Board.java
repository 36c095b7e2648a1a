package io.coalestra.samples.quickstart.board;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import io.coalestra.key.ResourceKey;
import io.coalestra.samples.quickstart.actuator.Metric;
import io.coalestra.samples.quickstart.host.DiskList;
import io.coalestra.samples.quickstart.host.ProcessList;
import io.coalestra.samples.quickstart.objective.ObjectiveResources;
import io.coalestra.snapshot.Snapshot;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.snapshot.SnapshotRequest;
import org.springframework.stereotype.Component;

import static io.coalestra.samples.quickstart.host.HostResources.CPU;
import static io.coalestra.samples.quickstart.host.HostResources.DISK;
import static io.coalestra.samples.quickstart.host.HostResources.DISKS;
import static io.coalestra.samples.quickstart.host.HostResources.HEADROOM;
import static io.coalestra.samples.quickstart.host.HostResources.LOAD;
import static io.coalestra.samples.quickstart.host.HostResources.MEMORY;
import static io.coalestra.samples.quickstart.host.HostResources.PROCESS;
import static io.coalestra.samples.quickstart.host.HostResources.PROCESSES;

/**
 * What the board asks for. Every key is preferred and none required: a board shows what
 * there is, and says what is missing. Safe for concurrent use.
 */
@Component
class Board {

	private static final Duration DEADLINE = Duration.ofSeconds(2);

	/** Says what else there is to ask for. Made once: a request is reusable. */
	private static final SnapshotRequest INVENTORY = SnapshotRequest.prefer(PROCESSES.key(), DISKS.key())
		.deadline(DEADLINE);

	private static final List<ResourceKey<?>> ALWAYS = always();

	private final SnapshotBuilder snapshots;

	Board(SnapshotBuilder snapshots) {
		this.snapshots = snapshots;
	}

	/**
	 * Takes a snapshot of everything.
	 * @return one consistent picture, however many sources it took
	 */
	Snapshot take() {
		Snapshot inventory = this.snapshots.build(INVENTORY);
		List<ResourceKey<?>> keys = new ArrayList<>(ALWAYS);
		inventory.find(PROCESSES.key())
			.map(ProcessList::pids)
			.orElse(List.of())
			.forEach((pid) -> keys.add(PROCESS.key(pid)));
		inventory.find(DISKS.key()).map(DiskList::names).orElse(List.of()).forEach((name) -> keys.add(DISK.key(name)));
		return this.snapshots.build(SnapshotRequest.prefer(keys).deadline(DEADLINE));
	}

	private static List<ResourceKey<?>> always() {
		List<ResourceKey<?>> keys = new ArrayList<>(
				List.of(LOAD.key(), CPU.key(), MEMORY.key(), HEADROOM.key(), PROCESSES.key(), DISKS.key()));
		Stream.of(Metric.LIVE_THREADS, Metric.USED_MEMORY, Metric.HTTP_REQUESTS, Metric.UPTIME)
			.map(Metric.TYPE::key)
			.forEach(keys::add);
		keys.addAll(ObjectiveResources.keys());
		return keys;
	}

}
