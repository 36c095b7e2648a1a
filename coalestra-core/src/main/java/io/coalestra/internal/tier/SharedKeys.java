package io.coalestra.internal.tier;

import java.util.function.Function;
import java.util.function.Predicate;

import io.coalestra.key.ResourceGroup;
import io.coalestra.key.ResourceKey;
import io.coalestra.key.ResourceType;
import io.coalestra.tier.TierKey;
import org.jspecify.annotations.Nullable;

/**
 * What is kept in a tier, and under which names there and in notices.
 *
 * <p>
 * A clearing of all nodes is one write: names in the tier hold an era, which the clearing
 * raises, so that nothing written before is found any more. The era is what a mark in the
 * tier says, which is read along with every read. Notices name no era.
 *
 * <p>
 * An instance of a declared group is one entry. The member of its first type stands for
 * it: by its key the entry is named, and by its rank and time the entry is compared.
 */
final class SharedKeys {

	/** What a notice names that says that everything is cleared. */
	static final TierKey CLEARING = new TierKey("#clear", "");

	private static final String TAGS = "#tag";

	private static final String GROUPS = "#group.";

	// Before every name in the tier, and in none of a notice, whose topic tells it.
	private final String prefix;

	private final TierKey clearing;

	private final Predicate<ResourceType<?>> types;

	private final Predicate<ResourceKey<?>> derived;

	private final Function<ResourceKey<?>, @Nullable ResourceGroup> groups;

	/**
	 * Makes the names.
	 * @param space the part of the tier, or empty
	 * @param types which types are shared
	 * @param derived which keys are derived: such values are valid by their inputs, and
	 * are not kept
	 * @param groups finds the declared group of a key
	 */
	SharedKeys(String space, Predicate<ResourceType<?>> types, Predicate<ResourceKey<?>> derived,
			Function<ResourceKey<?>, @Nullable ResourceGroup> groups) {
		this.prefix = space.isEmpty() ? "" : space + "/";
		this.clearing = space.isEmpty() ? CLEARING : new TierKey(this.prefix + CLEARING.space(), CLEARING.id());
		this.types = types;
		this.derived = derived;
		this.groups = groups;
	}

	/**
	 * Returns what is written to clear everything, and whose generation is the era.
	 * @return the name of the mark
	 */
	TierKey clearing() {
		return this.clearing;
	}

	/**
	 * Returns whether changes of a key are told to the others.
	 * @param key the key
	 * @return true if its type is shared
	 */
	boolean isShared(ResourceKey<?> key) {
		return this.types.test(key.type());
	}

	/**
	 * Returns whether values of a key are kept in the tier, by themselves or with their
	 * group.
	 * @param key the key
	 * @return true if so
	 */
	boolean isKept(ResourceKey<?> key) {
		ResourceGroup group = this.groups.apply(key);
		if (group == null) {
			return isShared(key) && !this.derived.test(key);
		}
		for (ResourceKey<?> member : group.membersOf(key)) {
			if (!isShared(member) || this.derived.test(member)) {
				return false;
			}
		}
		return true;
	}

	/**
	 * Returns whether values of a key can be read from the tier: their types are known.
	 * @param key a key whose values are kept
	 * @return true if so
	 */
	boolean isReadable(ResourceKey<?> key) {
		return key.type().payloadType().rawType() != Object.class;
	}

	/**
	 * Finds the group of a key.
	 * @param key the key
	 * @return the group, or null
	 */
	@Nullable ResourceGroup group(ResourceKey<?> key) {
		return this.groups.apply(key);
	}

	/**
	 * Returns the key under which a value is kept.
	 * @param key the key
	 * @return itself, or the member that stands for its group
	 */
	ResourceKey<?> home(ResourceKey<?> key) {
		ResourceGroup group = this.groups.apply(key);
		return (group != null) ? group.membersOf(key).get(0) : key;
	}

	/**
	 * Returns where a value is kept.
	 * @param home the key under which it is
	 * @param era the era
	 * @return the name of the entry
	 */
	TierKey stored(ResourceKey<?> home, long era) {
		ResourceGroup group = this.groups.apply(home);
		String space = this.prefix + ((group != null) ? GROUPS + group.name() : home.type().toString());
		return new TierKey((era == 0) ? space : space + "@" + Long.toString(era, 36), home.toString());
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
