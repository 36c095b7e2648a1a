package io.coalestra.internal.tier;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

import io.coalestra.internal.flight.Flight;
import io.coalestra.signal.Metric;
import io.coalestra.tier.LeaseTable;
import io.coalestra.tier.LeaseTable.Claim;
import io.coalestra.tier.ReadLeases;
import io.coalestra.tier.SharedTierOptions;
import io.coalestra.tier.TierKey;
import io.coalestra.tier.coherence.TierAnswer;
import io.coalestra.time.TimeSource;

/**
 * Lets one node read at its sources what several miss at once. Flights that the tier did
 * not end claim a lease on what they miss; who gets it goes on, the others look into the
 * tier again, sooner at first, until the value is there, the lease is free, or their time
 * for waiting is over.
 *
 * <p>
 * It spares reads, and nothing depends on it: a lease that is lost, late or refused costs
 * a read, and what two nodes fill the tier with is decided there, as ever. It has no
 * state but its counters; what is held belongs to the flights, and is given back once by
 * the last of them that ends.
 */
final class LeasedReads {

	private static final long FIRST_LOOK = Duration.ofMillis(5).toNanos();

	private static final long LONGEST_LOOK = Duration.ofMillis(100).toNanos();

	private final TierServices services;

	private final SharedReads reads;

	private final SharedKeys keys;

	private final SharedEra era;

	private final SharedTierOptions options;

	private final String holder;

	private final LongAdder granted = new LongAdder();

	private final LongAdder waited = new LongAdder();

	private final LongAdder overdue = new LongAdder();

	LeasedReads(TierServices services, SharedReads reads, SharedEra era, SharedTierOptions options, String node) {
		this.services = services;
		this.reads = reads;
		this.keys = services.keys();
		this.era = era;
		this.options = options;
		this.holder = node + "-" + Long.toString(ThreadLocalRandom.current().nextLong(), 36);
	}

	/**
	 * Asks the tier for flights, and for those that it does not end for leases.
	 * @param flights flights that are with no source
	 * @param onward is handed what is to go on to its sources, at once or later
	 */
	void read(List<Flight> flights, Consumer<List<Flight>> onward) {
		this.reads.read(flights, (left, took) -> {
			List<Flight> claiming = new ArrayList<>(left.size());
			List<Flight> free = new ArrayList<>(left.size());
			left.forEach((flight) -> (((took != null) && isLeased(flight)) ? claiming : free).add(flight));
			goOn(free, onward);
			if (!claiming.isEmpty() && took != null) {
				claim(new Waiting(claiming, onward, this.services.time().monotonicNanos(), FIRST_LOOK), took);
			}
		});
	}

	private boolean isLeased(Flight flight) {
		boolean covered = this.options.readLeases() == ReadLeases.ALL || Promotion.isRefresh(flight);
		return covered && flight.fillRight() != null && !flight.isFenced()
				&& this.options.leasedTypes().test(flight.key().type());
	}

	private static void goOn(List<Flight> flights, Consumer<List<Flight>> onward) {
		if (!flights.isEmpty()) {
			onward.accept(flights);
		}
	}

	// --- claiming ---

	private void claim(Waiting waiting, Duration took) {
		List<Place> places = Place.of(waiting.flights(), this.keys, this.era.current());
		List<CompletableFuture<Claim>> asked = new ArrayList<>(places.size());
		// What reading has left of the budget: asking costs a build no more than that.
		Duration left = this.services.gate().budget().minus(took);
		Duration limit = (left.compareTo(Duration.ofMillis(1)) > 0) ? left : Duration.ofMillis(1);
		var answer = this.services.gate().read((tier) -> {
			LeaseTable table = tier.leases();
			places
				.forEach((place) -> asked.add(table.claim(nameOf(place.key()), this.holder, this.options.leaseLife())));
			return CompletableFuture.allOf(asked.toArray(CompletableFuture<?>[]::new))
				.thenApply((done) -> asked.stream().map(CompletableFuture::join).toList());
		}, limit);
		if (answer.isDone()) {
			claimed(waiting, places, asked, answer.join());
			return;
		}
		var unused = answer.thenAccept((given) -> this.reads.handOver(() -> claimed(waiting, places, asked, given)));
	}

	private void claimed(Waiting waiting, List<Place> places, List<CompletableFuture<Claim>> asked,
			TierAnswer<List<Claim>> answer) {
		switch (answer) {
			case TierAnswer.Given<List<Claim>> given -> claimed(waiting, places, given.value());
			case TierAnswer.Withheld<List<Claim>> withheld -> {
				// Granted all the same, perhaps later: nobody would give it back.
				for (CompletableFuture<Claim> one : asked) {
					var unused = one.thenAccept((late) -> {
						if (late instanceof Claim.Granted granted) {
							release(granted.grant());
						}
					});
				}
				count("failure", places.size());
				trace(waiting.flights(), "no answer about a lease: " + withheld.message());
				goOn(waiting.flights(), waiting.onward());
			}
		}
	}

