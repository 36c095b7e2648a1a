package io.coalestra.internal.flight;

import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;

import org.jspecify.annotations.Nullable;

/**
 * What causes reads: a build, or a background refresh. Sources are told of it, and what
 * the reads take is counted with it.
 *
 * <p>
 * Immutable but for the id, which is made when first asked for and then stays.
 */
public final class Voyage {

	private final long requestedAt;

	private final Map<String, Object> metadata;

	private final Tally tally = new Tally();

	private final AtomicReference<@Nullable String> id;

	/**
	 * Makes a voyage.
	 * @param requestedAt when it began: nanoseconds since the epoch
	 * @param metadata what is handed to the sources
	 * @param id the snapshot's id, or null to have one made
	 */
	public Voyage(long requestedAt, Map<String, Object> metadata, @Nullable String id) {
		this.requestedAt = requestedAt;
		this.metadata = metadata;
		this.id = new AtomicReference<>(id);
	}

	/**
	 * Returns when it began.
	 * @return nanoseconds since the epoch
	 */
	public long requestedAt() {
		return this.requestedAt;
	}

	/**
	 * Returns what is handed to the sources.
	 * @return the metadata
	 */
	public Map<String, Object> metadata() {
		return this.metadata;
	}

	/**
	 * Returns where its work is counted.
	 * @return the tally
	 */
	public Tally tally() {
		return this.tally;
	}

	/**
	 * Returns the snapshot's id.
	 * @return the id
	 */
	public String id() {
		String given = this.id.get();
		if (given != null) {
			return given;
		}
		String made = UUID.randomUUID().toString();
		String witness = this.id.compareAndExchange(null, made);
		return (witness != null) ? witness : made;
	}

}
