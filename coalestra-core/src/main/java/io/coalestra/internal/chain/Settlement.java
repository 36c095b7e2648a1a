package io.coalestra.internal.chain;

import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import io.coalestra.cache.CommitGroup;
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
import io.coalestra.internal.tier.EngineTier;
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

	private final long elapsed;

	private final long now;

	private final Draft.Origin origin;

	// What is taken to be said about every value that is not wrapped in a payload.
	private final Draft.Statement unstated;

	// Drafts, and beside them the flights that they are for.
	private final List<Draft> drafts;

	private final List<Flight> drafted;

	private final List<Flight> landed;

	private final List<FlightOutcome> outcomes;

	private boolean answeredFresh;

	private final List<Flight> unlucky = new ArrayList<>();

	private final List<SourceFailure> failures = new ArrayList<>();

	Settlement(ChainServices services, SourceCall call, Attempt attempt, @Nullable Object answer, long elapsed) {
		this.services = services;
		this.call = call;
		this.answer = answer;
		this.context = attempt.context();
		this.elapsed = elapsed;
		this.now = services.time().epochNanos();
		Operation.@Nullable Derive derived = (call.operation() instanceof Operation.Derive derive) ? derive : null;
		this.origin = new Draft.Origin(call.slot().name(), this.now, Duration.ofNanos(elapsed), call.attempts(),
				(derived != null) ? derived.versions() : List.of());
		// A source that does not say when its fact was true cannot mean later than when
		// it was asked; a derived value is as old as the oldest of what it was computed
		// from.
		this.unstated = Draft.Statement.assumed(
				(derived != null) ? derived.values().oldestObservation(attempt.begunAtEpoch()) : attempt.begunAtEpoch(),
				this.now);
		int size = call.flights().size();
		this.drafts = new ArrayList<>(size);
		this.drafted = new ArrayList<>(size);
		this.landed = new ArrayList<>(size);
		this.outcomes = new ArrayList<>(size);
	}

	void settle(SourceChain chain) {
		try {
			if (draftAll()) {
				write();
			}
		}
		catch (RuntimeException | Error ex) {
			// The source's map, a cache or a policy of the application threw.
			failTheRest(Failures.of(this.call.slot().name(), ex, this.call.attempts()));
		}
		this.call
			.settleCircuit((this.answeredFresh || isFromStale()) ? Circuit.Outcome.SUCCESS : Circuit.Outcome.FAILURE);
		EngineTier tier = this.services.tier();
		if (tier != null) {
			tier.landing(this.landed, this.outcomes);
		}
		this.services.registry().land(this.landed, this.outcomes);
		report();
		chain.failed(this.call.slot(), this.unlucky, this.failures);
		// Last: flights that go on do not wait for values to be encoded.
		if (tier != null) {
			tier.fill(this.landed, this.outcomes);
		}
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

	private boolean draftAll() {
		List<Flight> flights = this.call.flights();
		if (!(this.call.operation() instanceof Operation.Batch)) {
			draft(flights.getFirst(), this.answer, "the source answered null (expected: a payload)");
			return true;
		}
		if (!(this.answer instanceof Map<?, ?> map)) {
			flights.forEach((flight) -> unlucky(flight, FailureReason.PROTOCOL,
					"the source answered null (expected: a map by key)"));
			return false;
		}
		@Nullable Object[] answers = new Object[flights.size()];
		BitSet returned = new BitSet(answers.length);
		for (int i = 0; i < answers.length; i++) {
			ResourceKey<?> key = flights.get(i).key();
			answers[i] = map.get(key);
			returned.set(i, answers[i] != null || map.containsKey(key));
		}
		if (map.size() > returned.cardinality()) {
			flights.forEach((flight) -> unlucky(flight, FailureReason.PROTOCOL, "the source answered "
					+ "for keys that it was not asked for (expected: only keys of the call, or none of them)"));
			return false;
		}
		for (int i = 0; i < answers.length; i++) {
			if (returned.get(i)) {
				draft(flights.get(i), answers[i],
						"the source answered null (expected: a value, Payload.absent(), or no entry)");
			}
			else {
				unlucky(flights.get(i), FailureReason.NOT_RETURNED, "the source left the key out of its answer");
			}
		}
		return true;
	}

	private void draft(Flight flight, @Nullable Object raw, String whenNull) {
		if (raw == null) {
			unlucky(flight, FailureReason.PROTOCOL, whenNull);
			return;
		}
		try {
			Draft draft = (raw instanceof Payload<?> payload) ? stated(flight, payload)
					: draft(flight, value(raw), this.unstated);
			if (draft != null) {
				this.drafts.add(draft);
				this.drafted.add(flight);
			}
		}
		catch (PayloadIsolationException ex) {
			unlucky(flight, SourceFailure.of(this.call.slot().name(), ex, this.call.attempts()));
		}
	}

	private Draft draft(Flight flight, Draft.Content content, Draft.Statement statement) {
		return new Draft(flight.key(), content, this.origin, statement, flight);
	}

	private @Nullable Draft stated(Flight flight, Payload<?> payload) {
		boolean dated = payload.observedAt() != null;
		long observedAt = dated ? TimeSource.toEpochNanos(Objects.requireNonNull(payload.observedAt()))
				: this.unstated.observedAt();
		if (dated && isRefusedAsFuture(flight, observedAt)) {
			return null;
		}
		Draft.Content content = switch (payload.kind()) {
			case ABSENT -> new Draft.Content.Absent();
			case NOT_MODIFIED -> new Draft.Content.Unchanged(this.context.handedOut(flight.key()));
			case VALUE -> value(Objects.requireNonNull(payload.value()));
		};
		return draft(flight, content,
				new Draft.Statement(dated ? Draft.Dating.STATED : Draft.Dating.ASSUMED, observedAt,
						dated ? observedAt : this.now, payload.version(), payload.ttl(), payload.maxStale(),
						metadata(payload, observedAt), payload.tags()));
	}

	private Draft.Content.Value value(Object raw) {
		boolean shareable = this.services.isolation().isShareable(raw);
		return new Draft.Content.Value(shareable ? raw : this.services.isolation().isolate(raw), shareable);
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

	private void write() {
		if (this.services.groups().isEmpty()) {
			this.services.store()
				.writeEach(this.drafts, WriteRule.MONOTONIC,
						(written, i) -> judge(this.drafted.get(i), this.drafts.get(i), written));
			return;
		}
		Map<ResourceKeys, List<Integer>> byInstance = new LinkedHashMap<>();
		for (int i = 0; i < this.drafts.size(); i++) {
			ResourceKey<?> key = this.drafts.get(i).key();
			ResourceGroup group = this.services.groups().of(key);
			ResourceKeys instance = (group != null) ? group.membersOf(key) : ResourceKeys.of(key);
			byInstance.computeIfAbsent(instance, (members) -> new ArrayList<>(2)).add(i);
		}
		byInstance.forEach(this::writeInstance);
	}

	private void writeInstance(ResourceKeys members, List<Integer> positions) {
		List<Draft> together = positions.stream().map(this.drafts::get).toList();
		CommitGroup group = (positions.size() > 1) ? new CommitGroup(members) : null;
		List<Written> written = this.services.store().writeTogether(together, WriteRule.MONOTONIC, group);
		for (int i = 0; i < together.size(); i++) {
			judge(this.drafted.get(positions.get(i)), together.get(i), written.get(i));
		}
	}

	private void judge(Flight flight, Draft draft, Written written) {
		Revision<?> offered = written.offered();
		if (offered == null) {
			unlucky(flight, FailureReason.PROTOCOL,
					"the source answered \"not modified\", and no value of it is known (expected: a value)");
			return;
		}
		boolean fresh = !isStaleOnArrival(offered);
		// Also where the cache knows better: it is the source that is judged.
		this.answeredFresh |= fresh;
		Revision<?> winner = written.stored();
		boolean superseded = written.status() != WriteStatus.STORED
				&& written.status() != WriteStatus.IGNORED_INVALIDATED && winner != null
				&& !this.services.store().isStale(winner, this.now);
		if (superseded && winner != null) {
			land(flight, new FlightOutcome.Landed(winner, draft.origin().source(), fresh ? offered : null));
		}
		else if (fresh) {
			land(flight, new FlightOutcome.Landed(offered));
		}
		else {
			if (this.services.store().mayStandIn(offered)) {
				flight.progress().keepStale(offered);
			}
			unlucky(flight, FailureReason.STALE_DATA,
					"observed " + Failures.seconds(TimeSource.minus(this.now, draft.statement().observedAt()))
							+ " ago, past its time to live");
		}
	}

	// What was fresh when a value was computed from it counts as fresh, however short its
	// time to live.
	private boolean isStaleOnArrival(Revision<?> offered) {
		return isFromStale() || this.now > offered.lifetime().freshUntil();
	}

	// A value computed from stale ones is stale itself, through no fault of its source.
	// One
	// that is computed from pinned values is wanted all the same.
	private boolean isFromStale() {
		return this.call.operation() instanceof Operation.Derive derive && derive.values().isAnyStale()
				&& this.call.flights().getFirst().voyage().pins() == null;
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
