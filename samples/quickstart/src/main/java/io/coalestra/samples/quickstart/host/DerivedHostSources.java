package io.coalestra.samples.quickstart.host;

import java.util.List;

import io.coalestra.source.Source;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static io.coalestra.samples.quickstart.host.HostResources.CPU;
import static io.coalestra.samples.quickstart.host.HostResources.HEADROOM;
import static io.coalestra.samples.quickstart.host.HostResources.LOAD;

/**
 * What follows from other figures. A derived source is handed what it asked for, wherever
 * that came from, and its value is computed again as soon as one of them changes.
 */
@Configuration(proxyBeanMethods = false)
class DerivedHostSources {

	@Bean
	Source headroom() {
		return Source
			.derived("headroom", HEADROOM, (key) -> List.of(LOAD.key(), CPU.key()),
					(key, values) -> Headroom.of(values.get(LOAD.key()), values.get(CPU.key())))
			.build();
	}

}