	private void claimed(Waiting waiting, List<Place> places, List<Claim> claims) {
		List<Flight> mine = new ArrayList<>();
		List<Flight> others = new ArrayList<>();
		for (int i = 0; i < claims.size(); i++) {
			List<Flight> flights = places.get(i).flights();
			switch (claims.get(i)) {
				case Claim.Granted granted -> {
					hold(granted.grant(), flights);
					mine.addAll(flights);
				}
				case Claim.Held held -> others.addAll(flights);
			}
		}
		this.granted.add(mine.size());
		count("granted", mine.size());
		if (waiting.look() > FIRST_LOOK && !mine.isEmpty()) {
			// Perhaps given back a moment ago by who has filled the tier.
			this.reads.read(mine, (left, took) -> goOn(left, waiting.onward()));
		}
		else {
			goOn(mine, waiting.onward());
		}
		List<Flight> patient = patient(others, waiting);
		if (!patient.isEmpty()) {
			waitFor(new Waiting(patient, waiting.onward(), waiting.since(), waiting.look()));
		}
	}

	// The lease is given back when the last of its flights is over, and the tier has what
	// they brought.
	private void hold(LeaseTable.Grant grant, List<Flight> flights) {
		AtomicInteger open = new AtomicInteger(flights.size());
		for (Flight flight : flights) {
			flight.trace(this.services.time().monotonicNanos(), "tier", this.services.name(),
					"leased, fencing number " + grant.fencingNumber());
			flight.afterwards(() -> {
				if (open.decrementAndGet() == 0) {
					release(grant);
				}
			});
		}
	}

	private void release(LeaseTable.Grant grant) {
		// What is not given back ends by itself.
		var unused = this.services.gate().write((tier) -> tier.leases().release(grant));
	}

	// --- waiting ---

	private List<Flight> patient(List<Flight> flights, Waiting waiting) {
		long now = this.services.time().monotonicNanos();
		List<Flight> patient = new ArrayList<>(flights.size());
		List<Flight> impatient = new ArrayList<>();
		for (Flight flight : flights) {
			if (flight.hasLanded()) {
				continue;
			}
			boolean isPatient = now - until(flight, waiting.since()) < 0 && !flight.isFenced();
			(isPatient ? patient : impatient).add(flight);
		}
		this.overdue.add(impatient.size());
		count("overdue", impatient.size());
		trace(impatient, "leased by another node, and not there in time");
		goOn(impatient, waiting.onward());
		return patient;
	}

	// Whoever waits for the flight needs time for a read of its own.
	private long until(Flight flight, long since) {
		long latest = TimeSource.plus(since, TimeSource.toNanos(this.options.leaseWait()));
		long deadline = flight.deadline();
		return (deadline == Long.MAX_VALUE) ? latest : Math.min(latest, since + (deadline - since) / 2);
	}

	private void waitFor(Waiting waiting) {
		if (waiting.look() == FIRST_LOOK) {
			this.waited.add(waiting.flights().size());
			count("waited", waiting.flights().size());
			trace(waiting.flights(), "leased by another node");
		}
		var unused = this.services.time().schedule(() -> this.reads.handOver(() -> lookAgain(waiting)), waiting.look());
	}

	private void lookAgain(Waiting waiting) {
		List<Flight> flights = waiting.flights().stream().filter((flight) -> !flight.hasLanded()).toList();
		if (flights.isEmpty()) {
			return;
		}
		this.reads.read(flights, (left, took) -> {
			if (took == null) {
				goOn(left, waiting.onward());
				return;
			}
			claim(new Waiting(left, waiting.onward(), waiting.since(), Math.min(LONGEST_LOOK, 2 * waiting.look())),
					took);
		});
	}

	private void count(String status, int number) {
		if (number > 0) {
			this.services.signals().record(Metric.SHARED_TIER_LEASE, number, status, this.services.name());
		}
	}

	private void trace(List<Flight> flights, String detail) {
		long now = this.services.time().monotonicNanos();
		flights.forEach((flight) -> flight.trace(now, "tier", this.services.name(), detail));
	}

	// Names of leases are short, and are distinct from those that applications choose.
	private static String nameOf(TierKey key) {
		try {
			byte[] digest = MessageDigest.getInstance("SHA-256").digest(key.text().getBytes(StandardCharsets.UTF_8));
			return "#read." + HexFormat.of().formatHex(digest);
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("every Java runtime has SHA-256", ex);
		}
	}

	Counts counts() {
		return new Counts(this.granted.sum(), this.waited.sum(), this.overdue.sum());
	}

	/**
	 * What became of leases.
	 *
	 * @param granted reads that this node made with a lease
	 * @param waited reads that waited for another node's
	 * @param overdue of those, the ones that were made all the same
	 */
	record Counts(long granted, long waited, long overdue) {
	}

	/**
	 * Flights that wait for another node.
	 *
	 * @param flights the flights
	 * @param onward takes those that go on to their sources
	 * @param since since when: monotonic nanoseconds
	 * @param look how long until they look again, in nanoseconds
	 */
	private record Waiting(List<Flight> flights, Consumer<List<Flight>> onward, long since, long look) {
	}

}
