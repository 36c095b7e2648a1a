package io.coalestra.internal.tier;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

import io.coalestra.cache.Revision;
import io.coalestra.cache.WriteRule;
import io.coalestra.internal.isolation.PayloadIsolation;
import io.coalestra.internal.store.Draft;
import io.coalestra.key.PayloadType;
import io.coalestra.key.ResourceKey;
import io.coalestra.tier.Envelope;
import io.coalestra.tier.EnvelopeFormat;
import io.coalestra.tier.TierCodec;
import io.coalestra.tier.TierContent;
import io.coalestra.tier.TierVersion;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Revisions as bytes in a tier, and back as drafts. What cannot be written stays local;
 * what cannot be read is not there.
 */
final class SharedValues {

	private static final Logger logger = LoggerFactory.getLogger(SharedValues.class);

	private static final int MAX_REPORTED = 1_000;

	private final TierCodec codec;

	private final EnvelopeFormat format;

	private final int maxBytes;

	private final PayloadIsolation isolation;

	private final Map<String, Object> metadata;

	private final LongAdder unwritable = new LongAdder();

	private final LongAdder unreadable = new LongAdder();

	// The types of which it was said that they cannot be shared; only ever added to.
	private final Set<String> reported = ConcurrentHashMap.newKeySet();

	SharedValues(TierCodec codec, int maxBytes, int deflateFrom, PayloadIsolation isolation, String tier) {
		this.codec = codec;
		this.format = new EnvelopeFormat(maxBytes, deflateFrom);
		this.maxBytes = maxBytes;
		this.isolation = isolation;
		this.metadata = Map.of(Draft.SHARED_TIER, tier);
	}

	/**
	 * Writes a revision.
	 * @param revision the revision
	 * @param rule the rule by which it is written
	 * @return the content, or null where it cannot be shared
	 */
	@Nullable TierContent encode(Revision<?> revision, WriteRule rule) {
		byte[] bytes = envelope(revision, rule);
		Revision.Provenance from = revision.provenance();
		return (bytes != null) ? TierContent.of(from.rank(), from.observedAt(), bytes) : null;
	}

	/**
	 * Writes the values of a group's instance.
	 * @param members the values, that of the member that stands for the group first
	 * @return the content, or null where it cannot be shared
	 */
	@Nullable TierContent encodeTogether(List<Revision<?>> members) {
		List<byte[]> envelopes = new ArrayList<>(members.size());
		for (Revision<?> member : members) {
			byte[] bytes = envelope(member, WriteRule.MONOTONIC);
			if (bytes == null) {
				return null;
			}
			envelopes.add(bytes);
		}
		byte[] together = GroupFormat.encode(envelopes);
		Revision<?> first = members.getFirst();
		if (together.length > this.maxBytes) {
			refused(first.key(), "its group is larger than the tier permits", null);
			return null;
		}
		return TierContent.of(first.provenance().rank(), first.provenance().observedAt(), together);
	}

	private byte @Nullable [] envelope(Revision<?> revision, WriteRule rule) {
		Revision.Provenance from = revision.provenance();
		if (!from.tags().isEmpty() || !from.dependencies().isEmpty() || from.rank() == TierVersion.LOWEST_RANK) {
			return null;
		}
		try {
			Revision.Lifetime lifetime = revision.lifetime();
			byte[] bytes = this.format.encode(new Envelope(revision.key().type().toString(), this.codec.name(),
					from.source(), revision.version(), from.observedAt(), lifetime.since(), lifetime.ttl(),
					lifetime.maxStale(), Set.of(), List.of(), body(revision), rule));
			if (bytes == null) {
				refused(revision.key(), "it is larger than the tier permits", null);
			}
			return bytes;
		}
		catch (RuntimeException | Error ex) {
			refused(revision.key(), "the codec failed", ex);
			return null;
		}
	}

	private <T> Envelope.@Nullable Body body(Revision<T> revision) {
		T payload = revision.payload();
		return (payload != null) ? new Envelope.Body(this.codec.encode(revision.key().type().payloadType(), payload))
				: null;
	}

	private void refused(ResourceKey<?> key, String why, @Nullable Throwable thrown) {
		this.unwritable.increment();
		if (this.reported.size() < MAX_REPORTED && this.reported.add(key.type().toString())) {
			logger.warn("A value of type {} stays local, {}; further ones are only counted", key.type(), why, thrown);
		}
	}

	/**
	 * Reads an entry.
	 * @param key the key
	 * @param bytes the entry's bytes
	 * @param now the time of day
	 * @param latency how long the tier took
	 * @param reading the read that brings it
	 * @return the value, or null where it is nothing that this node can use
	 */
	@Nullable Shared decode(ResourceKey<?> key, byte[] bytes, long now, Duration latency, Draft.Reading reading) {
		Envelope envelope = this.format.decode(bytes);
		if (envelope == null || !envelope.type().equals(key.type().toString())
				|| !envelope.codec().equals(this.codec.name())) {
			this.unreadable.increment();
			return null;
		}
		Draft.Content content = content(key.type().payloadType(), envelope);
		if (content == null) {
			this.unreadable.increment();
			return null;
		}
		return new Shared(new Draft(key, content, new Draft.Origin(envelope.source(), now, latency, 1, List.of()),
				new Draft.Statement(Draft.Dating.STATED, envelope.observedAt(), Math.min(envelope.since(), now),
						envelope.version().sourceVersion(), envelope.ttl(), envelope.maxStale(), this.metadata,
						Set.of()),
				reading), envelope.rule());
	}

	/**
	 * What a tier holds for a resource.
	 *
	 * @param draft the value
	 * @param rule the rule by which it was written
	 */
	record Shared(Draft draft, WriteRule rule) {
	}

	private Draft.@Nullable Content content(PayloadType<?> type, Envelope envelope) {
		Envelope.Body body = envelope.payload();
		if (body == null) {
			return new Draft.Content.Absent();
		}
		try {
			Object payload = this.codec.decode(type, body.bytes());
			return new Draft.Content.Value(payload, this.isolation.isShareable(payload));
		}
		catch (RuntimeException | Error unreadableBytes) {
			return null;
		}
	}

	/**
	 * Returns whether a revision came from a tier when it was read.
	 * @param revision the revision
	 * @return true if so
	 */
	static boolean isFromTier(Revision<?> revision) {
		return revision.provenance().metadata().containsKey(Draft.SHARED_TIER);
	}

	long unwritable() {
		return this.unwritable.sum();
	}

	long unreadable() {
		return this.unreadable.sum();
	}

}
