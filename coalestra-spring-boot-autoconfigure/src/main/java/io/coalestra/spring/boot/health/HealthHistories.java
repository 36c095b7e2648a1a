package io.coalestra.spring.boot.health;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

import io.coalestra.health.BuilderHealth;
import org.jspecify.annotations.Nullable;

import org.springframework.context.SmartLifecycle;

/**
 * The {@link HealthHistory} of each named builder. Safe for concurrent use.
 */
public final class HealthHistories implements SmartLifecycle {

	private final Map<String, HealthHistory> histories;

	/**
	 * Keeps histories.
	 * @param histories the histories by the builder's name
	 */
	public HealthHistories(Map<String, HealthHistory> histories) {
		this.histories = Collections.unmodifiableMap(new LinkedHashMap<>(histories));
	}

	/**
	 * Returns the state to compare with.
	 * @param builder the builder's name
	 * @return the state, or null where there is no such builder, or no sample yet
	 */
	public @Nullable BuilderHealth baseline(String builder) {
		HealthHistory history = this.histories.get(builder);
		return (history != null) ? history.baseline() : null;
	}

	@Override
	public void start() {
		this.histories.values().forEach(HealthHistory::start);
	}

	@Override
	public void stop() {
		this.histories.values().forEach(HealthHistory::stop);
	}

	@Override
	public boolean isRunning() {
		return this.histories.values().stream().anyMatch(HealthHistory::isRunning);
	}

}
