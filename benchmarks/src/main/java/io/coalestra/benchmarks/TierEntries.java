package io.coalestra.benchmarks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;

import io.coalestra.cache.ResourceVersion;
import io.coalestra.cache.WriteRule;
import io.coalestra.key.PayloadType;
import io.coalestra.tier.Envelope;
import io.coalestra.tier.EnvelopeFormat;
import io.coalestra.tier.JsonTierCodec;
import io.coalestra.tier.TierContent;
import io.coalestra.tier.TierKey;
import io.coalestra.tier.TierLookup;
import io.coalestra.tier.TierWrite;

/**
 * What is in a tier: entries as a builder writes them.
 */
final class TierEntries {

	private static final PayloadType<String> TEXT = new PayloadType<>() {
	};

	private final JsonTierCodec codec = new JsonTierCodec();

	private final EnvelopeFormat format = new EnvelopeFormat(1 << 20, 1 << 16);

	static TierKey key(int i) {
		return new TierKey("market:price", "market:price:" + i);
	}

	TierWrite write(int i) {
		Envelope envelope = new Envelope("market:price", "json", "rest", new ResourceVersion("node", i, null), 1, 1,
				null, null, Set.of(), List.of(), new Envelope.Body(this.codec.encode(TEXT, "x".repeat(200))));
		byte[] payload = Objects.requireNonNull(this.format.encode(envelope));
		return new TierWrite.Update(key(i), TierContent.of(0, 1, payload), WriteRule.MONOTONIC, Duration.ofHours(1));
	}

	List<String> decoded(List<TierLookup> lookups) {
		List<String> payloads = new ArrayList<>(lookups.size());
		for (TierLookup lookup : lookups) {
			Envelope envelope = Objects
				.requireNonNull(this.format.decode(((TierLookup.Found) lookup).entry().payload()));
			payloads.add(this.codec.decode(TEXT, Objects.requireNonNull(envelope.payload()).bytes()));
		}
		return payloads;
	}

}
