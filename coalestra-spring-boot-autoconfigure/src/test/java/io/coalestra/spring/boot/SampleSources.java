package io.coalestra.spring.boot;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

import io.coalestra.key.ResourceKey;
import io.coalestra.key.ResourceType;
import io.coalestra.policy.Resilience;
import io.coalestra.source.BatchSource;
import io.coalestra.source.BatchValueFetch;
import io.coalestra.source.SingleSource;
import io.coalestra.source.Source;
import io.coalestra.source.SourceDescription;
import io.coalestra.source.TimeoutGuarantee;
import io.coalestra.source.ValueFetch;

/**
 * Sources for tests.
 */
public final class SampleSources {

	public static final ResourceType<String> PRICE = ResourceType.of("market", "price", String.class);

	public static final ResourceType<String> NEWS = ResourceType.of("press", "news", String.class);

	private SampleSources() {
	}

	public static BatchSource.Builder<String> rest() {
		BatchValueFetch<String> prices = (keys) -> {
			Map<ResourceKey<String>, String> answers = new HashMap<>();
			keys.forEach((key) -> answers.put(key, "rest " + key.subject()));
			return answers;
		};
		return Source.batch("rest", PRICE, prices)
			.priority(100)
			.timeout(Duration.ofSeconds(2))
			.transportTimeout(Duration.ofMillis(1750));
	}

	public static SourceDescription describe(Source source) {
		return new SourceDescription(source.name(), SourceDescription.Kind.of(source), source.settings(),
				Resilience.DEFAULT, TimeoutGuarantee.of(source.name(), source.settings()));
	}

	public static SingleSource.Builder<String> memory() {
		return memory("memory");
	}

	public static SingleSource.Builder<String> memory(String name) {
		return single(name, (key) -> name + " " + key.subject()).nonBlocking();
	}

	public static SingleSource.Builder<String> undeclared(String name) {
		return single(name, (key) -> name + " " + key.subject());
	}

	private static SingleSource.Builder<String> single(String name, ValueFetch<String> fetch) {
		return Source.single(name, PRICE, fetch);
	}

}
