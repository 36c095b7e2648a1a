package io.coalestra.benchmarks;

import java.lang.management.ManagementFactory;

import com.sun.management.OperatingSystemMXBean;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * The processor time of the whole process, shown beside the time. The operating system
 * counts it in steps of ten milliseconds: measure half a second or more.
 */
@AuxCounters(AuxCounters.Type.EVENTS)
@State(Scope.Thread)
public class ProcessorTime {

	private static final OperatingSystemMXBean PROCESS = ManagementFactory
		.getPlatformMXBean(OperatingSystemMXBean.class);

	/** Nanoseconds a key. */
	public long cpuNanos;

	static long now() {
		return PROCESS.getProcessCpuTime();
	}

}
