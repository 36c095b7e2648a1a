package io.coalestra.cache;

import io.coalestra.key.ResourceKeys;

/**
 * What was committed together, and is to be seen together or not at all.
 *
 * <p>
 * The revisions of a declared group share one of these. When a member leaves the cache
 * the whole is withdrawn: whoever evicts, removes or expires a member writes the flag
 * once, and a reader that sees it treats all members as missing. Safe for concurrent use.
 */
public final class CommitGroup {

	private final ResourceKeys members;

	private volatile boolean withdrawn;

	/**
	 * Makes a group.
	 * @param members the keys committed together
	 */
	public CommitGroup(ResourceKeys members) {
		this.members = members;
	}

	/**
	 * Returns the keys committed together.
	 * @return the keys
	 */
	public ResourceKeys members() {
		return this.members;
	}

	/**
	 * Returns whether a member has left the cache.
	 * @return true if the group must no longer be seen
	 */
	public boolean isWithdrawn() {
		return this.withdrawn;
	}

	/**
	 * Withdraws the group.
	 */
	public void withdraw() {
		this.withdrawn = true;
	}

}
