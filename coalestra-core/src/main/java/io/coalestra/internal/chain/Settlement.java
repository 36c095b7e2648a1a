package io.coalestra.internal.chain;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BooleanSupplier;

import io.coalestra.cache.CommitGroup;
import io.coalestra.cache.DependencyVersion;
import io.coalestra.cache.Revision;
import io.coalestra.cache.WriteRule;
import io.coalestra.cache.WriteStatus;
import io.coalestra.failure.FailureReason;
import io.coalestra.failure.PayloadIsolationException;
import io.coalestra.failure.SourceFailure;
import io.coalestra.internal.circuit.Circuit;
import io.coalestra.internal.flight.Flight;
import io.coalestra.internal.flight.FlightOutcome;
import io.coalestra.internal.flight.Tally;
import io.coalestra.internal.store.Draft;
import io.coalestra.internal.store.Written;
import io.coalestra.key.ResourceGroup;
import io.coalestra.key.ResourceKey;
import io.coalestra.key.ResourceKeys;
import io.coalestra.signal.EventType;
import io.coalestra.signal.Metric;
import io.coalestra.source.Payload;
import io.coalestra.time.TimeSource;
import org.jspecify.annotations.Nullable;

/**
 * Turns a source's answer into what the builds see: validates times, isolates payloads,
 * writes the cache, ends the flights that got a fresh value, and hands on those that did
 * not.
 */
final class Settlement {

	private final ChainServices services;

	private final SourceCall call;

	private final @Nullable Object answer;

	private final CallContext context;

	private final long begunAt;

	private final long elapsed;

	private final long now;

	private final List<Flight> landed = new ArrayList<>();

	private final List<FlightOutcome> outcomes = new ArrayList<>();

	private final List<Flight> unlucky = new ArrayList<>();

	private final List<SourceFailure> failures = new ArrayList<>();

	Settlement(ChainServices services, SourceCall call, Attempt attempt, @Nullable Object answer, long elapsed) {
		this.services = services;
		this.call = call;
		this.answer = answer;
		this.context = attempt.context();
		this.begunAt = attempt.begunAtEpoch();
		this.elapsed = elapsed;
		this.now = services.time().epochNanos();
	}

	void settle(SourceChain chain) {
		List<Flight> drafted = new ArrayList<>(this.call.flights().size());
		List<Draft> drafts = new ArrayList<>(this.call.flights().size());
		try {
			if (draftAll(drafted, drafts)) {
				write(drafted, drafts);
			}
		}
		catch (RuntimeException | Error ex) {
			// The source's map, a cache or a policy of the application threw.
			failTheRest(Failures.of(this.call.slot().name(), ex, this.call.attempts()));
		}
		this.call.settleCircuit(
				(this.landed.isEmpty() && !isFromStale()) ? Circuit.Outcome.FAILURE : Circuit.Outcome.SUCCESS);
		this.services.registry().land(this.landed, this.outcomes);
		report();
		chain.failed(this.call.slot(), this.unlucky, this.failures);
	}

	private void failTheRest(SourceFailure failure) {
		Set<Flight> settled = new HashSet<>(this.landed);
		settled.addAll(this.unlucky);
		for (Flight flight : this.call.flights()) {
			if (!settled.contains(flight)) {
				unlucky(flight, failure);
			}
		}
	}

	// --- what the source said ---

	private boolean draftAll(List<Flight> drafted, List<Draft> drafts) {
		List<Flight> flights = this.call.flights();
		if (!(this.call.operation() instanceof Operation.Batch)) {
			draft(flights.getFirst(), this.answer, "the source answered null (expected: a payload)", drafted, drafts);
			return true;
		}
		if (!(this.answer instanceof Map<?, ?> map)) {
			flights.forEach((flight) -> unlucky(flight, FailureReason.PROTOCOL,
					"the source answered null (expected: a map by key)"));
			return false;
		}
		int found = 0;
		for (Flight flight : flights) {
			found += (map.get(flight.key()) != null || map.containsKey(flight.key())) ? 1 : 0;
		}
		if (map.size() > found) {
			flights.forEach((flight) -> unlucky(flight, FailureReason.PROTOCOL, "the source answered "
					+ "for keys that it was not asked for (expected: only keys of the call, or none of them)"));
			return false;
		}
		for (Flight flight : flights) {
			if (map.containsKey(flight.key())) {
				draft(flight, map.get(flight.key()),
						"the source answered null (expected: a value, Payload.absent(), or no entry)", drafted, drafts);
			}
			else {
				unlucky(flight, FailureReason.NOT_RETURNED, "the source left the key out of its answer");
			}
		}
		return true;
	}

