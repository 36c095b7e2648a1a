package io.coalestra.spring.boot.observation;

import java.util.List;
import java.util.Objects;

import io.coalestra.signal.Activity;
import io.coalestra.signal.Watch;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationView;
import org.jspecify.annotations.Nullable;

/**
 * The observation of something that a builder does. Not safe for concurrent use, as no
 * observation context is.
 *
 * @param <A> what it does
 */
public abstract sealed class ActivityObservationContext<A extends Activity> extends Observation.Context
		implements LinkedObservationContext permits BuildObservationContext, SourceCallObservationContext,
		RefreshObservationContext, PublicationObservationContext {

	private final A activity;

	private final List<ObservationView> links;

	private Watch.@Nullable End end;

	ActivityObservationContext(A activity, List<ObservationView> links) {
		this.activity = Objects.requireNonNull(activity, "activity");
		this.links = List.copyOf(links);
	}

	/**
	 * Returns what the builder does.
	 * @return the activity
	 */
	public A activity() {
		return this.activity;
	}

	/**
	 * Returns how it ended.
	 * @return the end, or null before it
	 */
	public Watch.@Nullable End end() {
		return this.end;
	}

	void end(Watch.End how) {
		this.end = how;
	}

	@Override
	public List<ObservationView> links() {
		return this.links;
	}

}
