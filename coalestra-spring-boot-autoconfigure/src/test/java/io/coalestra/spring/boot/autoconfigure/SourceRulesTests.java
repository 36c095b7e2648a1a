package io.coalestra.spring.boot.autoconfigure;

import java.time.Duration;

import io.coalestra.batch.Window;
import io.coalestra.policy.CircuitScope;
import io.coalestra.policy.Resilience;
import io.coalestra.policy.RetryPolicy;
import io.coalestra.source.AbandonedCalls;
import io.coalestra.source.AdaptiveConcurrency;
import io.coalestra.source.Source;
import io.coalestra.source.SourceSettings;
import io.coalestra.source.TimeoutGuarantee;
import io.coalestra.spring.boot.SampleSources;
import io.coalestra.spring.boot.autoconfigure.fault.ConfigurationFault;
import io.coalestra.spring.boot.autoconfigure.fault.Faults;
import io.coalestra.spring.boot.autoconfigure.fault.InvalidConfigurationException;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * How settings of sources are read from properties.
 */
class SourceRulesTests {

	private static final Source REST = SampleSources.rest().build();

	@Test
	void aSourceOfWhichNothingIsSaidStaysAsItIs() {
		assertThat(configure(REST, "coalestra.sources.other.timeout=1s")).isSameAs(REST);
	}

	@Test
	void everySettingReachesTheSource() {
		SourceSettings settings = configure(REST, "coalestra.sources.rest.priority=7",
				"coalestra.sources.rest.timeout=3s", "coalestra.sources.rest.queue-timeout=500ms",
				"coalestra.sources.rest.max-concurrency=4", "coalestra.sources.rest.max-batch-size=50",
				"coalestra.sources.rest.transport-timeout=2s", "coalestra.sources.rest.hedge-after=200ms",
				"coalestra.sources.rest.abandoned-calls=cancel")
			.settings();
		assertThat(settings.priority()).isEqualTo(7);
		assertThat(settings.timeout()).isEqualTo(Duration.ofSeconds(3));
		assertThat(settings.queueTimeout()).isEqualTo(Duration.ofMillis(500));
		assertThat(settings.maxConcurrency()).isEqualTo(4);
		assertThat(settings.maxBatchSize()).isEqualTo(50);
		assertThat(settings.transportTimeout()).isEqualTo(Duration.ofSeconds(2));
		assertThat(settings.hedgeDelay()).isEqualTo(Duration.ofMillis(200));
		assertThat(settings.abandonedCalls()).isEqualTo(AbandonedCalls.CANCEL);
		assertThat(settings.resilience()).isNull();
	}

	@Test
	void aWindowIsAdaptiveUnlessItsKindIsSaid() {
		assertThat(configure(REST, "coalestra.sources.rest.window=5ms").settings().window())
			.isEqualTo(Window.adaptive(Duration.ofMillis(5)));
		assertThat(configure(REST, "coalestra.bases.http.window=5ms", "coalestra.sources.rest.base=http",
				"coalestra.sources.rest.window-kind=fixed")
			.settings()
			.window()).isEqualTo(Window.fixed(Duration.ofMillis(5)));
	}

	@Test
	void aWindowOfZeroTurnsOffWhatTheCodeHas() {
		Source windowed = SampleSources.rest().window(Window.fixed(Duration.ofMillis(5))).build();
		assertThat(configure(windowed, "coalestra.sources.rest.window=0ms").settings().window()).isNull();
		assertThat(configure(windowed, "coalestra.sources.rest.timeout=3s").settings().window())
			.isEqualTo(Window.fixed(Duration.ofMillis(5)));
	}

	@Test
	void aWindowNeedsABatchSourceAndALength() {
		assertThatExceptionOfType(InvalidConfigurationException.class)
			.isThrownBy(() -> configure(SampleSources.memory("memory").build(), "coalestra.sources.memory.window=5ms"))
			.withMessageContaining("coalestra.sources.memory.window is set for a source that is not of the batch kind");
		assertThatExceptionOfType(InvalidConfigurationException.class)
			.isThrownBy(() -> configure(REST, "coalestra.sources.rest.window-kind=fixed"))
			.withMessageContaining("coalestra.sources.rest.window-kind is set without a window");
		assertThatExceptionOfType(InvalidConfigurationException.class)
			.isThrownBy(() -> configure(REST, "coalestra.sources.rest.window=-1ms"))
			.withMessageContaining("coalestra.sources.rest.window is -1ms (expected: not negative)");
	}

	@Test
	void whatIsNotSaidStaysAsTheCodeHasIt() {
		SourceSettings settings = configure(REST, "coalestra.sources.rest.max-concurrency=4").settings();
		assertThat(settings.priority()).isEqualTo(100);
		assertThat(settings.timeout()).isEqualTo(Duration.ofSeconds(2));
	}

	@Test
	void settingsBuildOnTheirBasesFromTheGroundUp() {
		SourceSettings settings = configure(REST, "coalestra.bases.http.timeout=5s",
				"coalestra.bases.http.max-concurrency=8", "coalestra.bases.http.max-batch-size=10",
				"coalestra.bases.slow-http.base=http", "coalestra.bases.slow-http.timeout=30s",
				"coalestra.sources.rest.base=slow-http", "coalestra.sources.rest.max-batch-size=20")
			.settings();
		assertThat(settings.timeout()).isEqualTo(Duration.ofSeconds(30));
		assertThat(settings.maxConcurrency()).isEqualTo(8);
		assertThat(settings.maxBatchSize()).isEqualTo(20);
	}

