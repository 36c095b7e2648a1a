package io.coalestra.tier.coherence;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.LongAdder;

import io.coalestra.tier.SharedTier;
import io.coalestra.tier.TierListener;
import io.coalestra.tier.coherence.CoherenceState.Counts;
import io.coalestra.time.TimeSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells other nodes what this one has changed in the shared tier, and this one what they
 * have, or that it may have missed something.
 *
 * <p>
 * Messages between nodes are lossy. So notices are numbered, a heartbeat repeats the last
 * number, and whoever misses a number, a node, or its own echo, is in {@link Doubt}. What
 * the tier did not take is told again later, one change a key, the newest; what had to be
 * given up makes a gap that the others notice. A lost notice thus costs them a
 * comparison, and never leaves them with an old copy for longer than four heartbeats.
 *
 * <p>
 * Safe for concurrent use, and never blocks.
 */
public final class NoticeChannel implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(NoticeChannel.class);

	private final TierGate gate;

	private final TimeSource time;

	private final String topic;

	private final String node;

	private final Duration heartbeat;

	private final long gathering;

	private final CoherenceListener listener;

	private final NoticeLedger ledger;

	private final UntoldChanges untold;

	private final NoticeSender sender;

	private final Doubts doubts;

	private final SharedTier.Subscription subscription;

	// The rest is read and written under this object's monitor, which is never held while
	// the listener is told or the tier is called.
	private long sentAt;

	private TimeSource.@Nullable Timer flush;

	private TimeSource.@Nullable Timer pulse;

	private @Nullable CompletableFuture<Void> farewell;

	private final LongAdder heard = new LongAdder();

	private final LongAdder unreadable = new LongAdder();

	private final LongAdder subscriptions = new LongAdder();

	private final LongAdder gaps = new LongAdder();

	private final LongAdder silences = new LongAdder();

	private NoticeChannel(Builder builder, CoherenceListener listener) {
		this.gate = builder.gate;
		this.time = builder.gate.time();
		this.topic = builder.topic;
		this.node = builder.node + "-" + Long.toString(ThreadLocalRandom.current().nextLong(), 36);
		this.heartbeat = builder.heartbeat;
		this.gathering = TimeSource.toNanos(builder.gathering);
		this.listener = listener;
		this.ledger = new NoticeLedger(this.heartbeat, this.time);
		this.untold = new UntoldChanges(builder.maxUntold);
		this.sender = new NoticeSender(this.gate, this.topic, this.node, this.untold, this::sayUnsaid);
		this.doubts = new Doubts(this.time,
				TimeSource.toNanos(this.heartbeat.multipliedBy(NoticeLedger.HEARTBEATS_OF_SILENCE)));
		this.sentAt = this.time.monotonicNanos() - this.gathering;
		this.subscription = this.gate.tier().subscribe(new Ear());
		synchronized (this) {
			this.pulse = this.time.schedule(this::beat, TimeSource.toNanos(this.heartbeat));
		}
		this.sender.send();
	}

	/**
	 * Starts the configuration of a channel.
	 * @param gate the way to the tier
	 * @param topic what the notices are about: channels of other topics are not heard; 1
	 * to 200 characters
	 * @return the configuration
	 */
	public static Builder on(TierGate gate, String topic) {
		return new Builder(gate, topic);
	}

	/**
	 * Tells the others of a change.
	 * @param change the change, which the tier has taken
	 */
	public void tell(TierChange change) {
		tell(List.of(change));
	}

	/**
	 * Tells the others of changes: at once, or, where notices were sent a moment ago,
	 * together with what else comes until that moment is over.
	 * @param changes the changes, which the tier has taken
	 */
	public void tell(Collection<TierChange> changes) {
		if (changes.isEmpty()) {
			return;
		}
		this.untold.add(changes);
		synchronized (this) {
			if (this.farewell != null || this.flush != null) {
				return;
			}
			long wait = this.sentAt + this.gathering - this.time.monotonicNanos();
			if (wait > 0) {
				this.flush = this.time.schedule(this::sendGathered, wait);
				return;
			}
			this.sentAt = this.time.monotonicNanos();
		}
		this.sender.send();
	}

	private void sendGathered() {
		synchronized (this) {
			this.sentAt = this.time.monotonicNanos();
			this.flush = null;
		}
		this.sender.send();
	}

	// --- the pulse ---

	private void beat() {
		boolean silent = this.ledger.fallenSilent() > 0;
		if (this.ledger.endsMeeting()) {
			doubt(Doubt.SUBSCRIBED);
		}
		Doubts.Hearing hearing = this.doubts.listen();
		if (hearing == Doubts.Hearing.FALLEN_DEAF) {
			this.silences.increment();
		}
		if (silent) {
			this.silences.increment();
		}
		if (silent || hearing != Doubts.Hearing.GOOD) {
			// Whether the others are silent, or the tier, its answer to the heartbeat
			// will
			// tell.
			this.doubts.add(Doubt.SILENCE);
		}
		synchronized (this) {
			if (this.farewell != null) {
				return;
			}
			this.pulse = this.time.schedule(this::beat, TimeSource.toNanos(this.heartbeat));
		}
		this.sender.sendHeartbeat();
	}

	// --- doubts ---

	private void doubt(Doubt doubt) {
		this.doubts.add(doubt);
		sayIfAnswered();
	}

	// Nothing can be compared with a tier that is away; when it answers, it is said.
	private void sayIfAnswered() {
		if (!this.gate.isAway()) {
			sayUnsaid();
		}
	}

	private void sayUnsaid() {
		this.doubts.take().forEach((doubt) -> contain(() -> this.listener.doubted(doubt)));
		this.doubts.told();
	}

	private void contain(Runnable telling) {
		try {
			telling.run();
		}
		catch (RuntimeException | Error ex) {
			logger.error("A listener to notices of topic {} failed", this.topic, ex);
		}
	}

	/**
	 * Returns how this node stands with the others, from memory.
	 * @return the state
	 */
	public CoherenceState state() {
		return new CoherenceState(this.node, this.topic, unknownSince(), this.ledger.size(), this.untold.size(),
				new Counts(this.sender.told(), this.untold.coalesced(), this.sender.failed(), this.untold.dropped(),
						this.heard.sum(), this.unreadable.sum(), this.subscriptions.sum(), this.gaps.sum(),
						this.silences.sum()));
	}

	/**
	 * Returns since when a change may have been missed that was not compensated yet.
	 * @return the moment, or null when all is well
	 */
	public @Nullable Instant unknownSince() {
		Instant away = this.gate.isAway() ? this.gate.silentSince() : null;
		return Doubts.earliest(away, this.doubts.since());
	}

	/**
	 * Ends the channel: tells what there is to tell, says farewell, and hears and tells
	 * nothing any more. The tier stays open.
	 * @return completed when the tier has taken the farewell, or has not
	 */
	public CompletableFuture<Void> farewell() {
		CompletableFuture<Void> said = new CompletableFuture<>();
		synchronized (this) {
			if (this.farewell != null) {
				return this.farewell;
			}
			this.farewell = said;
			for (TimeSource.Timer timer : timers()) {
				timer.cancel();
			}
		}
		var unused = this.sender.sendFarewell().thenAccept((answered) -> said.complete(null));
		this.subscription.close();
		return said;
	}

	/**
	 * Ends the channel, without waiting for the tier to take the farewell.
	 */
	@Override
	public void close() {
		var unused = farewell();
	}

	private List<TimeSource.Timer> timers() {
		List<TimeSource.Timer> timers = new ArrayList<>(2);
		if (this.pulse != null) {
			timers.add(this.pulse);
		}
		if (this.flush != null) {
			timers.add(this.flush);
		}
		return timers;
	}

	@Override
	public String toString() {
		return "notices of " + this.topic + " by " + this.node;
	}

	/**
	 * Hears what the tier hands on.
	 */
	private final class Ear implements TierListener {

		@Override
		public void received(byte[] message) {
			Notice notice = NoticeFormat.decode(message);
			if (notice == null) {
				NoticeChannel.this.unreadable.increment();
			}
			else if (notice.topic().equals(NoticeChannel.this.topic)) {
				if (notice.node().equals(NoticeChannel.this.node)) {
					echoed();
				}
				else {
					heard(notice);
				}
			}
		}

		private void echoed() {
			if (NoticeChannel.this.doubts.echoed()) {
				sayIfAnswered();
			}
		}

		private void heard(Notice notice) {
			NoticeLedger.Hearing hearing = NoticeChannel.this.ledger.hear(notice);
			if (!notice.changes().isEmpty()) {
				NoticeChannel.this.heard.add(notice.changes().size());
				contain(() -> NoticeChannel.this.listener.changed(notice.changes()));
			}
			if (hearing == NoticeLedger.Hearing.MISSED) {
				NoticeChannel.this.gaps.increment();
				doubt(Doubt.GAP);
			}
		}

		@Override
		public void subscribed() {
			NoticeChannel.this.ledger.subscribed();
			NoticeChannel.this.doubts.subscribed();
			NoticeChannel.this.subscriptions.increment();
			sayIfAnswered();
		}

		@Override
		public void interrupted() {
			NoticeChannel.this.doubts.interrupted();
		}

	}

	/**
	 * Configures a channel. Not safe for concurrent use.
	 */
	public static final class Builder {

		private final TierGate gate;

		private final String topic;

		private String node = "node";

		private Duration heartbeat = Duration.ofSeconds(1);

		private Duration gathering = Duration.ofMillis(3);

		private int maxUntold = 10_000;

		private Builder(TierGate gate, String topic) {
			this.gate = Objects.requireNonNull(gate, "gate");
			this.topic = requireName("topic", topic);
		}

		private static String requireName(String option, String value) {
			if (value.isEmpty() || value.length() > 200) {
				throw new IllegalArgumentException(option + ": " + value.length() + " characters (expected: 1 to 200)");
			}
			return value;
		}

		/**
		 * Names this node, for logs and health. What is drawn at random is added, so that
		 * no two lives of nodes are taken for one.
		 * @param value the name: 1 to 200 characters; by default {@code node}
		 * @return this
		 */
		public Builder node(String value) {
			this.node = requireName("node", value);
			return this;
		}

		/**
		 * Sets how often this node is heard, and expects to hear others. The same for all
		 * nodes of a fleet: whoever is not heard for three times as long counts as
		 * silent.
		 * @param value at least one millisecond; by default one second
		 * @return this
		 */
		public Builder heartbeat(Duration value) {
			if (value.toMillis() < 1) {
				throw new IllegalArgumentException("heartbeat: " + value + " (expected: at least PT0.001S)");
			}
			this.heartbeat = value;
			return this;
		}

		/**
		 * Sets for how long after a notice further changes are gathered, those of one key
		 * to one.
		 * @param value zero or more; by default 3 ms
		 * @return this
		 */
		public Builder gathering(Duration value) {
			if (value.isNegative()) {
				throw new IllegalArgumentException("gathering: " + value + " (expected: not negative)");
			}
			this.gathering = value;
			return this;
		}

		/**
		 * Sets of how many keys changes wait while the tier does not take them; beyond
		 * that the oldest are given up.
		 * @param value 1 or more; by default 10,000
		 * @return this
		 */
		public Builder maxUntold(int value) {
			if (value < 1) {
				throw new IllegalArgumentException("maxUntold: " + value + " (expected: 1 or more)");
			}
			this.maxUntold = value;
			return this;
		}

		/**
		 * Opens the channel: subscribes, and is heard from now on.
		 * @param listener is told what others do
		 * @return the channel
		 */
		public NoticeChannel open(CoherenceListener listener) {
			return new NoticeChannel(this, Objects.requireNonNull(listener, "listener"));
		}

	}

}
