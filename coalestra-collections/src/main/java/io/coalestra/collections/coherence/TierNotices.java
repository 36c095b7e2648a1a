package io.coalestra.collections.coherence;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

import io.coalestra.tier.TierKey;
import io.coalestra.tier.coherence.CoherenceListener;
import io.coalestra.tier.coherence.Doubt;
import io.coalestra.tier.coherence.NoticeChannel;
import io.coalestra.tier.coherence.TierChange;
import io.coalestra.tier.coherence.TierGate;

/**
 * Carries notices through the shared tier: numbered, with a heartbeat, so that a lost one
 * is noticed within four heartbeats. Safe for concurrent use.
 */
public final class TierNotices implements NoticeTransport {

	private static final String TOPIC = "collections";

	private static final Duration LAST_WORDS = Duration.ofSeconds(1);

	private final TierGate gate;

	private final Duration heartbeat;

	/**
	 * Makes a transport.
	 * @param gate the way to the tier
	 * @param heartbeat how often a node says that it is there: the same on every node
	 */
	public TierNotices(TierGate gate, Duration heartbeat) {
		this.gate = Objects.requireNonNull(gate, "gate");
		this.heartbeat = Objects.requireNonNull(heartbeat, "heartbeat");
	}

	@Override
	public Channel open(Listener listener) {
		NoticeChannel channel = NoticeChannel.on(this.gate, TOPIC).heartbeat(this.heartbeat).open(new Ear(listener));
		return new Channel() {

			@Override
			public void tell(Collection<RowNotice> notices) {
				channel.tell(notices.stream()
					.map((notice) -> new TierChange(new TierKey(notice.collection(), notice.key()), null))
					.toList());
			}

			@Override
			public void close() {
				// Whoever closes the tier next would cut off what is on its way.
				channel.farewell().copy().completeOnTimeout(null, LAST_WORDS.toMillis(), TimeUnit.MILLISECONDS).join();
			}

		};
	}

	private record Ear(Listener listener) implements CoherenceListener {

		@Override
		public void changed(List<TierChange> changes) {
			this.listener.changed(
					changes.stream().map((change) -> new RowNotice(change.key().space(), change.key().id())).toList());
		}

		@Override
		public void doubted(Doubt doubt) {
			this.listener.doubted(doubt.name().toLowerCase(Locale.ROOT));
		}

	}

}