	@Test
	void retryAndCircuitAreLaidPartByPartOverBaseCodeAndDefaults() {
		Resilience resilience = configure(REST, "coalestra.defaults.retry.base-delay=70ms",
				"coalestra.defaults.circuit.failure-threshold=9", "coalestra.bases.http.retry.max-attempts=4",
				"coalestra.bases.http.circuit.recovery-timeout=1m", "coalestra.sources.rest.base=http",
				"coalestra.sources.rest.circuit.scope=subject")
			.settings()
			.resilience();
		assertThat(resilience).isNotNull();
		assertThat(resilience.retry().maxAttempts()).isEqualTo(4);
		assertThat(resilience.retry().baseDelay()).isEqualTo(Duration.ofMillis(70));
		assertThat(resilience.circuit().failureThreshold()).isEqualTo(9);
		assertThat(resilience.circuit().recoveryTimeout()).isEqualTo(Duration.ofMinutes(1));
		assertThat(resilience.circuit().scope()).isEqualTo(CircuitScope.SUBJECT);
	}

	@Test
	void whatTheCodeSaysOfRetriesIsKeptWhereThePropertiesAreSilent() {
		Source patient = SampleSources.rest()
			.resilience(Resilience.DEFAULT.retry(RetryPolicy.DEFAULT.maxAttempts(5)))
			.build();
		Resilience resilience = configure(patient, "coalestra.defaults.retry.max-attempts=1",
				"coalestra.sources.rest.circuit.enabled=false")
			.settings()
			.resilience();
		assertThat(resilience).isNotNull();
		assertThat(resilience.retry().maxAttempts()).isEqualTo(5);
		assertThat(resilience.circuit().enabled()).isFalse();
	}

	@Test
	void aLongerFirstDelayAloneLengthensTheLongest() {
		Resilience resilience = configure(REST, "coalestra.sources.rest.retry.base-delay=5s").settings().resilience();
		assertThat(resilience).isNotNull();
		assertThat(resilience.retry().maxDelay()).isEqualTo(Duration.ofSeconds(5));
	}

	@Test
	void everyRefusedValueIsReportedUnderItsProperty() {
		assertThatExceptionOfType(InvalidConfigurationException.class)
			.isThrownBy(() -> configure(REST, "coalestra.bases.http.timeout=0s",
					"coalestra.bases.http.retry.max-attempts=0", "coalestra.sources.rest.base=http",
					"coalestra.sources.rest.max-concurrency=0"))
			.satisfies((refused) -> assertThat(refused.faults()).containsExactly(
					new ConfigurationFault("coalestra.bases.http.timeout", "is 0s (expected: more than zero)",
							"Correct coalestra.bases.http.timeout, for example to 2s."),
					new ConfigurationFault("coalestra.bases.http.retry.max-attempts", "is 0 (expected: 1 or more)",
							"Correct coalestra.bases.http.retry.max-attempts, for example to 2."),
					new ConfigurationFault("coalestra.sources.rest.max-concurrency", "is 0 (expected: 1 or more)",
							"Correct coalestra.sources.rest.max-concurrency, for example to 8.")));
	}

	@Test
	void settingsThatContradictTheCodeAreRefused() {
		Source adaptive = SampleSources.rest().adaptiveConcurrency(AdaptiveConcurrency.between(1, 8)).build();
		assertThatExceptionOfType(InvalidConfigurationException.class)
			.isThrownBy(() -> configure(adaptive, "coalestra.sources.rest.max-concurrency=4"))
			.withMessage("coalestra.sources.rest.max-concurrency is 4"
					+ " (expected: none beside adaptiveConcurrency, which has its own bounds)");
	}

	@Test
	void aClientsTimeLimitInThePropertiesIsADeclaration() {
		Source undeclared = SampleSources.undeclared("legacy").build();
		SourceSettings settings = configure(undeclared, "coalestra.sources.legacy.transport-timeout=1s").settings();
		assertThat(TimeoutGuarantee.of("legacy", settings).safe()).isTrue();
	}

	@Test
	void anUnknownBaseIsRefusedWithThoseThereAre() {
		assertThatExceptionOfType(InvalidConfigurationException.class)
			.isThrownBy(() -> configure(REST, "coalestra.bases.http.timeout=1s", "coalestra.sources.rest.base=htpp"))
			.withMessage("coalestra.sources.rest.base is htpp (expected: one of [http])");
	}

	@Test
	void basesThatBuildOnEachOtherAreRefused() {
		assertThatExceptionOfType(InvalidConfigurationException.class)
			.isThrownBy(() -> configure(REST, "coalestra.bases.a.base=b", "coalestra.bases.b.base=a",
					"coalestra.sources.rest.base=a"))
			.withMessageContaining("builds on itself");
	}

	private static Source configure(Source source, String... properties) {
		Faults faults = new Faults();
		Source configured = new PropertiesMapper(BoundProperties.of(properties), faults).sourceRules()
			.configure(source, faults);
		faults.throwIfAny();
		return configured;
	}

}
