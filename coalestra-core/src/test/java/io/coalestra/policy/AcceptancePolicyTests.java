package io.coalestra.policy;

import io.coalestra.policy.DegradationPolicy.Lack;
import io.coalestra.policy.DegradationPolicy.Response;
import org.junit.jupiter.api.Test;

import static io.coalestra.fixtures.Types.BTC;
import static io.coalestra.fixtures.Types.ETH;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * What the policies of a request refuse to be made of.
 */
class AcceptancePolicyTests {

	@Test
	void aPolicyThatCanRefuseNothingIsRefused() {
		String message = "acceptance: nothing can be refused (expected: a rule with a limit, or a requirement)";
		assertThatIllegalArgumentException().isThrownBy(() -> AcceptancePolicy.of(AcceptanceRule.ANY))
			.withMessage(message);
		assertThatIllegalArgumentException().isThrownBy(AcceptancePolicy::of).withMessage(message);
		assertThatIllegalArgumentException()
			.isThrownBy(() -> AcceptancePolicy.builder().rule(BTC, AcceptanceRule.ANY).build())
			.withMessage(message);
		assertThat(AcceptancePolicy.builder().rule(BTC, AcceptanceRule.FRESH).build().ruleOf(ETH))
			.isEqualTo(AcceptanceRule.ANY);
	}

	@Test
	void aKeyHasOneRule() {
		AcceptancePolicy.Builder builder = AcceptancePolicy.builder().rule(BTC, AcceptanceRule.FRESH);
		assertThatIllegalArgumentException().isThrownBy(() -> builder.rule(BTC, AcceptanceRule.ANY))
			.withMessage("rule of market:price:BTC: given twice (expected: once)");
	}

	@Test
	void aQuorumIsNoLargerThanItsMembersAndNotZero() {
		assertThatIllegalArgumentException().isThrownBy(() -> Requirement.atLeast(3, BTC, ETH, BTC))
			.withMessageContaining("at least 3 of")
			.withMessageContaining("from 1 to 2");
		assertThatIllegalArgumentException().isThrownBy(() -> Requirement.atLeast(0, BTC));
		assertThatIllegalArgumentException().isThrownBy(Requirement::allOf).withMessageContaining("no keys");
		assertThatIllegalArgumentException().isThrownBy(Requirement::anyOf).withMessageContaining("no keys");
		assertThat(Requirement.allOf(BTC, ETH, BTC).minimum()).isEqualTo(2);
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new Requirement("prices", Requirement.anyOf(BTC).keys(), 2))
			.withMessageContaining("requirement \"prices\"");
	}

	@Test
	void anAgeIsNotNegative() {
		assertThatIllegalArgumentException().isThrownBy(() -> AcceptanceRule.ANY.maxAge(java.time.Duration.ofNanos(-1)))
			.withMessageContaining("maxAge");
	}

	@Test
	void onlyAMissingOptionalKeyMayBeIgnored() {
		for (Lack lack : Lack.values()) {
			if (lack != Lack.OPTIONAL_KEY) {
				assertThatIllegalArgumentException()
					.isThrownBy(() -> DegradationPolicy.DEFAULT.on(lack, Response.IGNORE))
					.withMessage(lack + ": IGNORE (expected: DEGRADE or REJECT)");
			}
		}
		assertThat(DegradationPolicy.FAIL_CLOSED.on(Lack.OPTIONAL_KEY, Response.IGNORE).responseTo(Lack.OPTIONAL_KEY))
			.isEqualTo(Response.IGNORE);
		assertThatIllegalArgumentException().isThrownBy(() -> DegradationPolicy.DEFAULT.minimumResolved(-1))
			.withMessage("minimumResolved: -1 (expected: zero or more)");
	}

	@Test
	void anActionIsNamedInLowerCase() {
		assertThatIllegalArgumentException().isThrownBy(() -> new Action("Act"));
		assertThatIllegalArgumentException().isThrownBy(() -> new Action(" "));
		assertThat(new Action("act")).isEqualTo(Action.ACT).hasToString("act");
	}

}
