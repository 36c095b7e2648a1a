package io.coalestra.internal.chain;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.coalestra.key.ResourceGroup;
import io.coalestra.key.ResourceKey;
import io.coalestra.key.ResourceType;
import org.jspecify.annotations.Nullable;

/**
 * Finds the declared group of a key.
 */
public final class Groups {

	private final Map<ResourceType<?>, ResourceGroup> byType = new HashMap<>();

	/**
	 * Indexes declared groups.
	 * @param groups the groups; a type is in one at most
	 */
	public Groups(List<ResourceGroup> groups) {
		for (ResourceGroup group : groups) {
			group.types().forEach((type) -> this.byType.put(type, group));
		}
	}

	/**
	 * Returns whether there is no group.
	 * @return true if nothing was declared
	 */
	public boolean isEmpty() {
		return this.byType.isEmpty();
	}

	/**
	 * Finds the group of a key.
	 * @param key the key
	 * @return the group, or null
	 */
	public @Nullable ResourceGroup of(ResourceKey<?> key) {
		return this.byType.get(key.type());
	}

}
