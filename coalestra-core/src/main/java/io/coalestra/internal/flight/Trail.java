package io.coalestra.internal.flight;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.coalestra.snapshot.Explanation;

/**
 * What was done for one flight, step by step, up to a bound; how many steps came after
 * that is counted. Guarded by the flight.
 */
final class Trail {

	private final long begunAt;

	private final List<Explanation.Step> steps = new ArrayList<>(4);

	private int further;

	Trail(long begunAt) {
		this.begunAt = begunAt;
	}

	void add(long at, String action, String component, String detail) {
		if (this.steps.size() >= Explanation.MAX_STEPS - 1) {
			this.further++;
			return;
		}
		this.steps
			.add(new Explanation.Step(Duration.ofNanos(Math.max(0, at - this.begunAt)), action, component, detail));
	}

	List<Explanation.Step> steps() {
		if (this.further == 0) {
			return List.copyOf(this.steps);
		}
		List<Explanation.Step> all = new ArrayList<>(this.steps);
		all.add(new Explanation.Step(all.getLast().after(), "trail", "", this.further + " further steps"));
		return all;
	}

}
