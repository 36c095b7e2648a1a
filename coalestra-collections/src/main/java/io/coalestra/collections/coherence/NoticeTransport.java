package io.coalestra.collections.coherence;

import java.util.Collection;
import java.util.List;

/**
 * Carries notices between the nodes of a fleet. It may lose some, but must say so within
 * a bounded time. Implementations are safe for concurrent use.
 */
public interface NoticeTransport {

	/**
	 * Begins to listen, and to be able to tell. Called once a registry.
	 * @param listener is told what other nodes tell
	 * @return the way to tell others
	 */
	Channel open(Listener listener);

	/**
	 * Tells other nodes.
	 */
	interface Channel extends AutoCloseable {

		/**
		 * Tells that rows were written. Never waits, and throws nothing: what cannot be
		 * told now is told later, or else the others come to doubt.
		 * @param notices which rows; the store has taken the writes
		 */
		void tell(Collection<RowNotice> notices);

		/**
		 * Ends telling and listening.
		 */
		@Override
		void close();

	}

	/**
	 * Is told what other nodes have written. Quick, never blocks, throws nothing.
	 */
	interface Listener {

		/**
		 * Another node has written rows. May come twice, and late.
		 * @param notices which rows
		 */
		void changed(List<RowNotice> notices);

		/**
		 * Notices may have been missed: what is known of any row may no longer hold.
		 * @param reason why, in a word or two
		 */
		void doubted(String reason);

	}

}
