package io.coalestra.tier;

import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

import io.coalestra.cache.DependencyVersion;
import io.coalestra.cache.ResourceVersion;
import io.coalestra.cache.WriteRule;
import org.jspecify.annotations.Nullable;

/**
 * A resource's value as it travels through a shared tier: what every node has to know of
 * it, and its payload in bytes. Rank and expiry are the {@linkplain TierEntry entry's}.
 *
 * @param type the resource type, as {@link io.coalestra.key.ResourceType#toString()}
 * renders it: bytes of one type are never read as another
 * @param codec the name of the codec that made the payload
 * @param source the source's or publisher's name
 * @param version which revision it is: the same on every node
 * @param observedAt when the fact was true: nanoseconds since the epoch
 * @param since from when its freshness is counted: nanoseconds since the epoch
 * @param ttl the value's own time to live, or null
 * @param maxStale the value's own age up to which it may serve, or null
 * @param tags by which it can be invalidated
 * @param dependencies what it was computed from
 * @param payload the bytes, or null when the resource does not exist
 * @param rule the rule by which it was written: {@link WriteRule#FORCE} says that it may
 * go back on purpose
 */
public record Envelope(String type, String codec, String source, ResourceVersion version, long observedAt, long since,
		@Nullable Duration ttl, @Nullable Duration maxStale, Set<String> tags, List<DependencyVersion> dependencies,
		@Nullable Body payload, WriteRule rule) {

	/**
	 * Makes the envelope of a value that does not go back.
	 * @param type the resource type
	 * @param codec the name of the codec
	 * @param source the source's or publisher's name
	 * @param version which revision it is
	 * @param observedAt when the fact was true: nanoseconds since the epoch
	 * @param since from when its freshness is counted: nanoseconds since the epoch
	 * @param ttl the value's own time to live, or null
	 * @param maxStale the value's own age up to which it may serve, or null
	 * @param tags by which it can be invalidated
	 * @param dependencies what it was computed from
	 * @param payload the bytes, or null when the resource does not exist
	 */
	public Envelope(String type, String codec, String source, ResourceVersion version, long observedAt, long since,
			@Nullable Duration ttl, @Nullable Duration maxStale, Set<String> tags, List<DependencyVersion> dependencies,
			@Nullable Body payload) {
		this(type, codec, source, version, observedAt, since, ttl, maxStale, tags, dependencies, payload,
				WriteRule.MONOTONIC);
	}

	/**
	 * Checks and copies.
	 */
	public Envelope {
		Objects.requireNonNull(type, "type");
		Objects.requireNonNull(codec, "codec");
		Objects.requireNonNull(source, "source");
		Objects.requireNonNull(version, "version");
		Objects.requireNonNull(rule, "rule");
		tags = Collections.unmodifiableSet(new TreeSet<>(tags));
		dependencies = List.copyOf(dependencies);
	}

	/**
	 * Returns whether the resource is known not to exist.
	 * @return true if there is no payload
	 */
	public boolean isAbsent() {
		return this.payload == null;
	}

	/**
	 * The bytes of a payload, equal by content. The array is not copied, and must not be
	 * written into.
	 */
	public static final class Body {

		private final byte[] bytes;

		/**
		 * Wraps bytes.
		 * @param bytes the bytes
		 */
		public Body(byte[] bytes) {
			this.bytes = Objects.requireNonNull(bytes, "bytes");
		}

		/**
		 * Returns the bytes.
		 * @return the bytes, not a copy
		 */
		public byte[] bytes() {
			return this.bytes;
		}

		@Override
		public boolean equals(Object other) {
			return other instanceof Body that && Arrays.equals(this.bytes, that.bytes);
		}

		@Override
		public int hashCode() {
			return Arrays.hashCode(this.bytes);
		}

		@Override
		public String toString() {
			return this.bytes.length + " bytes";
		}

	}

}
