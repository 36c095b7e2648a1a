package io.coalestra.collections.jdbc;

import java.time.Duration;
import java.util.Objects;
import javax.sql.DataSource;

import io.coalestra.collections.coherence.NoticeTransport;

/**
 * Carries notices by {@code LISTEN} and {@code NOTIFY} of PostgreSQL, where there is no
 * shared tier.
 *
 * <p>
 * It takes two connections for good: one that listens, and one that tells. A lost one is
 * opened again, after a pause that doubles up to five seconds. Whoever was not listening
 * for a while doubts all it knows, so that what it missed is not served for longer than
 * the connection's loss goes unnoticed: one heartbeat and a time limit of the same
 * length. Safe for concurrent use.
 */
public final class PostgresNotices implements NoticeTransport {

	/** The channel unless another is set. */
	public static final String DEFAULT_CHANNEL = "coalestra_collections";

	/** How many notices wait to be told at most; more make the others doubt. */
	public static final int MAX_WAITING = 10_000;

	private static final Duration DEFAULT_HEARTBEAT = Duration.ofSeconds(2);

	private final DataSource source;

	private final String channel;

	private final Duration heartbeat;

	private PostgresNotices(DataSource source, String channel, Duration heartbeat) {
		this.source = source;
		this.channel = channel;
		this.heartbeat = heartbeat;
	}

	/**
	 * Makes a transport with a channel called {@value #DEFAULT_CHANNEL} and a heartbeat
	 * of two seconds.
	 * @param source gives the connections, which must be PostgreSQL's own or unwrap to
	 * them; better not a pool's that the application waits for
	 * @return the transport
	 */
	public static PostgresNotices on(DataSource source) {
		return new PostgresNotices(Objects.requireNonNull(source, "source"), DEFAULT_CHANNEL, DEFAULT_HEARTBEAT);
	}

	/**
	 * Returns the same with another channel.
	 * @param name its name: a letter or an underscore, then letters, digits and
	 * underscores, 63 in all at most
	 * @return the transport
	 * @throws IllegalArgumentException if the name is no such name
	 */
	public PostgresNotices channel(String name) {
		if (!name.matches("[A-Za-z_][A-Za-z0-9_]{0,62}")) {
			throw new IllegalArgumentException(
					"channel: not a name (expected: a letter or _, then letters, digits and _,"
							+ " at most 63 in all)");
		}
		return new PostgresNotices(this.source, name, this.heartbeat);
	}

	/**
	 * Returns the same with another heartbeat: how often a connection that is quiet is
	 * tried.
	 * @param span more than zero
	 * @return the transport
	 * @throws IllegalArgumentException if the span is zero or less
	 */
	public PostgresNotices heartbeat(Duration span) {
		if (span.isNegative() || span.isZero()) {
			throw new IllegalArgumentException("heartbeat: " + span + " (expected: more than zero)");
		}
		return new PostgresNotices(this.source, this.channel, span);
	}

	@Override
	public Channel open(Listener listener) {
		return new NotifyChannel(this.source, this.channel, this.heartbeat, listener);
	}

}
