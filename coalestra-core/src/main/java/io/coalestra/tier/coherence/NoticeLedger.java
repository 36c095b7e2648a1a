package io.coalestra.tier.coherence;

import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;

import io.coalestra.time.TimeSource;

/**
 * Knows what it has heard of each other node, and so what it has missed.
 *
 * <p>
 * A notice of changes has the next number of its node; one of another kind repeats the
 * last. A number further on says that something was missed, and so does a node that is
 * not heard from its beginning, except just after the subscription came to stand, when
 * all nodes are met for the first time: then it is said once, for all of them. Silence
 * says that something may have been missed. A node that says farewell, or was silent for
 * long, is forgotten; if it is still there, it is a newcomer.
 *
 * <p>
 * All state is read and written under this object's monitor, by the tier's threads and a
 * timer's.
 */
final class NoticeLedger {

	/** After how many heartbeats that were not heard a node counts as silent. */
	static final int HEARTBEATS_OF_SILENCE = 3;

	private static final int HEARTBEATS_OF_MEMORY = 60;

	private static final int MAX_NODES = 10_000;

	private final TimeSource time;

	private final long silence;

	private final long memory;

	private final Map<String, Heard> nodes = new HashMap<>();

	private long meetingUntil;

	private boolean isMeeting;

	private boolean hasMet;

	/**
	 * Makes a ledger.
	 * @param heartbeat how often a node is heard if all is well
	 * @param time the time
	 */
	NoticeLedger(Duration heartbeat, TimeSource time) {
		this.time = time;
		this.silence = TimeSource.toNanos(heartbeat.multipliedBy(HEARTBEATS_OF_SILENCE));
		this.memory = TimeSource.toNanos(heartbeat.multipliedBy(HEARTBEATS_OF_MEMORY));
	}

	/**
	 * Forgets everybody, since what was sent before has been missed in any case, and
	 * meets all anew.
	 */
	synchronized void subscribed() {
		this.nodes.clear();
		this.isMeeting = true;
		this.hasMet = false;
		this.meetingUntil = this.time.monotonicNanos() + this.silence;
	}

	/**
	 * Enters a notice of another node.
	 * @param notice the notice
	 * @return what it says of notices before it
	 */
	synchronized Hearing hear(Notice notice) {
		long now = this.time.monotonicNanos();
		Heard before = this.nodes.get(notice.node());
		if (notice.kind() == Notice.Kind.FAREWELL) {
			this.nodes.remove(notice.node());
		}
		else if (before != null || this.nodes.size() < MAX_NODES) {
			long last = (before != null) ? Math.max(before.sequence, notice.sequence()) : notice.sequence();
			this.nodes.put(notice.node(), new Heard(last, now, false));
		}
		if (before == null) {
			return first(notice);
		}
		// Of a node that went unheard for long, the heartbeats were missed as well.
		return before.missed ? Hearing.MISSED : following(notice, before.sequence);
	}

	private Hearing first(Notice notice) {
		Hearing hearing = following(notice, 0);
		if (hearing == Hearing.MISSED && this.isMeeting) {
			this.hasMet = true;
			return Hearing.IN_ORDER;
		}
		return hearing;
	}

	private static Hearing following(Notice notice, long last) {
		long expected = (notice.kind() == Notice.Kind.CHANGES) ? last + 1 : last;
		if (notice.sequence() < expected) {
			return Hearing.REPEATED;
		}
		return (notice.sequence() == expected) ? Hearing.IN_ORDER : Hearing.MISSED;
	}

	/**
	 * Looks who has not been heard for three heartbeats; each is counted once a silence.
	 * @return how many nodes have fallen silent since the last look
	 */
	synchronized int fallenSilent() {
		long now = this.time.monotonicNanos();
		int silent = 0;
		for (Iterator<Map.Entry<String, Heard>> each = this.nodes.entrySet().iterator(); each.hasNext();) {
			Map.Entry<String, Heard> entry = each.next();
			Heard heard = entry.getValue();
			long quiet = now - heard.at;
			if (quiet > this.silence && !heard.missed) {
				entry.setValue(new Heard(heard.sequence, heard.at, true));
				silent++;
			}
			else if (quiet > this.memory) {
				each.remove();
			}
		}
		return silent;
	}

	/**
	 * Ends the meeting of nodes after a subscription, when its time has come.
	 * @return true, once, if nodes were met whose earlier notices may have been missed
	 */
	synchronized boolean endsMeeting() {
		if (!this.isMeeting || this.time.monotonicNanos() - this.meetingUntil < 0) {
			return false;
		}
		this.isMeeting = false;
		return this.hasMet;
	}

	/**
	 * Returns how many nodes are known.
	 * @return the number of nodes
	 */
	synchronized int size() {
		return this.nodes.size();
	}

	/**
	 * What a notice says of those before it.
	 */
	enum Hearing {

		/** It follows the last one. */
		IN_ORDER,

		/** It was heard before, or overtaken. */
		REPEATED,

		/** There were others before it that were not heard. */
		MISSED

	}

	/**
	 * What was heard of a node.
	 *
	 * @param sequence its last number
	 * @param at when it was last heard: monotonic nanoseconds
	 * @param missed whether it has been silent since
	 */
	private record Heard(long sequence, long at, boolean missed) {
	}

}
