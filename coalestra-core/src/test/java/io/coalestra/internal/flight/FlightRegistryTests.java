package io.coalestra.internal.flight;

import java.util.Map;

import io.coalestra.failure.ResourceFailure;
import io.coalestra.internal.flight.FlightRegistry.Joining;
import io.coalestra.internal.flight.FlightRegistry.Role;
import io.coalestra.internal.flight.FlightRegistry.Terms;
import io.coalestra.source.ContextCarrier;
import org.junit.jupiter.api.Test;

import static io.coalestra.fixtures.Types.BTC;
import static io.coalestra.fixtures.Types.ETH;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Which reads may be joined, and which may fill the cache.
 */
class FlightRegistryTests {

	private final FlightRegistry registry = new FlightRegistry();

	private Seat board(long requestedAt, Joining joining) {
		Voyage voyage = new Voyage(requestedAt, Map.of(), ContextCarrier.NONE.capture(), "id");
		return this.registry.board(BTC, (position, outcome) -> {
		}, 0, new Terms(voyage, joining, 0, Long.MAX_VALUE, 0, 0));
	}

	private static void end(FlightRegistry registry, Flight flight) {
		registry.land(flight, new FlightOutcome.Failed(
				ResourceFailure.of(flight.key(), ResourceFailure.Kind.SOURCES_FAILED, flight.progress().failures())));
	}

	@Test
	void whatBeganBeforeAMomentIsFencedAlsoWhereANewerReadTookItsPlace() {
		Flight first = board(10, Joining.ANY).flight();
		first.depart();
		Seat second = board(20, Joining.NOT_DEPARTED);
		assertThat(second.role()).isEqualTo(Role.OPENED);
		this.registry.fenceBefore(ETH, 30);
		assertThat(first.isFenced()).as("a read of another key").isFalse();
		this.registry.fenceBefore(BTC, 15);
		assertThat(first.isFenced()).isTrue();
		assertThat(second.flight().isFenced()).as("began since").isFalse();
	}

	@Test
	void aReadThatHasEndedFillsTheCacheNoMore() {
		Flight flight = board(10, Joining.ANY).flight();
		assertThat(flight.isFenced()).isFalse();
		end(this.registry, flight);
		assertThat(flight.isFenced()).isTrue();
	}

}
