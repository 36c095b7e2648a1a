package io.coalestra.publish;

import io.coalestra.cache.WriteStatus;

/**
 * What came of a publication.
 */
public enum PublishStatus {

	/** It is in the cache. */
	PUBLISHED("published"),

	/** The cache holds a value of higher authority. */
	IGNORED_LOWER_AUTHORITY("ignored_lower_authority"),

	/** The cache holds a value of the same authority that was observed later. */
	IGNORED_OLDER("ignored_older"),

	/** The cache holds a value of the same authority, observed at the same time. */
	IGNORED_DUPLICATE("ignored_duplicate");

	private final String wireName;

	PublishStatus(String wireName) {
		this.wireName = wireName;
	}

	/**
	 * Returns the name under which the status is serialized and counted.
	 * @return the name
	 */
	public String wireName() {
		return this.wireName;
	}

	/**
	 * Translates what the cache said.
	 * @param status the cache's word
	 * @return the status
	 */
	public static PublishStatus of(WriteStatus status) {
		return switch (status) {
			case STORED -> PUBLISHED;
			case IGNORED_LOWER_AUTHORITY -> IGNORED_LOWER_AUTHORITY;
			case IGNORED_OLDER, IGNORED_INVALIDATED -> IGNORED_OLDER;
			case IGNORED_DUPLICATE -> IGNORED_DUPLICATE;
		};
	}

}
