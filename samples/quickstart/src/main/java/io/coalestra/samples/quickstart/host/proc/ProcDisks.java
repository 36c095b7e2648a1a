package io.coalestra.samples.quickstart.host.proc;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

import io.coalestra.key.ResourceKey;
import io.coalestra.samples.quickstart.host.DiskList;
import io.coalestra.samples.quickstart.host.DiskUsage;
import io.coalestra.source.Payload;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Reads all disks in one pass from {@code /proc/diskstats}, which counts since the start
 * of the host. What a disk does now is the difference to the pass before. Safe for
 * concurrent use.
 */
@Component
class ProcDisks {

	private static final String FILE = "diskstats";

	private final ProcFiles files;

	private final ProcUptime uptime;

	// Replaced as a whole by each pass, and so never larger than one.
	private volatile Map<String, Sample> before = Map.of();

	ProcDisks(ProcFiles files, ProcUptime uptime) {
		this.files = files;
		this.uptime = uptime;
	}

	/**
	 * Returns the disks that have ever been used: not their partitions, and nothing that
	 * is no disk at all.
	 */
	DiskList list() throws IOException, InterruptedException {
		Map<String, Sample> samples = samples();
		return new DiskList(samples.entrySet()
			.stream()
			.filter((entry) -> entry.getValue().isUsed())
			.map(Map.Entry::getKey)
			.filter((name) -> !name.startsWith("loop") && !name.startsWith("ram"))
			.filter((name) -> !isPartition(name, samples.keySet()))
			.toList());
	}

	// sda1 is a partition of sda, nvme0n1p1 one of nvme0n1.
	private static boolean isPartition(String name, Set<String> names) {
		String disk = name.replaceFirst("\\d+$", "");
		return !disk.equals(name) && (names.contains(disk)
				|| (disk.endsWith("p") && names.contains(disk.substring(0, disk.length() - 1))));
	}

	/**
	 * Reads disks by their keys. One that has been taken out is known not to exist.
	 */
	Map<ResourceKey<DiskUsage>, Payload<DiskUsage>> read(List<ResourceKey<DiskUsage>> keys)
			throws IOException, InterruptedException {
		Map<String, Sample> now = samples();
		Map<String, Sample> then = this.before;
		Map<ResourceKey<DiskUsage>, Payload<DiskUsage>> answers = new HashMap<>();
		for (ResourceKey<DiskUsage> key : keys) {
			String name = key.subject();
			Sample sample = now.get(name);
			answers.put(key, (sample != null) ? Payload.of(sample.usageSince(name, then.get(name))) : Payload.absent());
		}
		this.before = now;
		return answers;
	}

	private Map<String, Sample> samples() throws IOException, InterruptedException {
		double now = this.uptime.read();
		Map<String, Sample> samples = new TreeMap<>();
		for (String line : this.files.read(FILE).lines().toList()) {
			Fields fields = new Fields(FILE, line);
			samples.put(fields.text(2), Sample.parse(fields, now));
		}
		return samples;
	}

	/**
	 * A disk's counters at one moment.
	 */
	private record Sample(long sectorsRead, long sectorsWritten, long millisBusy, double at) {

		private static final Sample BOOT = new Sample(0, 0, 0, 0);

		// Always this many, whatever the disk's own sectors are.
		private static final int SECTOR_BYTES = 512;

		static Sample parse(Fields fields, double at) throws ProcFormatException {
			return new Sample(fields.number(5), fields.number(9), fields.number(12), at);
		}

		boolean isUsed() {
			return this.sectorsRead > 0 || this.sectorsWritten > 0;
		}

		DiskUsage usageSince(String name, @Nullable Sample before) {
			Sample since = (before != null && before.at < this.at) ? before : BOOT;
			double passed = Math.max(this.at - since.at, 0.01);
			return new DiskUsage(name, (this.sectorsRead - since.sectorsRead) * SECTOR_BYTES / passed,
					(this.sectorsWritten - since.sectorsWritten) * SECTOR_BYTES / passed,
					Math.clamp((this.millisBusy - since.millisBusy) / 1000.0 / passed, 0, 1));
		}

	}

}
