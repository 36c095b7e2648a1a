package io.coalestra.redis;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

import io.coalestra.tier.TierKey;

/**
 * The names under which things are in Redis: a prefix, the version of this layout, and a
 * partition as hash tag, so that what one script touches is in one slot of a cluster.
 */
final class RedisKeys {

	private static final int MAX_NAME_BYTES = 512;

	private final String prefix;

	private final int partitions;

	RedisKeys(String prefix, int partitions) {
		this.prefix = requirePrefix(prefix) + ":v1:";
		this.partitions = partitions;
	}

	static String requirePrefix(String prefix) {
		if (!prefix.matches("[A-Za-z0-9._-]{1,40}")) {
			throw new IllegalArgumentException(
					"prefix: \"" + prefix + "\" (expected: 1 to 40 letters, digits, dots, dashes or underscores)");
		}
		return prefix;
	}

	int partitions() {
		return this.partitions;
	}

	int partitionOf(TierKey key) {
		return Math.floorMod(31 * key.space().hashCode() + key.id().hashCode(), this.partitions);
	}

	/**
	 * Returns the names of a partition's incarnation and of entries in it. What the names
	 * of one space begin with is made once, as long as they come one after the other.
	 */
	byte[][] withIncarnation(int partition, List<TierKey> entries) {
		byte[][] names = new byte[entries.size() + 1][];
		String tagged = this.prefix + "{" + partition + "}:";
		names[0] = bytes(tagged + "incarnation");
		byte[] start = bytes(tagged + "entry:");
		String space = "";
		byte[] startOfSpace = start;
		for (int i = 0; i < entries.size(); i++) {
			TierKey key = entries.get(i);
			if (!key.space().equals(space)) {
				space = key.space();
				startOfSpace = joined(start, bytes(TierKey.textOf(space)));
			}
			byte[] id = bytes(key.id());
			boolean fits = startOfSpace.length - start.length + id.length <= MAX_NAME_BYTES;
			names[i + 1] = fits ? joined(startOfSpace, id) : joined(start, bytes(key.text(MAX_NAME_BYTES)));
		}
		return names;
	}

	private static byte[] joined(byte[] one, byte[] other) {
		byte[] both = Arrays.copyOf(one, one.length + other.length);
		System.arraycopy(other, 0, both, one.length, other.length);
		return both;
	}

	byte[] channel() {
		return bytes(this.prefix + "notices");
	}

	byte[] lease(String name) {
		return bytes(this.prefix + "{" + tag(name) + "}:lease");
	}

	byte[] fencing(String name) {
		return bytes(this.prefix + "{" + tag(name) + "}:fencing");
	}

	byte[] once(String digest) {
		return bytes(this.prefix + "{" + tag(digest) + "}:once");
	}

	// A partition is a number; the sign in front keeps the tags of leases apart from
	// those.
	private static String tag(String name) {
		return "=" + name.replace("%", "%25").replace("{", "%7B").replace("}", "%7D");
	}

	static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	static byte[] bytes(long number) {
		return bytes(Long.toString(number));
	}

	static String text(byte[] bytes) {
		return new String(bytes, StandardCharsets.UTF_8);
	}

}
