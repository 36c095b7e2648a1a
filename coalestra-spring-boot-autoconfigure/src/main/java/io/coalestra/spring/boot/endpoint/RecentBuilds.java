package io.coalestra.spring.boot.endpoint;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

import io.coalestra.snapshot.BuildListener;
import io.coalestra.snapshot.Explanation;
import io.coalestra.snapshot.Snapshot;
import io.coalestra.spring.boot.builder.PerBuilder;

/**
 * The explanations of the latest builds that had left the warm path, up to a bound. It
 * keeps keys and steps, never a payload. Safe for concurrent use: the builds are guarded
 * by the monitor, which is held for one addition or one copy.
 */
public final class RecentBuilds implements BuildListener, PerBuilder<BuildListener> {

	private static final int MOST_KEYS = 100;

	private final int size;

	private final Deque<RecentBuild> builds = new ArrayDeque<>();

	/**
	 * Makes an empty memory.
	 * @param size how many builds it keeps: 1 or more
	 */
	public RecentBuilds(int size) {
		if (size < 1) {
			throw new IllegalArgumentException("size: " + size + " (expected: 1 or more)");
		}
		this.size = size;
	}

	@Override
	public void built(Snapshot snapshot, Lacking lacking) {
		add(DEFAULT, snapshot, lacking);
	}

	@Override
	public BuildListener forBuilder(String name) {
		return (snapshot, lacking) -> add(name, snapshot, lacking);
	}

	private void add(String builder, Snapshot snapshot, Lacking lacking) {
		List<Explanation> explanations = snapshot.keys()
			.stream()
			.limit(MOST_KEYS)
			.<Explanation>map(snapshot::explain)
			.toList();
		RecentBuild build = new RecentBuild(builder, snapshot.id(), snapshot.createdAt(), lacking == Lacking.NOTHING,
				snapshot.keys().size(), explanations);
		synchronized (this) {
			if (this.builds.size() == this.size) {
				this.builds.removeLast();
			}
			this.builds.addFirst(build);
		}
	}

	/**
	 * Returns what is kept.
	 * @return the builds, the latest first
	 */
	public synchronized List<RecentBuild> builds() {
		return List.copyOf(this.builds);
	}

	/**
	 * A build that has ended.
	 *
	 * @param builder the builder's name
	 * @param id the snapshot's id
	 * @param createdAt when the build began
	 * @param complete whether nothing was lacking that the request required
	 * @param keys how many keys the snapshot has
	 * @param explanations how its first hundred keys came about
	 */
	public record RecentBuild(String builder, String id, Instant createdAt, boolean complete, int keys,
			List<Explanation> explanations) {

		/**
		 * Copies.
		 */
		public RecentBuild {
			explanations = List.copyOf(explanations);
		}

	}

}
