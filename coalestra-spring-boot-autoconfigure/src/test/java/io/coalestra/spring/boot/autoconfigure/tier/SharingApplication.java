package io.coalestra.spring.boot.autoconfigure.tier;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import io.coalestra.health.ComponentHealth;
import io.coalestra.health.Severity;
import io.coalestra.key.ResourceKey;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.source.Source;
import io.coalestra.spring.boot.SampleSources;
import io.coalestra.spring.boot.autoconfigure.CoalestraAutoConfiguration;
import io.coalestra.tier.ServerProcess;
import io.coalestra.tier.SharedTier;
import io.coalestra.tier.TierHealth;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An application that shares what its source says, and what its tests ask of it.
 */
final class SharingApplication {

	static final ResourceKey<String> BTC = SampleSources.PRICE.key("BTC");

	private SharingApplication() {
	}

	static ApplicationContextRunner runner(String engine, AtomicInteger calls) {
		return new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(SslAutoConfiguration.class, DataRedisAutoConfiguration.class,
					CoalestraAutoConfiguration.class, CoalestraSharedTierAutoConfiguration.class,
					CoalestraRedisTierAutoConfiguration.class, CoalestraNatsTierAutoConfiguration.class))
			// A busy machine is not to be taken for a tier that does not answer.
			.withPropertyValues("coalestra.shared-tier.engine=" + engine, "coalestra.shared-tier.budget=2s",
					"coalestra.freshness.default.ttl=1h", "coalestra.freshness.default.max-stale=1h")
			.withBean(Source.class,
					() -> Source
						.single("exchange", SampleSources.PRICE, (key) -> key.subject() + " " + calls.incrementAndGet())
						.nonBlocking()
						.build());
	}

	static String read(ApplicationContext application) {
		return application.getBean(SnapshotBuilder.class).build(BTC).get(BTC);
	}

	/**
	 * What the health says of the tier.
	 */
	static String health(ApplicationContext application) {
		return application.getBean(SnapshotBuilder.class).health().components().toString();
	}

	static void awaitConnected(ApplicationContext application) {
		SharedTier tier = application.getBean(SharedTier.class);
		assertThat(ServerProcess.within(() -> tier.health().connection() == TierHealth.Connection.CONNECTED))
			.as(tier.health().toString())
			.isTrue();
	}

	/**
	 * The application answers, and its health is degraded for this reason.
	 */
	static void answersWithout(ApplicationContext application, String reason) {
		assertThat(read(application)).startsWith("BTC ");
		assertThat(ServerProcess.within(() -> health(application).contains(reason))).as(health(application)).isTrue();
		assertThat(health(application)).contains("shared_tier_disconnected");
		assertThat(application.getBean(SnapshotBuilder.class).health().assess().severity())
			.isEqualTo(Severity.DEGRADED);
	}

	/**
	 * The tier is there, and the health has nothing to say of it.
	 */
	static void recovers(ApplicationContext application) {
		assertThat(ServerProcess.within(() -> component(application).findings().isEmpty())).as(health(application))
			.isTrue();
	}

	/**
	 * Reads until what was read has filled the tier, which happens behind the build. A
	 * read that a doubt meets is kept for itself: nodes that meet each other for the
	 * first time have such.
	 * @return what the tier has
	 */
	static String awaitFilled(ApplicationContext application) {
		AtomicReference<String> last = new AtomicReference<>();
		assertThat(ServerProcess.within(() -> {
			last.set(read(application));
			return ((Number) component(application).fields().get("fills")).longValue() > 0;
		})).as(health(application)).isTrue();
		return last.get();
	}

	private static ComponentHealth component(ApplicationContext application) {
		return application.getBean(SnapshotBuilder.class)
			.health()
			.components()
			.get("shared-tier." + application.getBean(SharedTier.class).name());
	}

}
