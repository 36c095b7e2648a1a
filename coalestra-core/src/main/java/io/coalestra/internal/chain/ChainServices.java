package io.coalestra.internal.chain;

import java.util.concurrent.Executor;

import io.coalestra.internal.capacity.Permits;
import io.coalestra.internal.flight.FlightRegistry;
import io.coalestra.internal.flight.WaitGraph;
import io.coalestra.internal.isolation.PayloadIsolation;
import io.coalestra.internal.signal.Signals;
import io.coalestra.internal.store.RevisionStore;
import io.coalestra.internal.tier.EngineTier;
import io.coalestra.policy.ObservationPolicy;
import io.coalestra.time.TimeSource;
import org.jspecify.annotations.Nullable;

/**
 * What the steps of the chain share.
 *
 * @param plan which sources can be asked
 * @param registry the flights
 * @param waitGraph who waits for whom
 * @param store the cache
 * @param isolation copies payloads
 * @param observation what is done with future observations
 * @param permits the builder's own permits
 * @param executor runs calls
 * @param running the calls that run
 * @param time the time
 * @param signals events and metrics
 * @param counters what went wrong in time
 * @param retries when a failed call is made again
 * @param groups what is fetched and seen together
 * @param transportGrace by how much a call may outlast what its client declared
 * @param dispatchGrace by how much a deadline may fall short of a client's limit
 * @param tier what is shared with other nodes, or null
 */
public record ChainServices(SourcePlan plan, FlightRegistry registry, WaitGraph waitGraph, RevisionStore store,
		PayloadIsolation isolation, ObservationPolicy observation, Permits permits, Executor executor,
		RunningCalls running, TimeSource time, Signals signals, ChainCounters counters, Retries retries, Groups groups,
		long transportGrace, long dispatchGrace, @Nullable EngineTier tier) {

	/**
	 * Takes a short step on another thread, or here where there is none to be had.
	 * @param step the step
	 */
	void elsewhere(Runnable step) {
		try {
			this.executor.execute(step);
		}
		catch (RuntimeException | Error ex) {
			// The executor is full or closed, or there is no thread to be had; the step
			// is short, and somebody must take it.
			step.run();
		}
	}

}
