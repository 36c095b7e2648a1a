package io.coalestra.internal.store;

import io.coalestra.cache.Revision;
import org.jspecify.annotations.Nullable;

/**
 * What a stored revision is worth to a reader.
 *
 * @param worth what it is worth
 * @param revision the revision, or null where it is worth nothing
 * @param refresh whether it should be read again
 */
public record Judgement(Worth worth, @Nullable Revision<?> revision, Refresh refresh) {

	/** Nothing usable is stored. */
	public static final Judgement MISSING = new Judgement(Worth.MISSING, null, Refresh.NOT_DUE);

	/**
	 * What a revision is worth.
	 */
	public enum Worth {

		/** It answers the reader. */
		FRESH,

		/** It answers the reader, who is told that it is stale. */
		STALE_SERVED,

		/** It may stand in if the sources fail. */
		STALE_FALLBACK,

		/** It is worth nothing. */
		MISSING

	}

	/**
	 * Whether a revision should be read again behind the reader's back.
	 */
	public enum Refresh {

		/** It need not. */
		NOT_DUE,

		/** It is about to expire. */
		AHEAD,

		/** It is stale, and was served all the same. */
		REVALIDATE,

		/** Somebody asked for it, however fresh it is. */
		REQUESTED,

		/** Another node has written something older, and does not know of it. */
		CONTRADICTED

	}

}
