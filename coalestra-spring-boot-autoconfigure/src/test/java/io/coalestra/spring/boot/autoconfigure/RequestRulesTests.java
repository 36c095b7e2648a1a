package io.coalestra.spring.boot.autoconfigure;

import java.time.Instant;
import java.util.List;

import io.coalestra.policy.Action;
import io.coalestra.publish.ResourceUpdate;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.snapshot.SnapshotConsistencyException;
import io.coalestra.snapshot.SnapshotRequest;
import io.coalestra.snapshot.SnapshotResult;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static io.coalestra.spring.boot.SampleSources.NEWS;
import static io.coalestra.spring.boot.SampleSources.PRICE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What properties say of requests that say nothing themselves.
 */
class RequestRulesTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(CoalestraAutoConfiguration.class))
		.withPropertyValues("coalestra.freshness.default.ttl=1h", "coalestra.freshness.default.max-stale=1h");

	@Test
	void valuesOfOneSnapshotAreHeldTogether() {
		SnapshotRequest request = SnapshotRequest.require(PRICE.key("BTC")).optional(PRICE.key("ETH"));
		this.runner
			.withPropertyValues("coalestra.consistency.max-skew=1ms", "coalestra.consistency.participants=all",
					"coalestra.consistency.remedy=reject")
			.run((context) -> {
				SnapshotBuilder builder = context.getBean(SnapshotBuilder.class);
				publishApart(builder);
				assertThatExceptionOfType(SnapshotConsistencyException.class).isThrownBy(() -> builder.build(request));
			});
		this.runner.withPropertyValues("coalestra.consistency.max-skew=1ms").run((context) -> {
			SnapshotBuilder builder = context.getBean(SnapshotBuilder.class);
			publishApart(builder);
			assertThat(builder.build(request).values()).hasSize(2);
		});
	}

	private static void publishApart(SnapshotBuilder builder) {
		Instant now = Instant.now();
		builder.publisher()
			.publishAll(List.of(ResourceUpdate.of(PRICE.key("BTC"), "1", "feed").observedAt(now.minusSeconds(9)),
					ResourceUpdate.of(PRICE.key("ETH"), "2", "feed").observedAt(now)));
	}

	@Test
	void whatIsLackingComesToWhatIsSaid() {
		SnapshotRequest request = SnapshotRequest.require(PRICE.key("BTC")).optional(NEWS.key());
		this.runner
			.withPropertyValues("coalestra.degradation.optional-key=degrade",
					"coalestra.degradation.degraded-actions=read, cancel")
			.run((context) -> {
				SnapshotResult result = result(context.getBean(SnapshotBuilder.class), request);
				assertThat(result).isInstanceOf(SnapshotResult.Degraded.class);
				assertThat(result.allowedActions()).containsExactly(Action.READ, Action.CANCEL);
			});
		this.runner.run((context) -> assertThat(result(context.getBean(SnapshotBuilder.class), request))
			.isInstanceOf(SnapshotResult.Accepted.class));
	}

	private static SnapshotResult result(SnapshotBuilder builder, SnapshotRequest request) {
		builder.publisher().publish(ResourceUpdate.of(PRICE.key("BTC"), "1", "feed"));
		return builder.tryBuild(request);
	}

}
