package io.coalestra.internal.chain;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;

import io.coalestra.cache.Revision;
import io.coalestra.failure.FailureReason;
import io.coalestra.failure.ResourceFailure;
import io.coalestra.failure.SourceFailure;
import io.coalestra.internal.flight.Flight;
import io.coalestra.key.ResourceKey;
import io.coalestra.key.ResourceKeys;
import io.coalestra.source.DerivedSource;
import io.coalestra.source.SourceProtocolException;
import io.coalestra.time.TimeSource;

/**
 * The first half of a derived source's call: its dependencies are named and read.
 * Failures here say nothing about the source itself, and leave its circuit alone.
 *
 * <p>
 * The half ends once: with what became of the dependencies, or because nobody wants the
 * value any more. Whichever comes first takes {@code over}, and the other does nothing.
 */
final class DerivedRead implements DependencyReader.Listener {

	private static final int MAX_DEPTH = 256;

	private static final int MAX_NAMED = 5;

	private final ChainServices services;

	private final SourceChain chain;

	private final SourceSlot slot;

	private final DerivedSource source;

	private final Flight flight;

	private final TimeSource.Timer hedge;

	private final AtomicBoolean over = new AtomicBoolean();

	private ResourceKeys keys = ResourceKeys.of();

	private Runnable next = () -> {
	};

	DerivedRead(ChainServices services, SourceChain chain, SourceSlot slot, DerivedSource source, Flight flight,
			TimeSource.Timer hedge) {
		this.services = services;
		this.chain = chain;
		this.slot = slot;
		this.source = source;
		this.flight = flight;
		this.hedge = hedge;
	}

	/**
	 * Names the dependencies and boards their flights.
	 * @param reader reads them
	 * @return the flights that were opened, which the caller sends out before it calls
	 * {@link #sentOut()}
	 */
	List<Flight> begin(DependencyReader reader) {
		try {
			this.keys = named();
		}
		catch (Throwable ex) {
			this.next = () -> fail(Failures.of(this.slot.name(), ex, 1));
			return List.of();
		}
		if (this.flight.depth() >= MAX_DEPTH) {
			this.next = () -> fail(FailureReason.DEPENDENCY,
					"more than " + MAX_DEPTH + " derivations build on one another", 0);
			return List.of();
		}
		return read(reader);
	}

	private ResourceKeys named() throws Exception {
		Collection<? extends ResourceKey<?>> named = this.source.dependencies(this.flight.key());
		if (named == null) {
			throw new SourceProtocolException("the source named null for its dependencies (expected: keys, or none)");
		}
		for (ResourceKey<?> key : named) {
			if (key == null) {
				throw new SourceProtocolException("the source named null as a dependency (expected: keys)");
			}
		}
		return ResourceKeys.of(named);
	}

	private List<Flight> read(DependencyReader reader) {
		if (this.keys.isEmpty()) {
			this.next = () -> arrived(List.of());
			return List.of();
		}
		try {
			DependencyReader.Reading reading = reader.read(this.keys, this.flight, this);
			this.next = () -> {
				reading.sentOut();
				withdrawWhenPointless(reading);
			};
			return reading.opened();
		}
		catch (RuntimeException | Error ex) {
			// A cache or a policy of the application threw before anything was asked for.
			this.next = () -> fail(Failures.of(this.slot.name(), ex, 0));
			return List.of();
		}
	}

	private void withdrawWhenPointless(DependencyReader.Reading reading) {
		if (this.over.get()) {
			return;
		}
		this.slot.whenPointless(List.of(this.flight), () -> !this.over.get(), () -> {
			if (this.over.compareAndSet(false, true)) {
				reading.withdraw();
				this.services.elsewhere(this::calledOff);
			}
		});
	}

	private void calledOff() {
		if (this.flight.hasLanded()) {
			this.hedge.cancel();
			return;
		}
		fail(FailureReason.UNWANTED, "nobody waits for the value any more", 0);
	}

	/**
	 * Goes on, now that everything that the launch could send out together is under way.
	 */
	void sentOut() {
		this.next.run();
	}

	@Override
	public void circular(List<ResourceKey<?>> path) {
		this.over.set(true);
		fail(FailureReason.DEPENDENCY_CYCLE, "the value depends on itself: "
				+ path.stream().map(Object::toString).collect(Collectors.joining(" -> ")), 0);
	}

	@Override
	public void arrived(List<DependencyReader.Found> found) {
		if (!this.over.compareAndSet(false, true)) {
			return;
		}
		List<Revision<?>> revisions = new ArrayList<>(found.size());
		List<ResourceFailure> missing = new ArrayList<>(0);
		boolean[] stale = new boolean[found.size()];
		for (int i = 0; i < found.size(); i++) {
			switch (found.get(i)) {
				case DependencyReader.Found.Value value -> {
					revisions.add(value.revision());
					stale[i] = value.freshness() == DependencyReader.InputFreshness.STALE;
				}
				case DependencyReader.Found.Missing none -> missing.add(none.failure());
			}
		}
		if (!missing.isEmpty()) {
			missing(missing);
			return;
		}
		DependencyValues values = new DependencyValues(this.keys, revisions, stale, this.services.isolation());
		if (stands(values)) {
			this.hedge.cancel();
			return;
		}
		new SourceCall(this.services, this.chain, this.slot, List.of(this.flight),
				new Operation.Derive(this.source, values), this.hedge::cancel)
			.begin();
	}

	// Where a cache or a policy of the application throws, the value is computed, and
	// what
	// is thrown then is told by its settlement.
	private boolean stands(DependencyValues values) {
		try {
			return new Confirmation(this.services, this.slot, this.flight, values).stands();
		}
		catch (RuntimeException | Error ex) {
			return false;
		}
	}

	private void missing(List<ResourceFailure> failures) {
		boolean deadline = failures.stream().anyMatch(ResourceFailure::isDeadlineExceeded);
		String named = failures.stream()
			.limit(MAX_NAMED)
			.map((failure) -> "dependency " + failure.message())
			.collect(Collectors.joining("; "));
		int more = failures.size() - MAX_NAMED;
		fail(deadline ? FailureReason.DEADLINE_EXCEEDED : FailureReason.DEPENDENCY,
				(more > 0) ? named + "; and " + more + " more" : named, 0);
	}

	private void fail(FailureReason reason, String message, int attempts) {
		fail(SourceFailure.of(this.slot.name(), reason, message, attempts));
	}

	private void fail(SourceFailure failure) {
		this.hedge.cancel();
		this.chain.failed(this.slot, List.of(this.flight), failure);
	}

}
