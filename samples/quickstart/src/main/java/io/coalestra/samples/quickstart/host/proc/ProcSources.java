package io.coalestra.samples.quickstart.host.proc;

import java.time.Duration;

import io.coalestra.source.Source;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static io.coalestra.samples.quickstart.host.HostResources.CPU;
import static io.coalestra.samples.quickstart.host.HostResources.DISK;
import static io.coalestra.samples.quickstart.host.HostResources.DISKS;
import static io.coalestra.samples.quickstart.host.HostResources.LOAD;
import static io.coalestra.samples.quickstart.host.HostResources.MEMORY;
import static io.coalestra.samples.quickstart.host.HostResources.PROCESS;
import static io.coalestra.samples.quickstart.host.HostResources.PROCESSES;

/**
 * The sources that are asked first. They read the kernel's memory by way of files, which
 * never waits for a device, so each is declared non-blocking.
 */
@Configuration(proxyBeanMethods = false)
class ProcSources {

	private static final int FIRST = 100;

	private static final Duration PATIENCE = Duration.ofMillis(400);

	@Bean
	Source procLoadSource(ProcLoad load) {
		return Source.single("proc-load", LOAD, (key) -> load.read())
			.priority(FIRST)
			.timeout(PATIENCE)
			.nonBlocking()
			.build();
	}

	@Bean
	Source procCpuSource(ProcCpu cpu) {
		return Source.single("proc-cpu", CPU, (key) -> cpu.read())
			.priority(FIRST)
			.timeout(PATIENCE)
			.nonBlocking()
			.build();
	}

	@Bean
	Source procMemorySource(ProcMemory memory) {
		return Source.single("proc-memory", MEMORY, (key) -> memory.read())
			.priority(FIRST)
			.timeout(PATIENCE)
			.nonBlocking()
			.build();
	}

	@Bean
	Source procProcessListSource(ProcProcesses processes) {
		return Source.single("proc-process-list", PROCESSES, (key) -> processes.list())
			.priority(FIRST)
			.timeout(PATIENCE)
			.nonBlocking()
			.build();
	}

	/** One call for all the processes that anybody asks for at the same time. */
	@Bean
	Source procProcessSource(ProcProcesses processes) {
		return Source.batch("proc-processes", PROCESS, (keys, context) -> processes.read(keys))
			.priority(FIRST)
			.timeout(PATIENCE)
			.nonBlocking()
			.build();
	}

	@Bean
	Source procDiskListSource(ProcDisks disks) {
		return Source.single("proc-disk-list", DISKS, (key) -> disks.list())
			.priority(FIRST)
			.timeout(PATIENCE)
			.nonBlocking()
			.build();
	}

	/** Has no fall-back: when it fails, the last figures serve until they are too old. */
	@Bean
	Source procDiskSource(ProcDisks disks) {
		return Source.batch("proc-disks", DISK, (keys, context) -> disks.read(keys))
			.priority(FIRST)
			.timeout(PATIENCE)
			.nonBlocking()
			.build();
	}

}
