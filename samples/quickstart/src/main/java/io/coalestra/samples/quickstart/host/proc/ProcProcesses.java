package io.coalestra.samples.quickstart.host.proc;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.coalestra.key.ResourceKey;
import io.coalestra.samples.quickstart.host.ProcessList;
import io.coalestra.samples.quickstart.host.ProcessUsage;
import io.coalestra.source.Payload;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Reads many processes in one pass. What a process does now is the difference to the pass
 * before. Safe for concurrent use.
 */
@Component
class ProcProcesses {

	private final ProcFiles files;

	private final ProcUptime uptime;

	// Replaced as a whole by each pass, and so never larger than one.
	private volatile Map<Long, Sample> before = Map.of();

	ProcProcesses(ProcFiles files, ProcUptime uptime) {
		this.files = files;
		this.uptime = uptime;
	}

	ProcessList list() throws IOException, InterruptedException {
		return new ProcessList(this.files.pids());
	}

	/**
	 * Reads processes by their keys. One that has ended meanwhile is known not to exist;
	 * one that cannot be read is left out, and so goes on to the next source, alone.
	 */
	Map<ResourceKey<ProcessUsage>, Payload<ProcessUsage>> read(List<ResourceKey<ProcessUsage>> keys)
			throws IOException, InterruptedException {
		double now = this.uptime.read();
		Map<Long, Sample> samples = new HashMap<>();
		Map<ResourceKey<ProcessUsage>, Payload<ProcessUsage>> answers = new HashMap<>();
		for (ResourceKey<ProcessUsage> key : keys) {
			long pid = Long.parseLong(key.subject());
			try {
				Sample sample = new Sample(ProcessStat.parse(this.files.read(pid + "/stat")), now);
				answers.put(key, Payload.of(usage(pid, sample)));
				samples.put(pid, sample);
			}
			catch (IOException ex) {
				if (!this.files.exists(Long.toString(pid))) {
					answers.put(key, Payload.absent());
				}
			}
		}
		this.before = Map.copyOf(samples);
		return answers;
	}

	private ProcessUsage usage(long pid, Sample sample) throws IOException, InterruptedException {
		return new ProcessUsage(pid, sample.stat.name(), sample.cpuSince(this.before.get(pid)), residentBytes(pid),
				sample.stat.threads());
	}

	// Threads of the kernel have no memory of their own, and no such line.
	private long residentBytes(long pid) throws IOException, InterruptedException {
		for (String line : this.files.read(pid + "/status").lines().toList()) {
			if (line.startsWith("VmRSS:")) {
				return new Fields("status", line).number(1) * 1024;
			}
		}
		return 0;
	}

	/**
	 * A process at one moment.
	 */
	private record Sample(ProcessStat stat, double at) {

		double cpuSince(@Nullable Sample before) {
			double worked = this.stat.worked();
			double since = this.stat.startedAt() / ProcessStat.TICKS_PER_SECOND;
			// The id may have been given to another process meanwhile.
			if (before != null && before.stat.startedAt() == this.stat.startedAt() && before.at < this.at) {
				worked -= before.stat.worked();
				since = before.at;
			}
			double passed = this.at - since;
			return (passed > 0) ? Math.max(0, worked / ProcessStat.TICKS_PER_SECOND / passed) : 0;
		}

	}

}
