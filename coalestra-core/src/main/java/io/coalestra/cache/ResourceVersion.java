package io.coalestra.cache;

import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * Which revision of a resource a value is.
 *
 * <p>
 * Within one origin, a builder, versions are ordered: of two versions the one with the
 * greater sequence is newer. A value that was read again and had not changed keeps its
 * version.
 *
 * @param origin names the builder that gave the version
 * @param sequence counts up with every revision that the origin stores
 * @param sourceVersion the source's own version, such as an entity tag, or null
 */
public record ResourceVersion(String origin, long sequence,
		@Nullable String sourceVersion) implements Comparable<ResourceVersion> {

	/**
	 * Checks.
	 */
	public ResourceVersion {
		Objects.requireNonNull(origin, "origin");
	}

	/**
	 * Returns whether both are the same revision; the source's own version does not
	 * matter.
	 * @param other the other version
	 * @return true if origin and sequence are the same
	 */
	public boolean isSameAs(ResourceVersion other) {
		return this.sequence == other.sequence && this.origin.equals(other.origin);
	}

	/**
	 * Orders by sequence; versions of different origins are told apart by their origin,
	 * which says nothing of their age.
	 * @param other the other version
	 * @return the order
	 */
	@Override
	public int compareTo(ResourceVersion other) {
		int bySequence = Long.compare(this.sequence, other.sequence);
		return (bySequence != 0) ? bySequence : this.origin.compareTo(other.origin);
	}

	/**
	 * Renders as {@code origin-sequence}.
	 * @return the rendering
	 */
	@Override
	public String toString() {
		return this.origin + "-" + this.sequence;
	}

}
