package io.coalestra.internal.store;

import java.util.ArrayList;
import java.util.List;

import io.coalestra.key.ResourceKey;

/**
 * Tells of keys whose stored value is another one than before, or was invalidated.
 *
 * <p>
 * The list of listeners is replaced as a whole, under this object's monitor; a writer of
 * the cache reads it once for each change, and while nobody listens does no more than
 * that. Listeners are told after the change can be seen, on the thread that made it.
 */
public final class Changes {

	private volatile List<Listener> listeners = List.of();

	/**
	 * Adds a listener.
	 * @param listener is told of every change from now on
	 */
	public synchronized void add(Listener listener) {
		List<Listener> more = new ArrayList<>(this.listeners);
		more.add(listener);
		this.listeners = List.copyOf(more);
	}

	/**
	 * Removes a listener.
	 * @param listener the listener
	 */
	public synchronized void remove(Listener listener) {
		List<Listener> fewer = new ArrayList<>(this.listeners);
		fewer.remove(listener);
		this.listeners = List.copyOf(fewer);
	}

	boolean isHeeded() {
		return !this.listeners.isEmpty();
	}

	void changed(ResourceKey<?> key) {
		for (Listener listener : this.listeners) {
			listener.changed(key);
		}
	}

	void anyChanged() {
		for (Listener listener : this.listeners) {
			listener.anyChanged();
		}
	}

	/**
	 * Is told of changes. Quick, throws nothing, and does not touch the cache.
	 */
	public interface Listener {

		/**
		 * A key changed.
		 * @param key the key
		 */
		void changed(ResourceKey<?> key);

		/**
		 * Any number of keys may have changed.
		 */
		void anyChanged();

	}

}
