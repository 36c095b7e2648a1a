package io.coalestra.internal.store;

import io.coalestra.cache.Revision;
import io.coalestra.cache.WriteStatus;
import org.jspecify.annotations.Nullable;

/**
 * What came of offering a draft.
 *
 * @param status what came of it
 * @param offered the draft as a revision: the stored one if it was stored, else one that
 * only its reader sees; null where it said <em>unchanged</em> and nothing was stored that
 * could be
 * @param stored what is in the cache now, or null
 * @param previous what was in the cache before, or null
 */
public record Written(WriteStatus status, @Nullable Revision<?> offered, @Nullable Revision<?> stored,
		@Nullable Revision<?> previous) {

	/**
	 * Returns whether readers see something that they did not see before: another value,
	 * or one where there was none that was fresh.
	 * @param now the time of writing
	 * @return true if so
	 */
	boolean isNews(long now) {
		return this.status == WriteStatus.STORED && (this.stored == null || this.previous == null
				|| !this.stored.version().isSameAs(this.previous.version())
				|| now > this.previous.lifetime().freshUntil());
	}

}
