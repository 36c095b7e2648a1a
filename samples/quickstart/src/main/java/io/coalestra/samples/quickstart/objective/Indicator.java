package io.coalestra.samples.quickstart.objective;

import java.util.Arrays;

import io.coalestra.key.ResourceKey;
import io.coalestra.samples.quickstart.actuator.Metric;
import io.coalestra.source.Dependencies;

import static io.coalestra.samples.quickstart.host.HostResources.CPU;
import static io.coalestra.samples.quickstart.host.HostResources.HEADROOM;
import static io.coalestra.samples.quickstart.host.HostResources.MEMORY;

/**
 * What objectives can be about: a resource, and the figure in it.
 */
public enum Indicator {

	/** How many threads want each processor. */
	LOAD_PER_CPU("load-per-cpu", Unit.NUMBER),

	/** The busy part of the processors' time. */
	CPU_BUSY("cpu-busy", Unit.SHARE),

	/** The part of the memory that could be had. */
	MEMORY_AVAILABLE("memory-available", Unit.SHARE),

	/** The threads of the application. */
	LIVE_THREADS("live-threads", Unit.NUMBER),

	/** How long the application has been running. */
	UPTIME("uptime", Unit.SECONDS);

	private final String id;

	private final Unit unit;

	Indicator(String id, Unit unit) {
		this.id = id;
		this.unit = unit;
	}

	static Indicator of(String id) {
		return Arrays.stream(values())
			.filter((indicator) -> indicator.id.equals(id))
			.findFirst()
			.orElseThrow(() -> new IllegalArgumentException("indicator: \"" + id + "\" (expected: a known one)"));
	}

	/**
	 * Returns the name under which it is in the table.
	 * @return the id
	 */
	public String id() {
		return this.id;
	}

	Unit unit() {
		return this.unit;
	}

	/**
	 * Returns the resource that has the figure.
	 */
	ResourceKey<?> measured() {
		return switch (this) {
			case LOAD_PER_CPU -> HEADROOM.key();
			case CPU_BUSY -> CPU.key();
			case MEMORY_AVAILABLE -> MEMORY.key();
			case LIVE_THREADS -> Metric.TYPE.key(Metric.LIVE_THREADS);
			case UPTIME -> Metric.TYPE.key(Metric.UPTIME);
		};
	}

	/**
	 * Takes the figure out of the resource: values are typed by their keys.
	 */
	double read(Dependencies values) {
		return switch (this) {
			case LOAD_PER_CPU -> values.get(HEADROOM.key()).loadPerCpu();
			case CPU_BUSY -> values.get(CPU.key()).busy();
			case MEMORY_AVAILABLE -> values.get(MEMORY.key()).availableShare();
			case LIVE_THREADS -> values.get(Metric.TYPE.key(Metric.LIVE_THREADS)).value();
			case UPTIME -> values.get(Metric.TYPE.key(Metric.UPTIME)).value();
		};
	}

	/**
	 * In what something is measured.
	 */
	public enum Unit {

		/** A mere number. */
		NUMBER,

		/** A part of a whole, from 0 to 1. */
		SHARE,

		/** A span of time. */
		SECONDS

	}

}
