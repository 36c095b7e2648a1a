package io.coalestra.spring.boot.autoconfigure.fault;

import java.util.regex.Pattern;

/**
 * Writes the names of properties as a user has to write them.
 */
public final class PropertyNames {

	private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9-]+");

	private PropertyNames() {
	}

	/**
	 * Returns the name of an entry of a map.
	 * @param map the name of the map
	 * @param key the entry's key
	 * @return the name, with brackets where the key needs them
	 */
	public static String ofEntry(String map, String key) {
		return isPlain(key) ? map + "." + key : map + "[" + key + "]";
	}

	/**
	 * Returns whether a key is kept as it is when it is written without brackets.
	 * @param key the key
	 * @return false if it needs brackets
	 */
	public static boolean isPlain(String key) {
		return PLAIN.matcher(key).matches();
	}

}
