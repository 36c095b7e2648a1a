package io.coalestra.internal.tier;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;

import io.coalestra.cache.Revision;
import io.coalestra.cache.WriteRule;
import io.coalestra.internal.flight.Comparison;
import io.coalestra.internal.flight.FillRight;
import io.coalestra.internal.flight.Flight;
import io.coalestra.internal.flight.FlightOutcome;
import io.coalestra.internal.flight.FlightRegistry;
import io.coalestra.internal.isolation.PayloadIsolation;
import io.coalestra.internal.signal.Signals;
import io.coalestra.internal.store.RevisionStore;
import io.coalestra.key.ResourceGroup;
import io.coalestra.key.ResourceKey;
import io.coalestra.key.ResourceKeys;
import io.coalestra.signal.EventType;
import io.coalestra.tier.ReadLeases;
import io.coalestra.tier.SharedTier;
import io.coalestra.tier.SharedTierOptions;
import io.coalestra.tier.TierCodec;
import io.coalestra.tier.TierVersion;
import io.coalestra.tier.coherence.NoticeChannel;
import io.coalestra.tier.coherence.TierChange;
import io.coalestra.tier.coherence.TierGate;
import io.coalestra.time.TimeSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The engine's shared tier: what flights ask before sources, what is written after the
 * local decision, and what the other nodes say.
 *
 * <p>
 * It is never in the way: whatever goes wrong with the tier, flights go on to their
 * sources within one budget, and local decisions stand.
 */
