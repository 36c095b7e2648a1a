package io.coalestra.collections.flush;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * What one flush has done so far. For one thread.
 */
final class FlushProgress {

	private final Set<Entry> tried = new HashSet<>();

	private final List<List<String>> cycles = new ArrayList<>();

	// Collections of which something was stored, and those whose store takes nothing.
	private final Set<CollectionBuffer> able = new HashSet<>();

	private final Set<CollectionBuffer> unable = new HashSet<>();

	private final FlushTally tally;

	private int stored;

	private int conflicts;

	private int dropped;

	private int failed;

	private @Nullable Throwable failure;

	FlushProgress(FlushTally tally) {
		this.tally = tally;
	}

	Set<Entry> tried() {
		return this.tried;
	}

	void tried(Entry entry) {
		this.tried.add(entry);
	}

	void cycles(List<List<String>> found) {
		found.stream().filter((cycle) -> !this.cycles.contains(cycle)).forEach(this.cycles::add);
	}

	/**
	 * The store has taken something.
	 */
	void stored(CollectionBuffer owner) {
		needless();
		this.able.add(owner);
		owner.able();
	}

	/**
	 * There was nothing to be stored.
	 */
	void needless() {
		this.stored++;
	}

	boolean isAble(CollectionBuffer owner) {
		return this.able.contains(owner);
	}

	void unable(CollectionBuffer owner) {
		this.unable.add(owner);
	}

	boolean isUnable(CollectionBuffer owner) {
		return this.unable.contains(owner);
	}

	void conflicts(int number) {
		this.conflicts += number;
	}

	void dropped(int number) {
		this.dropped += number;
		this.failed--;
	}

	void failed(Throwable thrown, int writes) {
		this.failed += writes;
		this.tally.failures.increment();
		if (this.failure == null) {
			this.failure = thrown;
		}
	}

	FlushResult result(int left) {
		return new FlushResult(this.stored, this.conflicts, this.failed, this.dropped, left, this.cycles, this.failure);
	}

}
