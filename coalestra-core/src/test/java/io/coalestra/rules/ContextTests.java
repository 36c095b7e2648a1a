package io.coalestra.rules;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

import io.coalestra.Coalestra;
import io.coalestra.fixtures.EngineFixture;
import io.coalestra.fixtures.Script;
import io.coalestra.policy.Freshness;
import io.coalestra.policy.Resilience;
import io.coalestra.policy.RetryPolicy;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.snapshot.SnapshotRequest;
import io.coalestra.source.ContextCarrier;
import io.coalestra.source.Payload;
import io.coalestra.source.Source;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static io.coalestra.fixtures.Types.BTC;
import static io.coalestra.fixtures.Types.ETH;
import static io.coalestra.fixtures.Types.PRICE;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is bound to the thread of a build is bound to the calls that it causes, whichever
 * thread makes them.
 */
class ContextTests extends EngineFixture {

	private final ThreadLocal<String> user = new ThreadLocal<>();

	private final List<String> seen = new ArrayList<>();

	private final ContextCarrier carrier = () -> {
		String captured = this.user.get();
		return () -> {
			String before = this.user.get();
			this.user.set(captured);
			return () -> this.user.set(before);
		};
	};

	@AfterEach
	void unbind() {
		this.user.remove();
	}

	private Coalestra carrying() {
		return steps().contextCarrier(this.carrier);
	}

	private Script<Integer> noting() {
		return new Script<Integer>().then((key, context) -> {
			this.seen.add(this.user.get());
			return Payload.of(1);
		});
	}

	private Script<Integer> notingAndFailing() {
		return new Script<Integer>().then((key, context) -> {
			this.seen.add(this.user.get());
			throw new IOException("down");
		});
	}

	private void beginAs(String name, SnapshotBuilder builder, SnapshotRequest request) {
		this.user.set(name);
		begin(builder, request);
		this.user.set("nobody");
	}

	@Test
	void aCallHasTheContextOfItsBuild() {
		SnapshotBuilder builder = start(
				carrying().source(Source.single("rest", PRICE, noting()).nonBlocking().build()));
		beginAs("ann", builder, SnapshotRequest.require(BTC));
		this.executor.runAll();
		assertThat(this.seen).containsExactly("ann");
		assertThat(this.user.get()).as("after the call").isEqualTo("nobody");
	}

	@Test
	void soHaveRetriesAndTheNextSource() {
		SnapshotBuilder builder = start(
				carrying().source(Source.single("first", PRICE, notingAndFailing()).priority(1).nonBlocking().build())
					.source(Source.single("second", PRICE, noting()).nonBlocking().build())
					.defaultResilience(Resilience.NONE.retry(RetryPolicy.DEFAULT)));
		beginAs("ann", builder, SnapshotRequest.require(BTC));
		this.executor.runAll();
		pass(seconds(1));
		assertThat(this.seen).containsExactly("ann", "ann", "ann");
	}

	@Test
	void aCallThatWaitedForThePermitOfAnotherHasItsOwn() {
		SnapshotBuilder builder = start(
				carrying().source(Source.single("rest", PRICE, noting()).maxConcurrency(1).nonBlocking().build()));
		beginAs("ann", builder, SnapshotRequest.require(BTC));
		beginAs("bob", builder, SnapshotRequest.require(ETH));
		this.executor.runAll();
		assertThat(this.seen).containsExactly("ann", "bob");
	}

	@Test
	void aBackgroundRefreshHasThatOfTheReaderWhoCausedIt() {
		SnapshotBuilder builder = start(
				carrying().defaultFreshness(Freshness.ttl(seconds(1)).maxStale(seconds(60)).staleWhileRevalidate())
					.source(Source.single("rest", PRICE, noting()).nonBlocking().build()));
		beginAs("ann", builder, SnapshotRequest.require(BTC));
		this.executor.runAll();
		pass(seconds(2));
		beginAs("bob", builder, SnapshotRequest.require(BTC));
		this.executor.runAll();
		assertThat(this.seen).containsExactly("ann", "bob");
	}

	@Test
	void aWarmBuildCapturesNothing() {
		List<String> captured = new ArrayList<>();
		SnapshotBuilder builder = start(steps().contextCarrier(() -> {
			captured.add("captured");
			return ContextCarrier.NONE.capture();
		}).source(Source.single("rest", PRICE, noting()).nonBlocking().build()));
		build(builder, BTC);
		build(builder, BTC);
		assertThat(captured).hasSize(1);
	}

}
