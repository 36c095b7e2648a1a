package io.coalestra.spring.boot.examples;

import java.math.BigDecimal;
import java.time.Duration;

import io.coalestra.key.ResourceType;
import io.coalestra.policy.AcceptancePolicy;
import io.coalestra.policy.AcceptanceRule;
import io.coalestra.policy.ConsistencyPolicy;
import io.coalestra.policy.DegradationPolicy;
import io.coalestra.policy.Requirement;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.snapshot.SnapshotRequest;
import io.coalestra.snapshot.SnapshotResult;

/**
 * The code of the page about acceptance, as it stands there.
 */
class AcceptanceExamples {

	static final ResourceType<BigDecimal> PRICE = ResourceType.of("market", "price", BigDecimal.class);

	static final ResourceType<BigDecimal> RATE = ResourceType.of("bank", "rate", BigDecimal.class);

	static final ResourceType<String> ACCOUNT = ResourceType.of("ledger", "account", String.class);

	static final SnapshotRequest ORDER = SnapshotRequest.require(PRICE.key("BTC"), ACCOUNT.key("a-1"))
		.optional(RATE.key("ecb"), RATE.key("fed"), RATE.key("boe"))
		.deadline(Duration.ofSeconds(2))
		// observed within one second of one another; what lags behind is read again first
		.consistency(ConsistencyPolicy.maxSkew(Duration.ofSeconds(1)).repairing())
		.acceptance(AcceptancePolicy.builder()
			.defaultRule(AcceptanceRule.FRESH.maxAge(Duration.ofSeconds(5)))
			.rule(ACCOUNT.key("a-1"), AcceptanceRule.ANY.minimumRank(10))
			.require(Requirement.atLeast(2, RATE.key("ecb"), RATE.key("fed"), RATE.key("boe")).named("rates"))
			.repairing()
			.build());

	String decide(SnapshotBuilder builder) {
		return switch (builder.tryBuild(ORDER.degradation(DegradationPolicy.READ_ONLY))) {
			case SnapshotResult.Accepted accepted -> "buy at " + accepted.taken().get(PRICE.key("BTC"));
			case SnapshotResult.Degraded degraded -> "show only: " + degraded.reasons();
			case SnapshotResult.Rejected rejected -> "nothing: " + rejected.reasons();
		};
	}

}
