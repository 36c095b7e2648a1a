package io.coalestra.spring.boot.metrics;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;

/**
 * How many warm builds there were, and how long they took together. A registry's timer
 * would look at the clock for each of them and take as long as many of their reads; this
 * is added to by builds, and read when somebody asks for it.
 */
final class WarmBuilds {

	// Both are only added to, by any thread; who reads one sees no moment of the other.
	private final LongAdder count = new LongAdder();

	private final LongAdder nanos = new LongAdder();

	void count(double builds) {
		this.count.add((long) builds);
	}

	void took(double millis) {
		this.nanos.add(Math.round(millis * 1_000_000));
	}

	// A registry refers to them weakly: they must be kept as long as they are added to.
	void register(MeterRegistry registry, Tag builder) {
		MeterName name = MeterName.SNAPSHOT_WARM_BUILD;
		FunctionTimer
			.builder(name.id(), this, (builds) -> builds.count.sum(), (builds) -> builds.nanos.sum(),
					TimeUnit.NANOSECONDS)
			.description(name.description())
			.tags(List.of(builder))
			.register(registry);
	}

}