	private void draft(Flight flight, @Nullable Object raw, String whenNull, List<Flight> drafted, List<Draft> drafts) {
		if (raw == null) {
			unlucky(flight, FailureReason.PROTOCOL, whenNull);
			return;
		}
		Payload<?> payload = (raw instanceof Payload<?> given) ? given : null;
		long observedAt = (payload != null && payload.observedAt() != null)
				? TimeSource.toEpochNanos(payload.observedAt()) : Long.MIN_VALUE;
		if (isRefusedAsFuture(flight, observedAt)) {
			return;
		}
		try {
			drafts.add((payload != null) ? draftOf(flight, payload, observedAt) : bareDraftOf(flight, raw));
			drafted.add(flight);
		}
		catch (PayloadIsolationException ex) {
			unlucky(flight, SourceFailure.of(this.call.slot().name(), ex, this.call.attempts()));
		}
	}

	private boolean isRefusedAsFuture(Flight flight, long observedAt) {
		long tolerated = TimeSource.plus(this.now, TimeSource.toNanos(this.services.observation().futureTolerance()));
		if (observedAt <= tolerated || !this.services.observation().rejectFutureObservations()) {
			return false;
		}
		flight.voyage().tally().add(Tally.Count.FUTURE_REJECTIONS, 1);
		String message = "observed " + Failures.seconds(observedAt - this.now) + " in the future (expected: at most "
				+ Failures.seconds(TimeSource.toNanos(this.services.observation().futureTolerance())) + ")";
		this.services.signals().count(Metric.SOURCE_FETCH, "invalid_timestamp", this.call.slot().name());
		this.services.signals()
			.emit(EventType.SOURCE_PAYLOAD_REJECTED, "resource", flight.key().toString(), "source",
					this.call.slot().name(), "error", message);
		unlucky(flight, FailureReason.FUTURE_OBSERVATION, message);
		return true;
	}

	private Draft bareDraftOf(Flight flight, Object value) {
		boolean shareable = this.services.isolation().isShareable(value);
		Object isolated = shareable ? value : this.services.isolation().isolate(value);
		return new Draft(flight.key(), new Draft.Content.Value(isolated), shareable, this.call.slot().name(),
				Draft.Dating.ASSUMED, observedWithout(), this.now, this.now, this.elapsed, this.call.attempts(), null,
				null, null, Map.of(), Set.of(), dependencies(), flight.epoch());
	}

	private Draft draftOf(Flight flight, Payload<?> payload, long observedAt) {
		boolean stamped = observedAt != Long.MIN_VALUE;
		Object value = payload.value();
		boolean shareable = value == null || this.services.isolation().isShareable(value);
		Draft.Content content = switch (payload.kind()) {
			case ABSENT -> new Draft.Content.Absent();
			case NOT_MODIFIED -> new Draft.Content.Unchanged(this.context.handedOut(flight.key()));
			case VALUE -> new Draft.Content.Value((shareable || value == null) ? Objects.requireNonNull(value)
					: this.services.isolation().isolate(value));
		};
		return new Draft(flight.key(), content, shareable, this.call.slot().name(),
				stamped ? Draft.Dating.STATED : Draft.Dating.ASSUMED, stamped ? observedAt : observedWithout(),
				stamped ? observedAt : this.now, this.now, this.elapsed, this.call.attempts(), payload.version(),
				payload.ttl(), payload.maxStale(), metadata(payload, observedAt), payload.tags(), dependencies(),
				flight.epoch());
	}

	// A source that does not say when its fact was true cannot mean later than when it
	// was asked; a derived
	// value is as old as the oldest of what it was computed from.
	private long observedWithout() {
		return (this.call.operation() instanceof Operation.Derive derive)
				? derive.values().oldestObservation(this.begunAt) : this.begunAt;
	}

	private List<DependencyVersion> dependencies() {
		return (this.call.operation() instanceof Operation.Derive derive) ? derive.versions() : List.of();
	}

	private Map<String, Object> metadata(Payload<?> payload, long observedAt) {
		Map<String, Object> metadata = payload.metadata();
		boolean ahead = observedAt > this.now;
		if (metadata.isEmpty() && !ahead) {
			return Map.of();
		}
		Map<String, Object> own = new LinkedHashMap<>();
		metadata.forEach((name, entry) -> own.put(name, this.services.isolation().isolate(entry)));
		if (ahead) {
			own.put("clock_skew_seconds", (observedAt - this.now) / 1e9);
		}
		return Collections.unmodifiableMap(own);
	}

	// --- writing ---

