package io.coalestra.cache;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import io.coalestra.key.ResourceKey;
import org.jspecify.annotations.Nullable;

/**
 * One stored value of a resource, with everything that is known about it.
 *
 * <p>
 * Immutable and safe for concurrent use, apart from the payload, which never leaves the
 * engine uncopied unless it is proven immutable. The times are {@code long} nanoseconds
 * since the epoch because a warm build compares them for each key.
 *
 * @param <T> the payload's type
 */
public final class Revision<T> {

	private final ResourceKey<T> key;

	private final @Nullable T payload;

	private final boolean shareable;

	private final Provenance provenance;

	private final ResourceVersion version;

	private final Lifetime lifetime;

	private final @Nullable CommitGroup group;

	// Copied out of the lifetime, to spare the warm path one load a key.
	private final long hotUntil;

	private final int stamp;

	/**
	 * Makes a revision.
	 * @param key the key
	 * @param payload the value, or null when the resource does not exist
	 * @param shareable whether the value is proven immutable
	 * @param provenance where it is from
	 * @param version which revision it is
	 * @param lifetime until when it serves
	 * @param group what it was committed with, or null
	 */
	public Revision(ResourceKey<T> key, @Nullable T payload, boolean shareable, Provenance provenance,
			ResourceVersion version, Lifetime lifetime, @Nullable CommitGroup group) {
		this.key = Objects.requireNonNull(key, "key");
		this.payload = payload;
		this.shareable = shareable;
		this.provenance = Objects.requireNonNull(provenance, "provenance");
		this.version = Objects.requireNonNull(version, "version");
		this.lifetime = Objects.requireNonNull(lifetime, "lifetime");
		this.group = group;
		boolean guarded = group != null || !provenance.dependencies().isEmpty() || !provenance.tags().isEmpty()
				|| payload == null;
		this.hotUntil = guarded ? Long.MIN_VALUE : lifetime.quietUntil();
		this.stamp = lifetime.stamp();
	}

	/**
	 * Returns this revision with another lifetime, as after a change of policies or a
	 * confirmation that it still stands.
	 * @param provenance where it is from now
	 * @param lifetime until when it serves now
	 * @return the revision
	 */
	public Revision<T> renewed(Provenance provenance, Lifetime lifetime) {
		return new Revision<>(this.key, this.payload, this.shareable, provenance, this.version, lifetime, this.group);
	}

	/**
	 * Returns the key.
	 * @return the key
	 */
	public ResourceKey<T> key() {
		return this.key;
	}

	/**
	 * Returns the value.
	 * @return the value, or null when the resource does not exist
	 */
	public @Nullable T payload() {
		return this.payload;
	}

	/**
	 * Returns whether the resource is known not to exist.
	 * @return true if there is no value
	 */
	public boolean isAbsent() {
		return this.payload == null;
	}

	/**
	 * Returns whether the value is proven immutable, and so handed out uncopied.
	 * @return true if it is
	 */
	public boolean isShareable() {
		return this.shareable;
	}

	/**
	 * Returns where the value is from.
	 * @return the provenance
	 */
	public Provenance provenance() {
		return this.provenance;
	}

	/**
	 * Returns which revision it is.
	 * @return the version
	 */
	public ResourceVersion version() {
		return this.version;
	}

	/**
	 * Returns until when the value serves.
	 * @return the lifetime
	 */
	public Lifetime lifetime() {
		return this.lifetime;
	}

	/**
	 * Returns what the value was committed with.
	 * @return the group, or null when it was committed alone
	 */
	public @Nullable CommitGroup group() {
		return this.group;
	}

	/**
	 * Returns whether a reader may take the value with no further question: it is fresh,
	 * not due for a refresh, depends on nothing, and was dated under the current
	 * policies.
	 * @param epochNanos the reader's time
	 * @param currentStamp the cache's current stamp
	 * @return true if so; false says only that it has to be looked at more closely
	 */
	public boolean isHot(long epochNanos, int currentStamp) {
		return epochNanos <= this.hotUntil && this.stamp == currentStamp;
	}

	@Override
	public String toString() {
		return this.key + " " + this.version + " from " + this.provenance.source();
	}

	/**
	 * Where a value is from.
	 *
	 * @param source the source's or publisher's name
	 * @param observedAt when the fact was true: nanoseconds since the epoch
	 * @param fetchedAt when it was acquired: nanoseconds since the epoch
	 * @param latency how long that took
	 * @param attempts how many calls it took; 0 for a publication
	 * @param rank the source's authority
	 * @param metadata what the source and the engine say about it
	 * @param tags the groups by which it can be invalidated
	 * @param dependencies what it was computed from; empty unless derived
	 */
	public record Provenance(String source, long observedAt, long fetchedAt, Duration latency, int attempts, int rank,
			Map<String, Object> metadata, Set<String> tags, List<DependencyVersion> dependencies) {

		/**
		 * Checks.
		 */
		public Provenance {
			Objects.requireNonNull(source, "source");
		}

	}

	/**
	 * Until when a value serves; every bound is inclusive, in nanoseconds since the
	 * epoch.
	 *
	 * @param since from when the spans are counted: the time of observation where the
	 * source stated one, else the time of acquisition
	 * @param quietUntil until when a read sets off nothing; at most {@code freshUntil}
	 * @param freshUntil until when it is fresh
	 * @param usableUntil until when it may serve at all
	 * @param epoch the cache's clearing epoch when reading it began: a later clearing
	 * ends it
	 * @param stamp the cache's stamp when these bounds were computed: a later change of
	 * policies has them computed anew
	 * @param ttl the value's own time to live, where the source set one, or null
	 * @param maxStale the value's own age up to which it may serve, or null
	 */
	public record Lifetime(long since, long quietUntil, long freshUntil, long usableUntil, int epoch, int stamp,
			@Nullable Duration ttl, @Nullable Duration maxStale) {
	}

}
