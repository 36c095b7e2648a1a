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
 * @param origin where it is from: one object for all values of a call
 * @param statement what the source says about it: one object for all values of a call
 * that it says nothing about
 * @param reading the read that brought it
 */
public record Draft(ResourceKey<?> key, Content content, Origin origin, Statement statement, Reading reading) {

	/**
	 * The name of the metadata that says which shared tier a value came from.
	 */
	public static final String SHARED_TIER = "shared_tier";

	/**
	 * Where values are from.
	 *
	 * @param source the source's or publisher's name
	 * @param fetchedAt when the answer arrived
	 * @param latency how long it took
	 * @param attempts how many calls it took; 0 for an event
	 * @param dependencies what they were computed from
	 */
	public record Origin(String source, long fetchedAt, Duration latency, int attempts,
			List<DependencyVersion> dependencies) {
	}

	/**
	 * What a source says about a value, or is taken to say.
	 *
	 * @param dating whether the time of observation is the source's word
	 * @param observedAt by which it is compared with what is stored: the time that the
	 * source stated, else the time when its call began
	 * @param since from when its freshness is counted: the time that the source stated,
	 * else the time when the answer arrived
	 * @param version the source's own version, or null
	 * @param ttl its own time to live, or null
	 * @param maxStale its own age up to which it may serve, or null
	 * @param metadata what travels with it
	 * @param tags by which it can be invalidated
	 */
	public record Statement(Dating dating, long observedAt, long since, @Nullable String version,
			@Nullable Duration ttl, @Nullable Duration maxStale, Map<String, Object> metadata, Set<String> tags) {

		/**
		 * Returns what is assumed of a value that its source says nothing about.
		 * @param observedAt when its call began, or the event arrived
		 * @param since when the answer arrived
		 * @return the statement
		 */
		public static Statement assumed(long observedAt, long since) {
			return new Statement(Dating.ASSUMED, observedAt, since, null, null, null, Map.of(), Set.of());
		}

	}

	/**
	 * The read, or the event, that brings a value.
	 */
	public interface Reading {

		/**
		 * Returns the clearing epoch when it began.
		 * @return the epoch
		 */
		int epoch();

		/**
		 * Returns whether what it brings must not be stored. Asked inside the atomic
		 * change of the key.
		 * @return true if the key was invalidated since it began
		 */
		boolean isFenced();

		/**
		 * Returns whether what it brings was to be compared with a shared tier, and was
		 * not: it ends no doubt.
		 * @return true if so
		 */
		default boolean isUncompared() {
			return false;
		}

	}

	/**
	 * An event: nothing invalidates it between its arrival and its writing.
	 *
	 * @param epoch the clearing epoch when it arrived
	 */
	public record Event(int epoch) implements Reading {

		@Override
		public boolean isFenced() {
			return false;
		}

	}

	/**
	 * What a source answered.
	 */
	public sealed interface Content {

		/**
		 * A value.
		 *
		 * @param payload the value
		 * @param shareable whether it is proven immutable
		 */
		record Value(Object payload, boolean shareable) implements Content {
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