public final class EngineTier implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(EngineTier.class);

	private static final String TOPIC = "snapshots";

	private final TierServices services;

	private final SharedReads reads;

	private final SharedFills fills;

	private final @Nullable LeasedReads leases;

	private final SharedWrites writes;

	private final SharedValues values;

	private final SeenVersions seen;

	private final NoticeChannel notices;

	private EngineTier(TierServices services, SharedTierOptions options, TierCodec codec, String node) {
		this.services = services;
		SharedTier tier = services.gate().tier();
		StoredLife life = new StoredLife(options.maxLife(), tier.longestFill(), services.time());
		this.values = new SharedValues(codec, tier.maxPayloadBytes(), options.deflateFrom(), services.isolation(),
				tier.name());
		this.seen = new SeenVersions(life.ofMemory(), services.time());
		SharedEra era = new SharedEra(services, life, this.seen);
		Neighbours neighbours = new Neighbours(services, this.seen, era);
		this.writes = new SharedWrites(services, this.values, this.seen, era, life, options.maxPending(), neighbours);
		this.fills = new SharedFills(services, this.values, this.seen, era, life);
		this.reads = new SharedReads(services, this.values, this.seen, era);
		this.leases = (options.readLeases() != ReadLeases.NONE)
				? new LeasedReads(services, this.reads, era, options, node) : null;
		services.store().comparingWhile(() -> !services.gate().isAway());
		services.store().forgetting(this.seen::isOlder);
		this.notices = NoticeChannel
			.on(services.gate(), options.space().isEmpty() ? TOPIC : TOPIC + "." + options.space())
			.node(node)
			.heartbeat(options.heartbeat())
			.maxUntold(options.maxPending())
			.open(neighbours);
		this.writes.connect(this.notices);
		this.fills.connect(this.notices);
	}

	/**
	 * Connects a builder with a tier.
	 * @param settings the tier, which stays the caller's, and how it is used
	 * @param node the builder's name
	 * @param parts what of the engine the tier works with
	 * @return the connection
	 */
	public static EngineTier open(TierSettings settings, String node, Parts parts) {
		SharedTier tier = settings.tier();
		SharedTierOptions options = settings.options();
		TierGate gate = TierGate.to(tier)
			.budget(options.budget())
			.writeLimit(options.writeLimit())
			.failureThreshold(options.failureThreshold())
			.recoveryTimeout(options.recoveryTimeout())
			.timeSource(parts.time())
			.onCircuitChange((state) -> parts.signals()
				.emit(EventType.CIRCUIT_STATE_CHANGED, "source", tier.name(), "circuit", "shared_tier", "state", state))
			.build();
		SharedKeys keys = new SharedKeys(options.space(), options.types(), parts.derived(), parts.groups());
		return new EngineTier(new TierServices(gate, parts.store(), parts.registry(), parts.isolation(),
				parts.signals(), parts.time(), parts.executor(), parts.refreshing(), keys), options, settings.codec(),
				node);
	}

	// --- flights ---

	/**
	 * Returns whether a flight asks the tier now. It does so once.
	 * @param flight a flight that is with no source
	 * @return true if it is to be handed to {@link #read}
	 */
	public boolean isAskedBy(Flight flight) {
		ResourceKey<?> key = flight.key();
		SharedKeys keys = this.services.keys();
		if (!keys.isKept(key) || !keys.isReadable(key) || !flight.asksTier()) {
			return false;
		}
		if (!this.writes.isSettled(key)) {
			// The tier knows less than this node.
			flight.compared(Comparison.NONE);
			return false;
		}
		return !flight.isFenced();
	}

	/**
	 * Asks the tier for flights, in one request.
	 * @param flights the flights
	 * @param onward is handed those that the tier did not end
	 */
	public void read(List<Flight> flights, Consumer<List<Flight>> onward) {
		if (this.leases != null) {
			this.leases.read(flights, onward);
		}
		else {
			this.reads.read(flights, (left, took) -> onward.accept(left));
		}
	}

	/**
	 * Remembers what sources gave, before anybody sees it, so that nobody sees an older
	 * value afterwards: also where a fence kept it from the cache, which may have taken
	 * something older meanwhile. Throws nothing: the flights have to land.
	 * @param flights flights that are about to land
	 * @param outcomes how, in their order
	 */
	public void landing(List<Flight> flights, List<FlightOutcome> outcomes) {
		for (int i = 0; i < flights.size(); i++) {
			if (outcomes.get(i) instanceof FlightOutcome.Landed landed) {
				try {
					if (this.services.keys().isKept(flights.get(i).key())) {
						landing(landed.revision());
					}
				}
				catch (RuntimeException | Error ex) {
					// A cache or a condition of the application threw.
					logger.warn("What a source gave for {} was not compared with the cache", flights.get(i).key(), ex);
				}
			}
		}
	}

	private void landing(Revision<?> revision) {
		Revision.Provenance from = revision.provenance();
		this.seen.noteOwn(revision.key(), from.rank(), from.observedAt(), WriteRule.MONOTONIC);
		Revision<?> stored = this.services.store().get(revision.key());
		if (stored != null && stored.provenance().rank() == from.rank()
				&& stored.provenance().observedAt() < from.observedAt()) {
			this.services.store().invalidate(revision.key());
		}
	}

	/**
	 * Fills the tier with what sources gave, where it is in the cache and the flight had
	 * found nothing good in the tier. Throws nothing.
	 * @param flights flights that have landed
	 * @param outcomes how, in their order
	 */
	public void fill(List<Flight> flights, List<FlightOutcome> outcomes) {
		CompletableFuture<Void> filled = CompletableFuture.completedFuture(null);
		try {
			filled = fillStored(flights, outcomes);
		}
		catch (RuntimeException | Error ex) {
			// A cache of the application threw.
			logger.warn("What sources gave was not written to the shared tier {}", this.services.name(), ex);
		}
		if (this.leases != null) {
			// Whoever waits for a lease finds the value before it gets the lease.
			var unused = filled.thenRun(() -> flights.forEach(Flight::conclude));
		}
	}

	private CompletableFuture<Void> fillStored(List<Flight> flights, List<FlightOutcome> outcomes) {
		List<SharedFills.Candidate> candidates = new ArrayList<>();
		Map<ResourceKey<?>, Map<ResourceKey<?>, Revision<?>>> groups = new LinkedHashMap<>();
		Map<ResourceKey<?>, FillRight> rights = new HashMap<>();
		for (int i = 0; i < flights.size(); i++) {
			FillRight right = flights.get(i).fillRight();
			if (right != null && outcomes.get(i) instanceof FlightOutcome.Landed landed
					&& landed.supersededSource() == null && isStored(landed.revision())) {
				Revision<?> revision = landed.revision();
				if (this.services.keys().group(revision.key()) == null) {
					candidates.add(new SharedFills.Candidate(List.of(revision), false, right));
				}
				else {
					ResourceKey<?> home = this.services.keys().home(revision.key());
					groups.computeIfAbsent(home, (key) -> new HashMap<>()).put(revision.key(), revision);
					rights.put(home, right);
				}
			}
		}
		groups.forEach((home, members) -> {
			List<Revision<?>> whole = wholeGroup(home, members);
			if (whole != null) {
				candidates.add(new SharedFills.Candidate(whole, true, Objects.requireNonNull(rights.get(home))));
			}
		});
		return this.fills.fill(candidates);
	}

	// What was committed as one, and is there as one.
	@SuppressWarnings("ReferenceEquality") // the very commit
	private @Nullable List<Revision<?>> wholeGroup(ResourceKey<?> home, Map<ResourceKey<?>, Revision<?>> members) {
		ResourceKeys keys = Objects.requireNonNull(this.services.keys().group(home)).membersOf(home);
		List<Revision<?>> whole = new ArrayList<>(keys.size());
		for (ResourceKey<?> key : keys) {
			Revision<?> member = members.get(key);
			if (member == null || member.group() == null
					|| (!whole.isEmpty() && member.group() != whole.getFirst().group())) {
				return null;
			}
			whole.add(member);
		}
		return whole;
	}

	@SuppressWarnings("ReferenceEquality") // the very revision, not one like it
	private boolean isStored(Revision<?> revision) {
		return this.services.store().get(revision.key()) == revision;
	}

	// --- news ---

	/**
	 * Writes and tells what was published, after the cache has stored it.
	 * @param revisions the revisions that it stored
	 * @param rule the rule by which it did
	 */
	public void published(List<Revision<?>> revisions, WriteRule rule) {
		List<Revision<?>> kept = new ArrayList<>(revisions.size());
		for (Revision<?> revision : revisions) {
			if (this.services.keys().isKept(revision.key())) {
				kept.add(revision);
			}
			else if (this.services.keys().isShared(revision.key())) {
				this.notices.tell(new TierChange(SharedKeys.told(revision.key()), null));
			}
		}
		if (!kept.isEmpty()) {
			this.writes.publish(kept, rule);
		}
	}

	/**
	 * Writes and tells that a key was invalidated, after the cache has removed it.
	 * @param key the key
	 */
	public void invalidated(ResourceKey<?> key) {
		if (this.services.keys().isKept(key)) {
			this.writes.invalidate(key);
		}
		else if (this.services.keys().isShared(key)) {
			this.notices.tell(new TierChange(SharedKeys.told(key), null));
		}
	}

	/**
	 * Tells that a tag was invalidated. What carries tags is not kept in the tier.
	 * @param tag the tag
	 */
	public void tagInvalidated(String tag) {
		this.notices.tell(new TierChange(SharedKeys.told(tag), null));
	}

	/**
	 * Clears the tier and the other nodes, in constant time.
	 */
	public void cleared() {
		this.writes.clear();
	}

	/**
	 * Learns that what the tier may have of a key is outdated, as the bearer of a token
	 * says.
	 * @param key the key
	 * @param moment what was observed before it counts for nothing: nanoseconds since the
	 * epoch
	 */
	public void outdated(ResourceKey<?> key, long moment) {
		// As if it had been invalidated a moment before.
		long generation = moment / SeenVersions.NANOS_OF_A_GENERATION - 1;
		this.seen.note(this.services.keys().home(key),
				new TierVersion(generation, TierVersion.LOWEST_RANK, TierVersion.LOWEST_ORDER));
	}

	// --- state ---

	/**
	 * Returns since when a change of another node may have been missed.
	 * @return the moment, or null when all is well
	 */
	public @Nullable Instant unknownSince() {
		return this.notices.unknownSince();
	}

	/**
	 * Returns what reports how the tier does.
	 * @return the component
	 */
	public SharedTierHealth health() {
		return new SharedTierHealth(this.services.gate(), this.notices, this.writes, this.fills, this.leases,
				this.values);
	}

	/**
	 * Writes what waits, and then says farewell to the other nodes. The tier stays open.
	 * @return completed when the tier has taken both, or has not, with the number of keys
	 * whose writes it did not take
	 */
	public CompletableFuture<Integer> drain() {
		return this.writes.drain().thenCompose((left) -> this.notices.farewell().thenApply((done) -> left));
	}

	/**
	 * Returns how many keys wait for the tier.
	 * @return the number of keys
	 */
	public int pending() {
		return this.writes.counts().pending();
	}

	/**
	 * Says farewell to the other nodes, unless that was said. The tier stays open.
	 */
	@Override
	public void close() {
		this.notices.close();
	}

	/**
	 * Returns whether a value came from a shared tier when it was read.
	 * @param revision the value
	 * @return true if so
	 */
	public static boolean isFromTier(Revision<?> revision) {
		return SharedValues.isFromTier(revision);
	}

	/**
	 * What of the engine the tier works with.
	 *
	 * @param store the cache
	 * @param registry the flights
	 * @param isolation proves payloads immutable
	 * @param signals events and metrics
	 * @param time the time
	 * @param executor runs what the tier's own threads must not
	 * @param derived whether a key is derived
	 * @param groups finds the declared group of a key
	 * @param refreshing reads a key again in the background
	 */
	public record Parts(RevisionStore store, FlightRegistry registry, PayloadIsolation isolation, Signals signals,
			TimeSource time, Executor executor, Predicate<ResourceKey<?>> derived,
			Function<ResourceKey<?>, @Nullable ResourceGroup> groups, Consumer<ResourceKey<?>> refreshing) {
	}

}
