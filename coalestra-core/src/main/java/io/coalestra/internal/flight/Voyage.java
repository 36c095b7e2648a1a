package io.coalestra.internal.flight;

import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;

import io.coalestra.signal.Watch;
import io.coalestra.source.ContextCarrier;
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

	private final ContextCarrier.Captured captured;

	private final Tally tally;

	private final AtomicReference<@Nullable String> id;

	private final @Nullable Pins pins;

	private final @Nullable Long notBefore;

	private final Watch watch;

	/**
	 * Makes a voyage.
	 * @param requestedAt when it began: nanoseconds since the epoch
	 * @param metadata what is handed to the sources
	 * @param captured what was bound to the thread that caused it
	 * @param id the snapshot's id, or null to have one made
	 */
	public Voyage(long requestedAt, Map<String, Object> metadata, ContextCarrier.Captured captured,
			@Nullable String id) {
		this(requestedAt, metadata, captured, new Tally(), new AtomicReference<>(id), null, null, Watch.NONE);
	}

	private Voyage(long requestedAt, Map<String, Object> metadata, ContextCarrier.Captured captured, Tally tally,
			AtomicReference<@Nullable String> id, @Nullable Pins pins, @Nullable Long notBefore, Watch watch) {
		this.captured = captured;
		this.requestedAt = requestedAt;
		this.metadata = metadata;
		this.tally = tally;
		this.id = id;
		this.pins = pins;
		this.notBefore = notBefore;
		this.watch = watch;
	}

	/**
	 * Returns a later voyage of the same identity, which counts its work with this one's.
	 * @param begunAt when it begins: nanoseconds since the epoch
	 * @param handedOn what is handed to the sources
	 * @param carried what is bound to the thread that begins it
	 * @return the voyage
	 */
	public Voyage stage(long begunAt, Map<String, Object> handedOn, ContextCarrier.Captured carried) {
		return new Voyage(begunAt, handedOn, carried, this.tally, this.id, null, null, Watch.NONE);
	}

	/**
	 * Returns this voyage on which values are derived from pinned ones.
	 * @param pinned what is pinned; what is read on the way is added
	 * @return the voyage
	 */
	public Voyage pinned(Pins pinned) {
		return new Voyage(this.requestedAt, this.metadata, this.captured, this.tally, this.id, pinned, this.notBefore,
				this.watch);
	}

	/**
	 * Returns this voyage without pins, whose reads others may join.
	 * @return the voyage
	 */
	public Voyage shared() {
		return (this.pins == null) ? this : new Voyage(this.requestedAt, this.metadata, this.captured, this.tally,
				this.id, null, this.notBefore, this.watch);
	}

	/**
	 * Returns this voyage on which values are derived only from what is fresh and was
	 * observed lately.
	 * @param earliest when at the earliest: nanoseconds since the epoch
	 * @return the voyage
	 */
	public Voyage demanding(long earliest) {
		return new Voyage(this.requestedAt, this.metadata, this.captured, this.tally, this.id, this.pins, earliest,
				this.watch);
	}

	/**
	 * Returns this voyage, followed.
	 * @param following follows the activity that causes it
	 * @return the voyage
	 */
	public Voyage watched(Watch following) {
		return Watch.NONE.equals(following) ? this : new Voyage(this.requestedAt, this.metadata, this.captured,
				this.tally, this.id, this.pins, this.notBefore, following);
	}

	/**
	 * Returns what follows the activity that causes it.
	 * @return the watch
	 */
	public Watch watch() {
		return this.watch;
	}

	/**
	 * Returns what values are derived from, before anything is read.
	 * @return the pins, or null where there are none
	 */
	public @Nullable Pins pins() {
		return this.pins;
	}

	/**
	 * Returns when inputs of derived values must have been observed at the earliest.
	 * @return nanoseconds since the epoch, or null for no demand
	 */
	public @Nullable Long notBefore() {
		return this.notBefore;
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
	 * Returns what was bound to the thread that caused it.
	 * @return the context
	 */
	public ContextCarrier.Captured captured() {
		return this.captured;
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
