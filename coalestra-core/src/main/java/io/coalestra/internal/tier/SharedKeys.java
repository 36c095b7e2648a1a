package io.coalestra.internal.tier;

import io.coalestra.key.ResourceKey;
import io.coalestra.tier.TierKey;
import org.jspecify.annotations.Nullable;

/**
 * The names of resources in a tier and in notices.
 *
 * <p>
 * A clearing of all nodes is one write: names in the tier hold an era, which the clearing
 * raises, so that nothing written before is found any more. The era is what a mark in the
 * tier says, which is read along with every read. Notices name no era.
 */
final class SharedKeys {

	/** What is written to clear everything, and whose generation is the era. */
	static final TierKey CLEARING = new TierKey("#clear", "");

	private static final String TAGS = "#tag";

	private SharedKeys() {
	}

	static TierKey stored(ResourceKey<?> key, long era) {
		String type = key.type().toString();
		return new TierKey((era == 0) ? type : type + "@" + Long.toString(era, 36), key.toString());
	}

	static TierKey told(ResourceKey<?> key) {
		return new TierKey(key.type().toString(), key.toString());
	}

	static TierKey told(String tag) {
		return new TierKey(TAGS, tag);
	}

	static boolean isTag(TierKey told) {
		return told.space().equals(TAGS);
	}

	/**
	 * Reads the key of a notice.
	 * @param told the key in the notice
	 * @return the resource's key, without the type of its payload, or null where it is
	 * none
	 */
	static @Nullable ResourceKey<?> resource(TierKey told) {
		try {
			return ResourceKey.parse(told.id());
		}
		catch (IllegalArgumentException unreadable) {
			return null;
		}
	}

}
