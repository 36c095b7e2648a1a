package io.coalestra.publish;

import java.util.Objects;

import io.coalestra.cache.ResourceVersion;
import io.coalestra.cache.SessionToken;
import io.coalestra.key.ResourceKey;
import org.jspecify.annotations.Nullable;

/**
 * What came of publishing one key.
 *
 * @param key the key
 * @param status what came of it
 * @param version the version now in the cache: the published one, or the one that stayed
 * @param previousVersion the version that was in the cache before, or null
 * @param token names what is now in the cache: handed to another node with the next
 * request, it keeps that from showing anything older
 */
public record PublishResult(ResourceKey<?> key, PublishStatus status, ResourceVersion version,
		@Nullable ResourceVersion previousVersion, SessionToken token) {

	/**
	 * Checks.
	 */
	public PublishResult {
		Objects.requireNonNull(key, "key");
		Objects.requireNonNull(status, "status");
		Objects.requireNonNull(version, "version");
		Objects.requireNonNull(token, "token");
	}

	/**
	 * Returns whether the publication is in the cache.
	 * @return true if it is
	 */
	public boolean isPublished() {
		return this.status == PublishStatus.PUBLISHED;
	}

}
