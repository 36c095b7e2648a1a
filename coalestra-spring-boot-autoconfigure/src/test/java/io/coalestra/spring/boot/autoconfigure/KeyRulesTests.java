package io.coalestra.spring.boot.autoconfigure;

import java.time.Duration;

import io.coalestra.policy.Freshness;
import io.coalestra.policy.KeyPolicies;
import io.coalestra.policy.RefreshMode;
import io.coalestra.policy.SourceAuthority;
import io.coalestra.spring.boot.autoconfigure.fault.ConfigurationFault;
import io.coalestra.spring.boot.autoconfigure.fault.Faults;
import io.coalestra.spring.boot.autoconfigure.fault.InvalidConfigurationException;
import org.junit.jupiter.api.Test;

import static io.coalestra.spring.boot.SampleSources.NEWS;
import static io.coalestra.spring.boot.SampleSources.PRICE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * How freshness and ranks are read from properties.
 */
class KeyRulesTests {

	@Test
	void withoutRulesTheCoreDecides() {
		assertThat(freshness().of(PRICE.key("BTC"))).isEqualTo(Freshness.DEFAULT);
		assertThat(authority().of(PRICE.key("BTC"))).isEqualTo(SourceAuthority.EQUAL);
	}

	@Test
	void aPatternAppliesToItsKeysAndTheDefaultToTheRest() {
		KeyPolicies<Freshness> policies = freshness("coalestra.freshness.default.ttl=3s",
				"coalestra.freshness[market:*].ttl=250ms",
				"coalestra.freshness[market:*].refresh-mode=stale-while-revalidate");
		assertThat(policies.of(PRICE.key("BTC")).ttl()).isEqualTo(Duration.ofMillis(250));
		assertThat(policies.of(PRICE.key("BTC")).refreshMode()).isEqualTo(RefreshMode.STALE_WHILE_REVALIDATE);
		assertThat(policies.of(NEWS.key()).ttl()).isEqualTo(Duration.ofSeconds(3));
		assertThat(policies.of(NEWS.key()).refreshMode()).isEqualTo(RefreshMode.BLOCKING);
	}

	@Test
	void anExactKeyBeatsAPattern() {
		KeyPolicies<Freshness> policies = freshness("coalestra.freshness[market:price].ttl=1s",
				"coalestra.freshness[market:price:BTC].ttl=9s", "coalestra.freshness[market:price?venue=x].ttl=8s");
		assertThat(policies.of(PRICE.key("BTC")).ttl()).isEqualTo(Duration.ofSeconds(9));
		assertThat(policies.of(PRICE.key("ETH")).ttl()).isEqualTo(Duration.ofSeconds(1));
		assertThat(policies.of(PRICE.key().with("venue", "x")).ttl()).isEqualTo(Duration.ofSeconds(8));
	}

	@Test
	void aRuleTakesFromTheDefaultWhatItLeavesOut() {
		Freshness freshness = freshness("coalestra.freshness.default.max-stale=30s",
				"coalestra.freshness.default.stale-on-error=false", "coalestra.freshness.default.jitter=0.2",
				"coalestra.freshness[market:*].ttl=2s", "coalestra.freshness[market:*].early-refresh=1")
			.of(PRICE.key("BTC"));
		assertThat(freshness.maxStale()).isEqualTo(Duration.ofSeconds(30));
		assertThat(freshness.staleOnError()).isFalse();
		assertThat(freshness.spread().jitter()).isEqualTo(0.2);
		assertThat(freshness.spread().earliness()).isEqualTo(1);
	}

	@Test
	void aLongerTimeToLiveAloneLengthensWhatIsNotStated() {
		Freshness freshness = freshness("coalestra.freshness[market:*].ttl=1h").of(PRICE.key("BTC"));
		assertThat(freshness.maxStale()).isEqualTo(Duration.ofHours(1));
	}

	@Test
	void aShorterTimeToLiveAloneShortensWhatIsNotStated() {
		Freshness freshness = freshness("coalestra.freshness.default.ttl=10s",
				"coalestra.freshness.default.refresh-mode=refresh-ahead",
				"coalestra.freshness.default.refresh-ahead=2s", "coalestra.freshness[market:*].ttl=500ms")
			.of(PRICE.key("BTC"));
		assertThat(freshness.refreshAhead()).isEqualTo(Duration.ofMillis(500));
		assertThat(freshness.absentTtl()).isEqualTo(Duration.ofMillis(500));
	}

	@Test
	void anAgeBelowTheTimeToLiveIsRefusedByItsProperty() {
		assertThatExceptionOfType(InvalidConfigurationException.class).isThrownBy(
				() -> freshness("coalestra.freshness[market:*].ttl=10s", "coalestra.freshness[market:*].max-stale=5s"))
			.withMessage("coalestra.freshness[market:*].max-stale is 5s (expected: at least ttl 10s)")
			.satisfies((refused) -> assertThat(refused.faults().getFirst().remedy())
				.isEqualTo("Correct coalestra.freshness[market:*].max-stale, for example to 10s."));
	}

	@Test
	void everyFaultIsReported() {
		assertThatExceptionOfType(InvalidConfigurationException.class)
			.isThrownBy(() -> freshness("coalestra.freshness.default.ttl=-1s", "coalestra.freshness[market].ttl=1s",
					"coalestra.freshness[press:*].jitter=2"))
			.satisfies((refused) -> assertThat(refused.faults()).extracting(ConfigurationFault::where)
				.containsExactly("coalestra.freshness.default.ttl", "coalestra.freshness.market",
						"coalestra.freshness[press:*].jitter"));
	}

	@Test
	void aPatternThatLostItsBracketsIsExplained() {
		assertThatExceptionOfType(InvalidConfigurationException.class)
			.isThrownBy(() -> freshness("coalestra.freshness.market.ttl=1s"))
			.satisfies((refused) -> assertThat(refused.faults().getFirst().remedy()).contains("\"[market:*]\"")
				.contains("Without brackets, colons and stars are lost."));
	}

	@Test
	void ranksOfAPatternLieOverThoseForAll() {
		KeyPolicies<SourceAuthority> policies = authority("coalestra.authority.default-rank=1",
				"coalestra.authority.ranks.feed=300", "coalestra.authority.patterns[market:*].ranks.rest=400");
		assertThat(policies.of(PRICE.key("BTC")).rankOf("rest")).isEqualTo(400);
		assertThat(policies.of(PRICE.key("BTC")).rankOf("feed")).isEqualTo(300);
		assertThat(policies.of(NEWS.key()).rankOf("rest")).isEqualTo(1);
	}

	private static KeyPolicies<Freshness> freshness(String... properties) {
		Faults faults = new Faults();
		KeyPolicies<Freshness> policies = KeyRules.freshness("coalestra.freshness",
				BoundProperties.of(properties).freshness(), faults);
		faults.throwIfAny();
		return policies;
	}

	private static KeyPolicies<SourceAuthority> authority(String... properties) {
		Faults faults = new Faults();
		KeyPolicies<SourceAuthority> policies = KeyRules.authority("coalestra.authority",
				BoundProperties.of(properties).authority(), faults);
		faults.throwIfAny();
		return policies;
	}

}
