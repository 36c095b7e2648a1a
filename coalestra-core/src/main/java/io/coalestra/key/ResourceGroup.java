package io.coalestra.key;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * Types whose resources of one subject belong together: they are read in one go, become
 * visible together, and leave the cache together.
 *
 * <p>
 * A member that is published alone replaces only itself.
 *
 * <p>
 * The keys of these types that have the same subject and qualifiers form one instance of
 * the group. Immutable and safe for concurrent use.
 *
 * @param name the group's name
 * @param types its types, at least two
 */
public record ResourceGroup(String name, List<ResourceType<?>> types) {

	/**
	 * Checks and copies.
	 * @throws IllegalArgumentException if the name is blank, or there are fewer than two
	 * types, or a type twice
	 */
	public ResourceGroup {
		if (name.isBlank()) {
			throw new IllegalArgumentException("group name: \"" + name + "\" (expected: not blank)");
		}
		types = List.copyOf(types);
		if (types.size() < 2 || types.stream().distinct().count() != types.size()) {
			throw new IllegalArgumentException(
					"group \"" + name + "\": types " + types + " (expected: at least two, each once)");
		}
	}

	/**
	 * Declares a group.
	 * @param name the group's name
	 * @param types its types, at least two
	 * @return the group
	 */
	public static ResourceGroup of(String name, ResourceType<?>... types) {
		return new ResourceGroup(name, Arrays.asList(types));
	}

	/**
	 * Returns the keys of the instance that a key belongs to.
	 * @param key a key of one of the types
	 * @return the keys, one of each type, that key among them
	 * @throws IllegalArgumentException if the key's type is not in the group
	 */
	public ResourceKeys membersOf(ResourceKey<?> key) {
		if (!this.types.contains(key.type())) {
			throw new IllegalArgumentException(
					"key: " + key + " (expected: a key of a type of group \"" + this.name + "\")");
		}
		List<ResourceKey<?>> members = new ArrayList<>(this.types.size());
		for (ResourceType<?> type : this.types) {
			members.add(type.equals(key.type()) ? key : key.of(Objects.requireNonNull(type)));
		}
		return ResourceKeys.of(members);
	}

}
