package io.coalestra.benchmarks.actuator;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

import io.coalestra.key.ResourceKey;
import io.coalestra.key.ResourceType;
import io.coalestra.source.Source;
import io.coalestra.spring.boot.autoconfigure.CoalestraCustomizer;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * An application of a hundred sources: one answers from memory, and the others hang as
 * soon as they are asked.
 */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
class WatchedApplication {

	static final int SOURCES = 100;

	static final ResourceType<String> QUOTE = ResourceType.of("market", "quote", String.class);

	private static final CountDownLatch FOREVER = new CountDownLatch(1);

	static Source memory() {
		return Source.batch("memory", QUOTE, (keys) -> {
			Map<ResourceKey<String>, String> quotes = new LinkedHashMap<>();
			keys.forEach((key) -> quotes.put(key, "quote of " + key.subject()));
			return quotes;
		}).inline().build();
	}

	static ResourceType<String> hanging(int number) {
		return ResourceType.of("hanging", "type-" + number, String.class);
	}

	@Bean
	CoalestraCustomizer sources() {
		List<Source> sources = new ArrayList<>(List.of(memory()));
		for (int i = 1; i < SOURCES; i++) {
			sources.add(Source.single("hanging-" + i, hanging(i), (key) -> {
				FOREVER.await();
				return "";
			}).maxConcurrency(4).timeout(Duration.ofHours(1)).transportTimeout(Duration.ofMinutes(50)).build());
		}
		return (coalestra) -> coalestra.sources(sources);
	}

}
