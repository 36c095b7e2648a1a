package io.coalestra.samples.quickstart.host.platform;

import io.coalestra.source.Source;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static io.coalestra.samples.quickstart.host.HostResources.CPU;
import static io.coalestra.samples.quickstart.host.HostResources.LOAD;
import static io.coalestra.samples.quickstart.host.HostResources.MEMORY;
import static io.coalestra.samples.quickstart.host.HostResources.PROCESS;
import static io.coalestra.samples.quickstart.host.HostResources.PROCESSES;

/**
 * The sources that are asked where {@code /proc} gives no answer. That they are the
 * fall-back is said by nothing but their lower priority.
 */
@Configuration(proxyBeanMethods = false)
class PlatformSources {

	private static final int SECOND = 50;

	@Bean
	Source platformLoadSource(Platform platform) {
		return Source.single("platform-load", LOAD, (key) -> platform.load()).priority(SECOND).nonBlocking().build();
	}

	@Bean
	Source platformCpuSource(Platform platform) {
		return Source.single("platform-cpu", CPU, (key) -> platform.cpu()).priority(SECOND).nonBlocking().build();
	}

	@Bean
	Source platformMemorySource(Platform platform) {
		return Source.single("platform-memory", MEMORY, (key) -> platform.memory())
			.priority(SECOND)
			.nonBlocking()
			.build();
	}

	@Bean
	Source platformProcessListSource(PlatformProcesses processes) {
		return Source.single("platform-process-list", PROCESSES, (key) -> processes.list())
			.priority(SECOND)
			.nonBlocking()
			.build();
	}

	@Bean
	Source platformProcessSource(PlatformProcesses processes) {
		return Source.batch("platform-processes", PROCESS, (keys, context) -> processes.read(keys))
			.priority(SECOND)
			.nonBlocking()
			.build();
	}

}
