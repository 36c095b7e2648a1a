package io.coalestra.internal.signal;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;

import io.coalestra.signal.Activity;
import io.coalestra.signal.ActivityWatcher;
import io.coalestra.signal.Watch;

/**
 * Tells a watcher what begins, and keeps what it throws from whoever does it. Without a
 * watcher nothing is made and nothing is called.
 */
public final class Activities {

	private final String builder;

	private final ActivityWatcher watcher;

	private final boolean watched;

	private final Consumer<Runnable> contain;

	private final Consumer<Throwable> contained;

	/**
	 * Makes the teller.
	 * @param builder the builder's name
	 * @param watcher is told
	 * @param contain runs what may throw
	 * @param contained keeps what was thrown
	 */
	Activities(String builder, ActivityWatcher watcher, Consumer<Runnable> contain, Consumer<Throwable> contained) {
		this.builder = builder;
		this.watcher = watcher;
		this.watched = !ActivityWatcher.NONE.equals(watcher);
		this.contain = contain;
		this.contained = contained;
	}

	/**
	 * Returns whether anybody watches.
	 * @return false if nothing need be told
	 */
	public boolean areWatched() {
		return this.watched;
	}

	/**
	 * Tells that something has begun.
	 * @param activity makes what is told of the builder's name, where anybody watches
	 * @return follows it; {@link Watch#NONE} where nobody does
	 */
	public Watch begun(Function<String, Activity> activity) {
		if (!this.watched) {
			return Watch.NONE;
		}
		Watch[] watch = { Watch.NONE };
		this.contain.accept(() -> watch[0] = this.watcher.begun(activity.apply(this.builder)));
		return Watch.NONE.equals(watch[0]) ? Watch.NONE : new Contained(watch[0], this.contain);
	}

	/**
	 * Returns whether a build is to be told of before it is known whether the cache alone
	 * answers it. Asked by every build.
	 * @return true if the watcher wants also those that it does
	 */
	public boolean areWarmBuildsWatched() {
		if (!this.watched) {
			return false;
		}
		try {
			return this.watcher.watchesWarmBuilds();
		}
		catch (Throwable thrown) {
			this.contained.accept(thrown);
			return false;
		}
	}

	/**
	 * Returns watches as the watcher made them.
	 * @param watches those that were given out here
	 * @return the distinct ones that follow something, in their order
	 */
	public static List<Watch> own(Iterable<Watch> watches) {
		List<Watch> own = new ArrayList<>();
		for (Watch watch : watches) {
			if (watch instanceof Contained contained && !own.contains(contained.watch)) {
				own.add(contained.watch);
			}
		}
		return own;
	}

	/**
	 * Keeps what a watch throws, and tells it of one end only.
	 */
	private static final class Contained implements Watch {

		private final Watch watch;

		private final Consumer<Runnable> contain;

		private final AtomicBoolean ended = new AtomicBoolean();

		private Contained(Watch watch, Consumer<Runnable> contain) {
			this.watch = watch;
			this.contain = contain;
		}

		@Override
		public Binding bind() {
			Binding[] binding = { () -> {
			} };
			this.contain.accept(() -> binding[0] = this.watch.bind());
			return () -> this.contain.accept(binding[0]::close);
		}

		@Override
		public void joined(Watch call) {
			if (call instanceof Contained contained && !this.ended.get()) {
				this.contain.accept(() -> this.watch.joined(contained.watch));
			}
		}

		@Override
		public void ended(End end) {
			if (this.ended.compareAndSet(false, true)) {
				this.contain.accept(() -> this.watch.ended(end));
			}
		}

	}

}
