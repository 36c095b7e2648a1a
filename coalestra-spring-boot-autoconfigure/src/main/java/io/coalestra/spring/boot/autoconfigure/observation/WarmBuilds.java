package io.coalestra.spring.boot.autoconfigure.observation;

import java.util.List;
import java.util.function.BooleanSupplier;

import io.coalestra.signal.Activity;
import io.coalestra.spring.boot.autoconfigure.CoalestraProperties.Observations.ObservedWarmBuilds;
import io.coalestra.spring.boot.observation.BuildObservationContext;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.util.ClassUtils;

/**
 * Whether builds are observed that the cache alone has answered. Safe for concurrent use.
 */
final class WarmBuilds implements BooleanSupplier {

	// Timers of builds are there without observations, at less cost.
	private static final String METERS = "io.micrometer.core.instrument.observation.MeterObservationHandler";

	private final ObservedWarmBuilds rule;

	private final ObjectProvider<ObservationHandler<?>> handlers;

	// Worked out by the first build that asks; a race works it out twice.
	private volatile @Nullable Boolean traced;

	WarmBuilds(ObservedWarmBuilds rule, ObjectProvider<ObservationHandler<?>> handlers) {
		this.rule = rule;
		this.handlers = handlers;
	}

	@Override
	public boolean getAsBoolean() {
		return switch (this.rule) {
			case ALWAYS -> true;
			case NEVER -> false;
			case TRACED -> isTraced();
		};
	}

	private boolean isTraced() {
		Boolean known = this.traced;
		if (known == null) {
			Observation.Context sample = new BuildObservationContext(
					new Activity.Build("", Activity.Build.Kind.SNAPSHOT, List.of()));
			known = this.handlers.stream()
				.anyMatch((handler) -> !isOfMeters(handler) && handler.supportsContext(sample));
			this.traced = known;
		}
		return known;
	}

	private static boolean isOfMeters(ObservationHandler<?> handler) {
		for (Class<?> type : ClassUtils.getAllInterfaces(handler)) {
			if (type.getName().equals(METERS)) {
				return true;
			}
		}
		return false;
	}

}
