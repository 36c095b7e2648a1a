package io.coalestra.redis.examples;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

import io.coalestra.Coalestra;
import io.coalestra.cache.SessionToken;
import io.coalestra.key.ResourceType;
import io.coalestra.lease.Lease;
import io.coalestra.lease.Leases;
import io.coalestra.lease.ReplayGuard;
import io.coalestra.publish.PublishResult;
import io.coalestra.publish.ResourceUpdate;
import io.coalestra.redis.RedisTier;
import io.coalestra.snapshot.Snapshot;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.snapshot.SnapshotRequest;
import io.coalestra.source.Source;
import io.coalestra.tier.ReadLeases;
import io.coalestra.tier.SharedTier;
import io.coalestra.tier.SharedTierOptions;
import io.coalestra.tier.TierKey;
import io.coalestra.tier.TierWriteResult;
import io.coalestra.tier.coherence.CoherenceListener;
import io.coalestra.tier.coherence.NoticeChannel;
import io.coalestra.tier.coherence.TierChange;
import io.coalestra.tier.coherence.TierGate;
import io.lettuce.core.RedisURI;

/**
 * The code of {@code docs/shared-tier.md}.
 */
final class SharedTierExamples {

	private static final ResourceType<String> CATALOG = ResourceType.of("shop", "catalog", String.class);

	private static final ResourceType<String> CART = ResourceType.of("shop", "cart", String.class);

	SharedTier tier() {
		SharedTier tier = RedisTier.at(RedisURI.create("redis://localhost")).prefix("shop").build();
		return tier;
	}

	// @formatter:off
	SnapshotBuilder builder(List<Source> sources) {
		SharedTier tier = RedisTier.at(RedisURI.create("redis://localhost")).prefix("shop").build();
		SnapshotBuilder builder = Coalestra.builder().sharedTier(tier).sources(sources).closing(tier).build();
		return builder;
	}

	SharedTierOptions leasedReads() {
		SharedTierOptions options = SharedTierOptions.builder()
		    .readLeases(ReadLeases.ALL)                          // or REFRESHES: only those behind the callers' backs
		    .leasedTypes((type) -> type.equals(CATALOG))         // what is hot, and expensive to read
		    .build();
		return options;
	}

	Snapshot readYourWrites(SnapshotBuilder builder, String cart, Headers request, Headers response) {
		PublishResult result = builder.publisher().publish(ResourceUpdate.of(CART.key("c-1"), cart, "shop"));
		response.setHeader("X-Seen", result.token().text());                 // or snapshot.token(), of all that was shown

		SessionToken seen = SessionToken.parse(request.getHeader("X-Seen"));
		Snapshot snapshot = builder.build(SnapshotRequest.require(CART.key("c-1")).notOlderThan(seen));
		return snapshot;
	}

	NoticeChannel notices(SharedTier tier, CoherenceListener listener, TierKey key, TierWriteResult result) {
		TierGate gate = TierGate.to(tier).budget(Duration.ofMillis(50)).build();		  // one a tier and process
		NoticeChannel notices = NoticeChannel.on(gate, "rows").open(listener);			// one a kind of copies

		notices.tell(new TierChange(key, result.current()));							  // after the tier took a change
		return notices;
	}

	Optional<Lease> leases(SharedTier tier, Ledger ledger, String day) throws InterruptedException {
		Leases leases = Leases.on(tier).life(Duration.ofSeconds(30)).renewal(Leases.Renewal.AUTOMATIC).build();

		try (Lease lease = leases.acquire("nightly-report")) {      // waits up to waitFor, then LeaseException TIMED_OUT
			ledger.close(day, lease.fencingNumber());               // refuses numbers lower than one it has seen
		}
		Optional<Lease> mine = leases.tryAcquire("sweep");          // empty where another holds it
		return mine;
	}
	// @formatter:on

	void replays(SharedTier tier, Request request) throws InterruptedException {
		ReplayGuard guard = ReplayGuard.on(tier, "webhook", Duration.ofMinutes(5));
		if (guard.check(request.nonce()) == ReplayGuard.Verdict.REPLAY) {
			deny();
		}
	}

	private void deny() {
		throw new SecurityException("replay");
	}

	interface Ledger {

		void close(String day, long fencingNumber);

	}

	record Request(String nonce) {
	}

	interface Headers {

		String getHeader(String name);

		void setHeader(String name, String value);

	}

}
