package io.coalestra.signal;

import java.util.List;
import java.util.Locale;
import java.util.Objects;

import io.coalestra.key.ResourceKey;
import io.coalestra.source.SourceDescription;

/**
 * Something that a builder has begun to do. Immutable.
 */
public sealed interface Activity {

	/**
	 * Returns who does it.
	 * @return the builder's name, or that of a publisher on its own
	 */
	String builder();

	/**
	 * Returns what it is about. Keys name subjects: they belong in traces, never in names
	 * of metrics or their labels.
	 * @return the keys
	 */
	List<ResourceKey<?>> keys();

	/**
	 * A snapshot is made, or a session goes one stage further.
	 *
	 * @param builder the builder's name
	 * @param kind what is made
	 * @param keys the keys of the request
	 */
	record Build(String builder, Kind kind, List<ResourceKey<?>> keys) implements Activity {

		/**
		 * Checks and copies.
		 */
		public Build {
			Objects.requireNonNull(builder, "builder");
			Objects.requireNonNull(kind, "kind");
			keys = List.copyOf(keys);
		}

		/**
		 * What is made.
		 */
		public enum Kind {

			/** A snapshot of its own. */
			SNAPSHOT,

			/** A session resolves more keys. */
			RESOLVE,

			/** A session reads again what it holds. */
			REVALIDATE;

			/**
			 * Returns the name in serialized forms.
			 * @return the name in lower case
			 */
			public String wireName() {
				return name().toLowerCase(Locale.ROOT);
			}

		}

	}

	/**
	 * A source's function is called, once: a call that is made again is another activity.
	 *
	 * @param builder the builder's name
	 * @param source the source's name
	 * @param kind how the source reads
	 * @param attempt which call it is: 1 for the first
	 * @param keys the keys of the call
	 * @param causes the watches of all builds and refreshes that wait for it, the one
	 * that caused it first; empty where nobody watches those
	 */
	record SourceCall(String builder, String source, SourceDescription.Kind kind, int attempt,
			List<ResourceKey<?>> keys, List<Watch> causes) implements Activity {

		/**
		 * Checks and copies.
		 */
		public SourceCall {
			Objects.requireNonNull(builder, "builder");
			Objects.requireNonNull(source, "source");
			Objects.requireNonNull(kind, "kind");
			keys = List.copyOf(keys);
			causes = List.copyOf(causes);
		}

	}

	/**
	 * Keys are read again in the background.
	 *
	 * @param builder the builder's name
	 * @param reason why: {@code stale_while_revalidate}, {@code refresh_ahead} or
	 * {@code requested}
	 * @param keys the keys
	 * @param causes the watch of the build that found them due; empty where there is none
	 */
	record Refresh(String builder, String reason, List<ResourceKey<?>> keys, List<Watch> causes) implements Activity {

		/**
		 * Checks and copies.
		 */
		public Refresh {
			Objects.requireNonNull(builder, "builder");
			Objects.requireNonNull(reason, "reason");
			keys = List.copyOf(keys);
			causes = List.copyOf(causes);
		}

	}

	/**
	 * Events are written into the cache.
	 *
	 * @param builder the name of the builder, or of the publisher
	 * @param keys the keys
	 */
	record Publication(String builder, List<ResourceKey<?>> keys) implements Activity {

		/**
		 * Checks and copies.
		 */
		public Publication {
			Objects.requireNonNull(builder, "builder");
			keys = List.copyOf(keys);
		}

	}

}
