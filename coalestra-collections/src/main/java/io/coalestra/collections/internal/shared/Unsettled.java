package io.coalestra.collections.internal.shared;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.coalestra.collections.row.RowKey;
import io.coalestra.time.TimeSource;
import org.jspecify.annotations.Nullable;

/**
 * Rows that the shared tier may hold in an older version than the store: their change is
 * on its way, or the tier did not take it. What the tier says of them is not believed.
 *
 * <p>
 * The map is read and written under this object's monitor, by writers, by the tier's
 * answers and by readers; a reader that finds the count at zero does not look. When more
 * rows are owed than are kept, no row of the tier is believed until all that it holds
 * must have expired.
 */
final class Unsettled {

	private final int most;

	private final long life;

	private final TimeSource time;

	private final Map<RowKey, State> states = new HashMap<>();

	private volatile int size;

	// Zero while single rows are kept; written under the monitor.
	private volatile long distrustUntil;

	Unsettled(int most, long life, TimeSource time) {
		this.most = most;
		this.life = life;
		this.time = time;
	}

	synchronized void begin(RowKey key) {
		State state = this.states.computeIfAbsent(key, (same) -> new State());
		state.underWay++;
		this.size = this.states.size();
	}

	synchronized void settle(RowKey key) {
		end(key, false);
	}

	/**
	 * The tier did not take a change.
	 * @return true if someone is to try again for it
	 */
	synchronized boolean owe(RowKey key) {
		end(key, true);
		if (this.states.size() <= this.most) {
			return true;
		}
		this.states.values().removeIf((state) -> state.underWay == 0);
		this.states.values().forEach((state) -> state.owed = false);
		this.size = this.states.size();
		this.distrustUntil = Math.max(1, TimeSource.plus(this.time.monotonicNanos(), this.life));
		return false;
	}

	private void end(RowKey key, boolean owed) {
		State state = this.states.get(key);
		if (state == null) {
			return;
		}
		state.underWay--;
		state.owed |= owed;
		if (state.underWay == 0 && !state.owed) {
			this.states.remove(key);
		}
		this.size = this.states.size();
	}

	/**
	 * Returns owed rows, which are now on their way again.
	 */
	synchronized List<RowKey> retry(int most) {
		List<RowKey> taken = new ArrayList<>();
		for (Map.Entry<RowKey, State> each : this.states.entrySet()) {
			if (taken.size() == most) {
				break;
			}
			if (each.getValue().owed) {
				each.getValue().owed = false;
				each.getValue().underWay++;
				taken.add(each.getKey());
			}
		}
		return taken;
	}

	boolean contains(RowKey key) {
		if (this.distrustUntil != 0 && isDistrusted()) {
			return true;
		}
		return this.size > 0 && stateOf(key) != null;
	}

	/**
	 * Returns those of some rows about which the tier is not believed now.
	 */
	Set<RowKey> among(Collection<RowKey> keys) {
		if (this.size == 0 && this.distrustUntil == 0) {
			return Set.of();
		}
		Set<RowKey> found = new HashSet<>();
		for (RowKey key : keys) {
			if (contains(key)) {
				found.add(key);
			}
		}
		return found;
	}

	private synchronized boolean isDistrusted() {
		if (this.distrustUntil != 0 && this.time.monotonicNanos() >= this.distrustUntil) {
			this.distrustUntil = 0;
		}
		return this.distrustUntil != 0;
	}

	private synchronized @Nullable State stateOf(RowKey key) {
		return this.states.get(key);
	}

	int size() {
		return this.size;
	}

	void beginAll(Collection<RowKey> keys) {
		keys.forEach(this::begin);
	}

	private static final class State {

		private int underWay;

		private boolean owed;

	}

}
