package io.coalestra;

import io.coalestra.tier.JsonTierCodec;
import io.coalestra.tier.TierCodec;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the codec of builders that were not given one: JSON where Jackson is present.
 */
final class DefaultTierCodec {

	private static final String JACKSON = "tools.jackson.databind.json.JsonMapper";

	private DefaultTierCodec() {
	}

	static @Nullable TierCodec find() {
		try {
			Class.forName(JACKSON, false, DefaultTierCodec.class.getClassLoader());
		}
		catch (ClassNotFoundException | LinkageError absent) {
			return null;
		}
		return Json.CODEC;
	}

	// Initialized, and so linked against Jackson, only where that is present.
	private static final class Json {

		private static final TierCodec CODEC = new JsonTierCodec();

	}

}
