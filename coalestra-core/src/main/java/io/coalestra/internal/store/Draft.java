package io.coalestra.internal.store;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.coalestra.cache.DependencyVersion;
import io.coalestra.cache.Revision;
import io.coalestra.key.ResourceKey;
import org.jspecify.annotations.Nullable;

/**
 * A value that is offered to the cache, isolated and validated, but not yet decided upon.
 *
 * @param key the key
 * @param content what the source answered
 * @param shareable whether the payload is proven immutable
 * @param source the source's or publisher's name
 * @param dating whether the time of observation is the source's word
 * @param observedAt by which it is compared with what is stored: the time that the source
 * stated, else the time when its call began
 * @param since from when its freshness is counted: the time that the source stated, else
 * the time when the answer arrived
 * @param fetchedAt when the answer arrived
 * @param latencyNanos how long it took
 * @param attempts how many calls it took
 * @param sourceVersion the source's own version, or null
 * @param ttl its own time to live, or null
 * @param maxStale its own age up to which it may serve, or null
 * @param metadata what travels with it
 * @param tags by which it can be invalidated
 * @param dependencies what it was computed from
 * @param epoch the clearing epoch when reading it began
 */
public record Draft(ResourceKey<?> key, Content content, boolean shareable, String source, Dating dating,
		long observedAt, long since, long fetchedAt, long latencyNanos, int attempts, @Nullable String sourceVersion,
		@Nullable Duration ttl, @Nullable Duration maxStale, Map<String, Object> metadata, Set<String> tags,
		List<DependencyVersion> dependencies, int epoch) {

	/**
	 * What a source answered.
	 */
	public sealed interface Content {

		/**
		 * A value.
		 *
		 * @param payload the value
		 */
		record Value(Object payload) implements Content {
		}

		/** The resource does not exist. */
		record Absent() implements Content {
		}

		/**
		 * A value that the source gave before still stands.
		 *
		 * @param known the value whose version the source was handed, or null where it
		 * did not ask
		 */
		record Unchanged(@Nullable Revision<?> known) implements Content {
		}

	}

	/**
	 * Whether a time of observation is the source's word.
	 */
	public enum Dating {

		/** The source stated it. */
		STATED,

		/** The engine assumed it: when the call began, or the event arrived. */
		ASSUMED

	}

}
