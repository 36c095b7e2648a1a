package io.coalestra.spring.boot.autoconfigure.tier;

import java.util.List;

import io.coalestra.Coalestra;
import io.coalestra.nats.NatsTier;
import io.coalestra.redis.RedisTier;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.spring.boot.autoconfigure.CoalestraAutoConfiguration;
import io.coalestra.spring.boot.autoconfigure.fault.StartUpReport;
import io.coalestra.tier.InMemoryTier;
import io.coalestra.tier.SharedTier;
import io.coalestra.time.TimeSource;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.data.redis.autoconfigure.DataRedisConnectionDetails;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Which engine an application gets for its shared tier, and what it is told where it gets
 * none.
 */
class SharedTierSelectionTests {

	// Nothing listens there, and no application minds.
	private static final String[] NOWHERE = { "spring.data.redis.port=1",
			"coalestra.shared-tier.nats.servers=nats://127.0.0.1:1" };

	private final ApplicationContextRunner withoutRedisConnection = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(SslAutoConfiguration.class, CoalestraAutoConfiguration.class,
				CoalestraSharedTierAutoConfiguration.class, CoalestraRedisTierAutoConfiguration.class,
				CoalestraNatsTierAutoConfiguration.class))
		.withPropertyValues(NOWHERE);

	private final ApplicationContextRunner runner = this.withoutRedisConnection
		.withConfiguration(AutoConfigurations.of(DataRedisAutoConfiguration.class));

	private final ApplicationContextRunner severalTiers = this.runner
		.withBean("near", SharedTier.class, () -> new InMemoryTier(TimeSource.system()))
		.withBean("far", SharedTier.class, () -> new InMemoryTier(TimeSource.system()));

	@Test
	void theOnlyEngineOnTheClassPathIsUsed() {
		this.runner.withClassLoader(new FilteredClassLoader(NatsTier.class))
			.run((context) -> assertThat(context).hasSingleBean(RedisTier.class)
				.hasBean("coalestraSharedTierCustomizer"));
		this.runner.withClassLoader(new FilteredClassLoader(RedisTier.class))
			.run((context) -> assertThat(context).hasSingleBean(NatsTier.class)
				.hasBean("coalestraSharedTierCustomizer"));
	}

	@Test
	void theEngineThatIsNamedIsUsedWhereThereAreSeveral() {
		this.runner.withPropertyValues("coalestra.shared-tier.engine=redis")
			.run((context) -> assertThat(context).hasSingleBean(RedisTier.class).hasSingleBean(SharedTier.class));
		this.runner.withPropertyValues("coalestra.shared-tier.engine=nats")
			.run((context) -> assertThat(context).hasSingleBean(NatsTier.class).hasSingleBean(SharedTier.class));
	}

	@Test
	void severalEnginesAreAQuestion() {
		this.runner.run((context) -> {
			FailureAnalysis analysis = analysisOf(context);
			assertThat(analysis.getDescription()).contains("coalestra.shared-tier.engine is not set, and there is more"
					+ " than one engine on the class path: coalestra-redis, coalestra-nats");
			assertThat(analysis.getAction()).isEqualTo("Set coalestra.shared-tier.engine to redis or nats, declare a"
					+ " SharedTier bean of your own, or share nothing with coalestra.shared-tier.enabled: false.");
		});
	}

	@Test
	void anEngineThatIsNamedMustBeThere() {
		this.runner.withClassLoader(new FilteredClassLoader(RedisTier.class))
			.withPropertyValues("coalestra.shared-tier.engine=redis")
			.run((context) -> {
				FailureAnalysis analysis = analysisOf(context);
				assertThat(analysis.getDescription())
					.contains("coalestra.shared-tier.engine is redis, but coalestra-redis is not on the class path");
				assertThat(analysis.getAction()).startsWith("Add the dependency io.coalestra:coalestra-redis");
			});
	}

	@Test
	void withoutAnEngineNothingIsSharedAndNothingFails() {
		this.runner.withClassLoader(new FilteredClassLoader(RedisTier.class, NatsTier.class))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(SharedTier.class));
	}

	@Test
	void aTierOfTheApplicationsOwnIsUsedInstead() {
		this.runner.withBean(SharedTier.class, () -> new InMemoryTier(TimeSource.system()))
			.run((context) -> assertThat(context).hasSingleBean(SharedTier.class)
				.doesNotHaveBean(RedisTier.class)
				.hasBean("coalestraSharedTierCustomizer"));
	}

	@Test
	void severalTiersOfTheApplicationsOwnAreAQuestion() {
		this.severalTiers.run((context) -> {
			FailureAnalysis analysis = analysisOf(context);
			assertThat(analysis.getDescription())
				.contains("SharedTier is the type of several beans, and none of them is primary: near, far");
			assertThat(analysis.getAction()).startsWith("Mark the one that the builder is to use as @Primary")
				.contains("coalestra.shared-tier.enabled: false");
		});
	}

	@Test
	void thePrimaryOneOfSeveralTiersIsUsed() {
		this.severalTiers
			.withBean("main", SharedTier.class, () -> new InMemoryTier(TimeSource.system()),
					(definition) -> definition.setPrimary(true))
			.run((context) -> assertThat(context).hasNotFailed().hasBean("coalestraSharedTierCustomizer"));
	}

	@Test
	void severalTiersAreNoQuestionWhereNoneIsUsedByItself() {
		this.severalTiers.withPropertyValues("coalestra.shared-tier.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed());
		this.severalTiers.withBean(SnapshotBuilder.class, () -> Coalestra.builder().build())
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void turnedOffThereIsNone() {
		this.runner.withPropertyValues("coalestra.shared-tier.enabled=false", "coalestra.shared-tier.engine=redis")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(SharedTier.class));
	}

	@Test
	void anApplicationWithoutAConnectionToRedisIsToldHowToGetOne() {
		this.withoutRedisConnection.withPropertyValues("coalestra.shared-tier.engine=redis").run((context) -> {
			FailureAnalysis analysis = analysisOf(context);
			assertThat(analysis.getDescription()).contains("The shared tier on Redis finds neither a"
					+ " LettuceConnectionFactory nor DataRedisConnectionDetails among the beans");
			assertThat(analysis.getAction()).contains("spring-boot-starter-data-redis");
		});
	}

	@Test
	void severalConnectionFactoriesAreAQuestion() {
		this.withoutRedisConnection.withPropertyValues("coalestra.shared-tier.engine=redis")
			.withBean("one", LettuceConnectionFactory.class, LettuceConnectionFactory::new)
			.withBean("other", LettuceConnectionFactory.class, LettuceConnectionFactory::new)
			.run((context) -> assertThat(analysisOf(context).getAction()).startsWith("Mark one as @Primary"));
	}

	@Test
	void aListOfMasterAndReplicasIsRefused() {
		this.withoutRedisConnection.withPropertyValues("coalestra.shared-tier.engine=redis")
			.withBean(DataRedisConnectionDetails.class, () -> new DataRedisConnectionDetails() {

				@Override
				public MasterReplica getMasterReplica() {
					return () -> List.of(new Node("127.0.0.1", 1), new Node("127.0.0.1", 2));
				}

			})
			.run((context) -> assertThat(analysisOf(context).getDescription())
				.contains("cannot use a list of a master with its replicas"));
	}

	@Test
	void wrongOptionsOfAnEngineAreReportedTogether() {
		this.runner
			.withPropertyValues("coalestra.shared-tier.engine=redis", "coalestra.shared-tier.redis.prefix=a b",
					"coalestra.shared-tier.redis.longest-fill=1ms", "coalestra.shared-tier.redis.max-payload=0B")
			.run((context) -> assertThat(analysisOf(context).getDescription())
				.contains("coalestra.shared-tier.redis.prefix is")
				.contains("coalestra.shared-tier.redis.longest-fill is")
				.contains("coalestra.shared-tier.redis.max-payload is 0B"));
		this.runner
			.withPropertyValues("coalestra.shared-tier.engine=nats", "coalestra.shared-tier.nats.bucket=a b",
					"coalestra.shared-tier.nats.replicas=9", "coalestra.shared-tier.nats.max-age=1s",
					"coalestra.shared-tier.nats.max-bucket-size=0B", "coalestra.shared-tier.nats.clock-allowance=-1s")
			.run((context) -> assertThat(analysisOf(context).getDescription())
				.contains("coalestra.shared-tier.nats.bucket is")
				.contains("coalestra.shared-tier.nats.replicas is 9 (expected: 1 to 5)")
				.contains("coalestra.shared-tier.nats.max-age is")
				.contains("coalestra.shared-tier.nats.max-bucket-size is 0B")
				.contains("coalestra.shared-tier.nats.clock-allowance is"));
	}

	@Test
	void oneWayToBeLetInIsEnough() {
		this.runner
			.withPropertyValues("coalestra.shared-tier.engine=nats", "coalestra.shared-tier.nats.username=me",
					"coalestra.shared-tier.nats.token=secret")
			.run((context) -> assertThat(analysisOf(context).getDescription())
				.contains("more than one way to be let in")
				.doesNotContain("secret"));
	}

	private static FailureAnalysis analysisOf(AssertableApplicationContext context) {
		return StartUpReport.of(context.getStartupFailure());
	}

}
