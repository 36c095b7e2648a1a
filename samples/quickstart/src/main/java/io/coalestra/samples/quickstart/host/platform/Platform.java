package io.coalestra.samples.quickstart.host.platform;

import java.lang.management.ManagementFactory;

import com.sun.management.OperatingSystemMXBean;
import io.coalestra.failure.SourceUnavailableException;
import io.coalestra.samples.quickstart.host.Cpu;
import io.coalestra.samples.quickstart.host.Load;
import io.coalestra.samples.quickstart.host.Memory;
import org.springframework.stereotype.Component;

/**
 * What the Java platform knows of the host: less than {@code /proc}, but everywhere. Safe
 * for concurrent use.
 */
@Component
class Platform {

	private final OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

	Platform() {
		// How busy the processors are is measured from one call to the next: this is the
		// one before the first.
		this.system.getCpuLoad();
	}

	Load load() {
		return new Load(known("load", this.system.getSystemLoadAverage()), null, null, null);
	}

	Cpu cpu() {
		return new Cpu(this.system.getAvailableProcessors(), known("busy", this.system.getCpuLoad()));
	}

	Memory memory() {
		return new Memory(this.system.getTotalMemorySize(), this.system.getFreeMemorySize());
	}

	// The platform says "not known" by a negative number.
	private static double known(String what, double value) {
		if (!(value >= 0)) {
			throw new SourceUnavailableException(what + ": not known to the platform here");
		}
		return value;
	}

}
