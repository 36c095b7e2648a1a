package io.coalestra.samples.quickstart.host.platform;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.coalestra.key.ResourceKey;
import io.coalestra.samples.quickstart.host.ProcessList;
import io.coalestra.samples.quickstart.host.ProcessUsage;
import io.coalestra.source.Payload;
import org.springframework.stereotype.Component;

/**
 * Reads processes by their handles: how much memory one occupies is not known here. Safe
 * for concurrent use.
 */
@Component
class PlatformProcesses {

	private final InstantSource clock = InstantSource.system();

	ProcessList list() {
		return new ProcessList(ProcessHandle.allProcesses().map(ProcessHandle::pid).toList());
	}

	Map<ResourceKey<ProcessUsage>, Payload<ProcessUsage>> read(List<ResourceKey<ProcessUsage>> keys) {
		Instant now = this.clock.instant();
		Map<ResourceKey<ProcessUsage>, Payload<ProcessUsage>> answers = new HashMap<>();
		for (ResourceKey<ProcessUsage> key : keys) {
			answers.put(key,
					ProcessHandle.of(Long.parseLong(key.subject()))
						.map((process) -> Payload.of(usage(process, now)))
						.orElseGet(Payload::absent));
		}
		return answers;
	}

	private static ProcessUsage usage(ProcessHandle process, Instant now) {
		ProcessHandle.Info info = process.info();
		String name = info.command().map(PlatformProcesses::fileName).orElse("?");
		Duration worked = info.totalCpuDuration().orElse(Duration.ZERO);
		Duration lived = info.startInstant().map((start) -> Duration.between(start, now)).orElse(Duration.ZERO);
		double cpu = lived.isPositive() ? (double) worked.toMillis() / lived.toMillis() : 0;
		return new ProcessUsage(process.pid(), name, cpu, null, null);
	}

	private static String fileName(String command) {
		Path name = Path.of(command).getFileName();
		return (name != null) ? name.toString() : command;
	}

}
