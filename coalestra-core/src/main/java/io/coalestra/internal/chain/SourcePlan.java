package io.coalestra.internal.chain;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.coalestra.failure.FailureReason;
import io.coalestra.failure.SourceFailure;
import io.coalestra.internal.flight.Flight;
import io.coalestra.internal.flight.Tally;
import io.coalestra.key.ResourceKey;
import io.coalestra.key.ResourceType;
import org.jspecify.annotations.Nullable;

/**
 * Which sources can be asked for a key, in their order.
 *
 * <p>
 * What the types decide is worked out once a type. What an application's predicate
 * decides is remembered for each source and key, up to a bound.
 */
public final class SourcePlan {

	private static final int MAX_TYPES = 10_000;

	private final List<SourceSlot> slots;

	// Worked out anew when forgotten, so that a race costs nothing; cleared when it grows
	// beyond its bound.
	private final ConcurrentMap<ResourceType<?>, List<SourceSlot>> chains = new ConcurrentHashMap<>();

	private final @Nullable Cache<SupportQuestion, Boolean> support;

	// Counts up before answers are forgotten. Whoever remembers one looks afterwards
	// whether it was asked before that, and forgets it again.
	private final AtomicInteger forgotten = new AtomicInteger();

	/**
	 * Makes a plan.
	 * @param slots the sources in order of registration
	 * @param supportMemory how many answers are remembered; zero for none
	 */
	public SourcePlan(List<SourceSlot> slots, int supportMemory) {
		List<SourceSlot> ordered = new ArrayList<>(slots);
		ordered.sort(Comparator.comparingInt((SourceSlot slot) -> slot.source().settings().priority()).reversed());
		this.slots = List.copyOf(ordered);
		this.support = (supportMemory > 0)
				? Caffeine.newBuilder().maximumSize(supportMemory).executor(Runnable::run).build() : null;
	}

	/**
	 * Returns all sources in the order of asking.
	 * @return the sources
	 */
	public List<SourceSlot> slots() {
		return this.slots;
	}

	/**
	 * Returns the sources that cover a type, in the order of asking.
	 * @param type the type
	 * @return the chain
	 */
	List<SourceSlot> chainOf(ResourceType<?> type) {
		List<SourceSlot> known = this.chains.get(type);
		if (known != null) {
			return known;
		}
		List<SourceSlot> chain = this.slots.stream().filter((slot) -> slot.source().covers(type)).toList();
		if (this.chains.size() >= MAX_TYPES) {
			this.chains.clear();
		}
		this.chains.put(type, chain);
		return chain;
	}

	/**
	 * Finds the source to ask next, and moves the flight to it.
	 * @param flight the flight
	 * @param chain the chain of the flight's type
	 * @return the source's position, or the chain's size when there is none left
	 */
	int next(Flight flight, List<SourceSlot> chain) {
		int first = flight.progress().nextSource();
		int position = first;
		while (position < chain.size() && !mayAsk(chain.get(position), flight)) {
			position++;
		}
		if (position != first) {
			flight.progress().skipTo(position);
		}
		return position;
	}

	private boolean mayAsk(SourceSlot slot, Flight flight) {
		return !slot.source().isSelective() || supports(slot, flight);
	}

	private boolean supports(SourceSlot slot, Flight flight) {
		SupportQuestion question = new SupportQuestion(slot, flight.key());
		Cache<SupportQuestion, Boolean> memory = slot.source().settings().remembersSupport() ? this.support : null;
		Boolean known = (memory != null) ? memory.getIfPresent(question) : null;
		Tally tally = flight.voyage().tally();
		if (known != null) {
			tally.add(Tally.Count.SUPPORT_HITS, 1);
			return known;
		}
		tally.add(Tally.Count.SUPPORT_MISSES, 1);
		try {
			int asked = this.forgotten.get();
			boolean supports = slot.source().supports(flight.key());
			if (memory != null) {
				memory.put(question, supports);
				if (this.forgotten.get() != asked) {
					memory.invalidate(question);
				}
			}
			return supports;
		}
		catch (RuntimeException | Error ex) {
			SourceFailure thrown = SourceFailure.of(slot.name(), ex, 0);
			flight.progress()
				.note(new SourceFailure(slot.name(), FailureReason.SUPPORTS_ERROR, thrown.errorType(),
						"supports failed: " + thrown.message(), 0, ex));
			return false;
		}
	}

	/**
	 * Forgets the remembered answers.
	 */
	public void forgetSupport() {
		if (this.support != null) {
			this.forgotten.incrementAndGet();
			this.support.invalidateAll();
		}
	}

	/**
	 * Returns how many answers are remembered.
	 * @return the number of answers
	 */
	public long rememberedSupport() {
		return (this.support != null) ? this.support.estimatedSize() : 0;
	}

	private record SupportQuestion(SourceSlot slot, ResourceKey<?> key) {
	}

}
