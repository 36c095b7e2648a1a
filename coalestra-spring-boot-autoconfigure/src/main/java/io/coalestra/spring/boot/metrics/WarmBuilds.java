package io.coalestra.spring.boot.metrics;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;

/**
 * How many warm builds there were, and how long they took together. A registry's timer
 * would look at the clock for each of them and take as long as many of their reads; this
 * is added to by builds, and read when somebody asks for it.
 */
final class WarmBuilds {

	private final Supplier<MeterRegistry> registry;

	private final Tag builder;

	// Raised by whoever registers them; several may do so at once, to the same end.
	private volatile boolean registered;

	// Both are only added to, by any thread; who reads one sees no moment of the other.
	private final LongAdder count = new LongAdder();

	private final LongAdder nanos = new LongAdder();

	WarmBuilds(Supplier<MeterRegistry> registry, Tag builder) {
		this.registry = registry;
		this.builder = builder;
	}

	void count(double builds) {
		if (!this.registered) {
			register(this.registry.get());
		}
		this.count.add((long) builds);
	}

	void took(double millis) {
		this.nanos.add(Math.round(millis * 1_000_000));
	}

	// A registry refers to them weakly: they must be kept as long as they are added to.
	void register(MeterRegistry into) {
		this.registered = true;
		MeterName name = MeterName.SNAPSHOT_WARM_BUILD;
		FunctionTimer
			.builder(name.id(), this, (builds) -> builds.count.sum(), (builds) -> builds.nanos.sum(),
					TimeUnit.NANOSECONDS)
			.description(name.description())
			.tags(List.of(this.builder))
			.register(into);
	}

}
