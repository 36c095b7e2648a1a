package io.coalestra.concurrency;

import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

import io.coalestra.failure.ResourceFailure;
import io.coalestra.internal.flight.Flight;
import io.coalestra.internal.flight.FlightListener;
import io.coalestra.internal.flight.FlightOutcome;
import io.coalestra.internal.flight.FlightRegistry;
import io.coalestra.internal.flight.FlightRegistry.Joining;
import io.coalestra.internal.flight.FlightRegistry.Role;
import io.coalestra.internal.flight.FlightRegistry.Terms;
import io.coalestra.internal.flight.Seat;
import io.coalestra.internal.flight.Voyage;
import io.coalestra.key.ResourceKey;
import io.coalestra.key.ResourceType;
import io.coalestra.source.ContextCarrier;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Test;

/**
 * Readers of one key board, leave and land its flight, and invalidations fence it: one
 * flight at most can be joined, the one who opens it is the one who lands it, and all who
 * are aboard when it lands are told once.
 */
@Param(name = "thread", gen = ThreadIdGen.class)
public class FlightLincheckTests {

	private static final int MAX_THREADS = 8;

	private static final ResourceKey<String> KEY = ResourceType.of("test", "item", String.class).key("a");

	private static final Terms TERMS = new Terms(new Voyage(0, Map.of(), ContextCarrier.NONE.capture(), "id"),
			Joining.ANY, 0, Long.MAX_VALUE, 0, 0);

	private static final FlightOutcome FAILED = new FlightOutcome.Failed(
			ResourceFailure.of(KEY, ResourceFailure.Kind.SOURCES_FAILED, List.of()));

	private final FlightRegistry registry = new FlightRegistry();

	// Each touched by its own thread only, but for being told.
	private final Reader[] readers = new Reader[MAX_THREADS];

	@Operation
	public String board(@Param(name = "thread") int thread) {
		if (this.readers[thread] != null) {
			return "is aboard";
		}
		Reader reader = new Reader();
		this.readers[thread] = reader;
		reader.seat = this.registry.board(KEY, reader, 0, TERMS);
		return reader.seat.role().toString();
	}

	/**
	 * Ends the reader's own flight, or leaves another's.
	 */
	@Operation
	public String end(@Param(name = "thread") int thread) {
		Reader reader = this.readers[thread];
		if (reader == null) {
			return "is not aboard";
		}
		this.readers[thread] = null;
		Flight flight = reader.seat.flight();
		if (reader.seat.role() == Role.OPENED) {
			this.registry.land(flight, FAILED);
			return "landed";
		}
		reader.seat.leave();
		return "left";
	}

	@Operation
	public void fence() {
		this.registry.fence(KEY);
	}

	@Validate
	public void everyoneIsToldOnceAndNoFlightIsLostOrLeft() {
		int opened = 0;
		for (Reader reader : this.readers) {
			if (reader != null && reader.seat != null) {
				int expected = reader.seat.flight().hasLanded() ? 1 : 0;
				if (reader.told.get() != expected) {
					throw new IllegalStateException("told " + reader.told + " times (expected: " + expected + ")");
				}
				opened += (reader.seat.role() == Role.OPENED) ? 1 : 0;
			}
		}
		// An opener that is still aboard has not landed its flight.
		if (this.registry.size() != opened || this.registry.inProgress().size() != opened) {
			throw new IllegalStateException(this.registry.size() + " flights (expected: " + opened + ")");
		}
	}

	@Test
	void oneFlightAtMostCanBeJoinedInEverySchedule() {
		new ModelCheckingOptions().sequentialSpecification(Airport.class)
			.iterations(4)
			.invocationsPerIteration(80)
			.threads(2)
			.actorsPerThread(3)
			.check(getClass());
	}

	@Test
	void oneFlightAtMostCanBeJoinedUnderStress() {
		new StressOptions().sequentialSpecification(Airport.class)
			.iterations(20)
			.invocationsPerIteration(1_000)
			.threads(3)
			.actorsPerThread(4)
			.check(getClass());
	}

	private static final class Reader implements FlightListener {

		private final AtomicInteger told = new AtomicInteger();

		private Seat seat;

		@Override
		public void landed(int position, FlightOutcome outcome) {
			this.told.incrementAndGet();
		}

	}

	/**
	 * The flights, one step at a time.
	 */
	public static class Airport {

		// By thread: 0 is not aboard, else the number of the flight, negative for its
		// opener.
		private final int[] aboard = new int[MAX_THREADS];

		private int joinable;

		private int opened;

		public String board(int thread) {
			if (this.aboard[thread] != 0) {
				return "is aboard";
			}
			if (this.joinable != 0) {
				this.aboard[thread] = this.joinable;
				return "JOINED";
			}
			this.joinable = ++this.opened;
			this.aboard[thread] = -this.joinable;
			return "OPENED";
		}

		public String end(int thread) {
			int flight = this.aboard[thread];
			this.aboard[thread] = 0;
			if (flight == 0) {
				return "is not aboard";
			}
			if (flight > 0) {
				return "left";
			}
			this.joinable = (this.joinable == -flight) ? 0 : this.joinable;
			return "landed";
		}

		public void fence() {
			this.joinable = 0;
		}

	}

}
