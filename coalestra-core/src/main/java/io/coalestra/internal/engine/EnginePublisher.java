package io.coalestra.internal.engine;

import java.util.ArrayList;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;

import io.coalestra.cache.Revision;
import io.coalestra.cache.WriteRule;
import io.coalestra.internal.store.Draft;
import io.coalestra.internal.store.Written;
import io.coalestra.key.ResourceKey;
import io.coalestra.policy.ObservationPolicy;
import io.coalestra.publish.PublishResult;
import io.coalestra.publish.PublishStatus;
import io.coalestra.publish.ResourcePublisher;
import io.coalestra.publish.ResourceUpdate;
import io.coalestra.signal.EventType;
import io.coalestra.signal.Metric;
import io.coalestra.time.TimeSource;

/**
 * Puts what events bring into the cache. All updates of a call are checked and isolated
 * before the first is written.
 */
final class EnginePublisher implements ResourcePublisher {

	private final EngineParts parts;

	private final ObservationPolicy observation;

	EnginePublisher(EngineParts parts, ObservationPolicy observation) {
		this.parts = parts;
		this.observation = observation;
	}

	@Override
	public List<PublishResult> publishAll(Collection<? extends ResourceUpdate<?>> updates, WriteRule rule) {
		long now = this.parts.time().epochNanos();
		int epoch = this.parts.store().epoch();
		Map<ResourceKey<?>, Draft> drafts = new LinkedHashMap<>();
		for (ResourceUpdate<?> update : updates) {
			Draft draft = draft(update, now, epoch);
			drafts.merge(draft.key(), draft, this::stronger);
		}
		if (drafts.isEmpty()) {
			return List.of();
		}
		List<Draft> distinct = List.copyOf(drafts.values());
		List<Written> written = (distinct.size() == 1) ? List.of(this.parts.store().write(distinct.getFirst(), rule))
				: this.parts.store().writeTogether(distinct, rule, null);
		List<PublishResult> results = new ArrayList<>(distinct.size());
		for (int i = 0; i < distinct.size(); i++) {
			results.add(result(distinct.get(i), written.get(i), rule));
		}
		return Collections.unmodifiableList(results);
	}

	private Draft stronger(Draft earlier, Draft later) {
		Comparator<Draft> strength = Comparator
			.comparingInt((Draft draft) -> this.parts.store().rankOf(draft.key(), draft.origin().source()))
			.thenComparingLong((draft) -> draft.statement().observedAt());
		return (strength.compare(later, earlier) >= 0) ? later : earlier;
	}

	private Draft draft(ResourceUpdate<?> update, long now, int epoch) {
		long observedAt = (update.observedAt() != null) ? TimeSource.toEpochNanos(update.observedAt()) : now;
		long tolerated = TimeSource.plus(now, TimeSource.toNanos(this.observation.futureTolerance()));
		if (observedAt > tolerated && this.observation.rejectFutureObservations()) {
			throw new IllegalArgumentException("observedAt of " + update.key() + ": " + update.observedAt()
					+ " (expected: at most " + this.observation.futureTolerance() + " after now)");
		}
		Draft.Dating dating = (update.observedAt() != null) ? Draft.Dating.STATED : Draft.Dating.ASSUMED;
		Object value = Objects.requireNonNull(update.value());
		boolean shareable = this.parts.services().isolation().isShareable(value);
		Object isolated = shareable ? value : this.parts.services().isolation().isolate(value);
		return new Draft(update.key(), new Draft.Content.Value(isolated, shareable),
				new Draft.Origin(update.source(), now, Duration.ZERO, 0, List.of()), new Draft.Statement(dating,
						observedAt, observedAt, null, null, null, metadata(update, observedAt - now), Set.of()),
				new Draft.Event(epoch));
	}

	private Map<String, Object> metadata(ResourceUpdate<?> update, long ahead) {
		Map<String, Object> metadata = new LinkedHashMap<>();
		update.metadata()
			.forEach((name, entry) -> metadata.put(name, this.parts.services().isolation().isolate(entry)));
		metadata.put("published", true);
		if (ahead > 0) {
			metadata.put("clock_skew_seconds", ahead / 1e9);
		}
		return Collections.unmodifiableMap(metadata);
	}

	private PublishResult result(Draft draft, Written written, WriteRule rule) {
		PublishStatus status = PublishStatus.of(written.status());
		Revision<?> current = Objects.requireNonNull((written.stored() != null) ? written.stored() : written.offered());
		Revision<?> previous = written.previous();
		ResourceKey<?> key = draft.key();
		String source = draft.origin().source();
		this.parts.signals().count(Metric.RESOURCE_PUBLISH, status.wireName(), source, key.namespace(), key.name());
		if (status == PublishStatus.PUBLISHED) {
			this.parts.signals()
				.emit(EventType.RESOURCE_PUBLISHED, "resource", key.toString(), "source", source, "observed_at",
						TimeSource.toInstant(draft.statement().observedAt()), "replaced", previous != null, "forced",
						rule == WriteRule.FORCE, "authority_rank", current.provenance().rank());
		}
		else {
			this.parts.signals()
				.emit(EventType.RESOURCE_PUBLISH_IGNORED, "resource", key.toString(), "source", source, "status",
						status.wireName(), "observed_at", TimeSource.toInstant(draft.statement().observedAt()),
						"cached_observed_at", TimeSource.toInstant(current.provenance().observedAt()),
						"cached_authority_rank", current.provenance().rank());
		}
		return new PublishResult(key, status, current.version(), (previous != null) ? previous.version() : null);
	}

	@Override
	public boolean invalidate(ResourceKey<?> key) {
		// The fence first: a read that writes before it is removed below, one that writes
		// after it is not stored.
		this.parts.registry().fence(key);
		boolean cached = this.parts.store().invalidate(key);
		this.parts.signals().count(Metric.RESOURCE_INVALIDATION, key.namespace(), key.name());
		this.parts.signals().emit(EventType.RESOURCE_INVALIDATED, "resource", key.toString(), "reason", "requested");
		return cached;
	}

	@Override
	public int invalidateIf(Predicate<? super ResourceKey<?>> condition) {
		this.parts.registry().fenceIf(condition);
		int cached = 0;
		for (ResourceKey<?> key : this.parts.store().keys(condition)) {
			cached += invalidate(key) ? 1 : 0;
		}
		return cached;
	}

	@Override
	public void invalidateTag(String tag) {
		this.parts.store().invalidateTag(Objects.requireNonNull(tag, "tag"));
	}

	@Override
	public void clear() {
		this.parts.store().clear();
	}

}