	private void write(List<Flight> drafted, List<Draft> drafts) {
		if (this.services.groups().isEmpty()) {
			for (int i = 0; i < drafts.size(); i++) {
				Flight flight = drafted.get(i);
				Draft draft = drafts.get(i);
				judge(flight, draft, this.services.store().write(draft, WriteRule.MONOTONIC, flight::isFenced));
			}
			return;
		}
		Map<ResourceKeys, List<Integer>> byInstance = new LinkedHashMap<>();
		for (int i = 0; i < drafts.size(); i++) {
			ResourceKey<?> key = drafts.get(i).key();
			ResourceGroup group = this.services.groups().of(key);
			ResourceKeys instance = (group != null) ? group.membersOf(key) : ResourceKeys.of(key);
			byInstance.computeIfAbsent(instance, (members) -> new ArrayList<>(2)).add(i);
		}
		byInstance.forEach((members, positions) -> writeInstance(members, positions, drafted, drafts));
	}

	private void writeInstance(ResourceKeys members, List<Integer> positions, List<Flight> drafted,
			List<Draft> drafts) {
		List<Draft> together = positions.stream().map(drafts::get).toList();
		List<BooleanSupplier> fences = new ArrayList<>(positions.size());
		positions.forEach((position) -> fences.add(drafted.get(position)::isFenced));
		CommitGroup group = (positions.size() > 1) ? new CommitGroup(members) : null;
		List<Written> written = this.services.store().writeTogether(together, WriteRule.MONOTONIC, fences, group);
		for (int i = 0; i < together.size(); i++) {
			judge(drafted.get(positions.get(i)), together.get(i), written.get(i));
		}
	}

	private void judge(Flight flight, Draft draft, Written written) {
		Revision<?> offered = written.offered();
		if (offered == null) {
			unlucky(flight, FailureReason.PROTOCOL,
					"the source answered \"not modified\", and no value of it is known (expected: a value)");
			return;
		}
		Revision<?> winner = written.stored();
		boolean superseded = written.status() != WriteStatus.STORED
				&& written.status() != WriteStatus.IGNORED_INVALIDATED && winner != null
				&& !this.services.store().isStale(winner, this.now);
		if (superseded && winner != null) {
			land(flight, new FlightOutcome.Landed(winner, draft.source()));
		}
		else if (!isStaleOnArrival(offered)) {
			land(flight, new FlightOutcome.Landed(offered, null));
		}
		else {
			unlucky(flight, FailureReason.STALE_DATA,
					"observed " + Failures.seconds(this.now - draft.observedAt()) + " ago, past its time to live");
		}
	}

	// What was fresh when a value was computed from it counts as fresh, however short its
	// time to live.
	private boolean isStaleOnArrival(Revision<?> offered) {
		return isFromStale() || this.now > offered.lifetime().freshUntil();
	}

	// A value computed from stale ones is stale itself, through no fault of its source.
	private boolean isFromStale() {
		return this.call.operation() instanceof Operation.Derive derive && derive.values().isAnyStale();
	}

	private void land(Flight flight, FlightOutcome outcome) {
		this.landed.add(flight);
		this.outcomes.add(outcome);
	}

	private void unlucky(Flight flight, FailureReason reason, String message) {
		unlucky(flight, SourceFailure.of(this.call.slot().name(), reason, message, this.call.attempts()));
	}

	private void unlucky(Flight flight, SourceFailure failure) {
		this.unlucky.add(flight);
		this.failures.add(failure);
	}

	// --- reporting ---

	private void report() {
		String source = this.call.slot().name();
		if (this.call.operation() instanceof Operation.Batch) {
			this.services.signals()
				.count(Metric.SOURCE_BATCH_CALL, this.landed.isEmpty() ? "failure" : "success", source);
		}
		if (this.landed.isEmpty()) {
			return;
		}
		this.services.signals().record(Metric.SOURCE_FETCH, this.landed.size(), "success", source);
		this.services.signals().record(Metric.SOURCE_FETCH_LATENCY, this.elapsed / 1e6, source);
		if (this.services.signals().wants(EventType.RESOURCE_RESOLVED)) {
			for (int i = 0; i < this.landed.size(); i++) {
				reportResolved(this.landed.get(i), (FlightOutcome.Landed) this.outcomes.get(i));
			}
		}
	}

	private void reportResolved(Flight flight, FlightOutcome.Landed outcome) {
		String kind = switch (this.call.operation()) {
			case Operation.Single single -> "single";
			case Operation.Batch batch -> "batch";
			case Operation.Derive derive -> "derived";
		};
		this.services.signals()
			.emit(EventType.RESOURCE_RESOLVED, "resource", flight.key().toString(), "source", this.call.slot().name(),
					"latency_ms", this.elapsed / 1e6, "attempts", this.call.attempts(), "source_kind", kind,
					"authority_rank", outcome.revision().provenance().rank());
	}

}
