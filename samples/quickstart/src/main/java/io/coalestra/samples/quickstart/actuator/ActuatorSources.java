package io.coalestra.samples.quickstart.actuator;

import java.lang.management.ManagementFactory;

import io.coalestra.source.Payload;
import io.coalestra.source.Source;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * The sources of the application's own figures: any of them by HTTP, and one of them
 * without.
 */
@Configuration(proxyBeanMethods = false)
class ActuatorSources {

	/** Blocks, and says how its client ends a call; what is not there is absent. */
	@Bean
	Source actuatorSource(ActuatorClient actuator) {
		return Source
			.single("actuator", Metric.TYPE,
					(key, context) -> actuator.metric(key.subject()).map(Payload::of).orElseGet(Payload::absent))
			.priority(100)
			.transportTimeout(ActuatorClient.TIMEOUT)
			.build();
	}

	/** A fall-back for a single key: the others have none. */
	@Bean
	Source threadsSource() {
		return Source
			.single("platform-threads", Metric.TYPE,
					(key) -> new Metric(key.subject(), ManagementFactory.getThreadMXBean().getThreadCount(), "threads"))
			.supports((key) -> key.subject().equals(Metric.LIVE_THREADS))
			.priority(50)
			.nonBlocking()
			.build();
	}

}
