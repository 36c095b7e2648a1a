package io.coalestra.samples.quickstart.host;

import io.coalestra.key.ResourceType;

/**
 * What can be asked about the host. A type says what a value is, never where it is from:
 * each of these has several sources.
 */
public final class HostResources {

	/** How many threads want a processor; {@code LOAD.key()}. */
	public static final ResourceType<Load> LOAD = ResourceType.of("host", "load", Load.class);

	/** How busy the processors are; {@code CPU.key()}. */
	public static final ResourceType<Cpu> CPU = ResourceType.of("host", "cpu", Cpu.class);

	/** How much memory is left; {@code MEMORY.key()}. */
	public static final ResourceType<Memory> MEMORY = ResourceType.of("host", "memory", Memory.class);

	/** Which processes there are; {@code PROCESSES.key()}. */
	public static final ResourceType<ProcessList> PROCESSES = ResourceType.of("host", "processes", ProcessList.class);

	/** What one process uses; {@code PROCESS.key(pid)}. */
	public static final ResourceType<ProcessUsage> PROCESS = ResourceType.of("host", "process", ProcessUsage.class);

	/** Which disks there are; {@code DISKS.key()}. */
	public static final ResourceType<DiskList> DISKS = ResourceType.of("host", "disks", DiskList.class);

	/** How busy one disk is; {@code DISK.key(name)}. */
	public static final ResourceType<DiskUsage> DISK = ResourceType.of("host", "disk", DiskUsage.class);

	/** How much more the host could do, derived from load and processors. */
	public static final ResourceType<Headroom> HEADROOM = ResourceType.of("host", "headroom", Headroom.class);

	private HostResources() {
	}

}
