package io.coalestra.collections.mapping;

import java.lang.reflect.Type;
import java.util.Objects;

import io.coalestra.collections.row.Json;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.ObjectMapper;

/**
 * JSON by Jackson 3, which the application provides. Safe for concurrent use.
 */
public final class JacksonJsonCodec implements JsonCodec {

	private final ObjectMapper mapper;

	/**
	 * Makes a codec.
	 * @param mapper does the work
	 */
	public JacksonJsonCodec(ObjectMapper mapper) {
		this.mapper = Objects.requireNonNull(mapper, "mapper");
	}

	@Override
	public Json write(Object value) {
		try {
			return new Json(this.mapper.writeValueAsString(value));
		}
		catch (JacksonException ex) {
			throw new IllegalArgumentException(value.getClass().getName() + " (expected: an object with a JSON form)",
					ex);
		}
	}

	@Override
	public Object read(Json json, Type type) {
		try {
			Object value = this.mapper.readValue(json.text(), this.mapper.constructType(type));
			if (value == null) {
				throw new IllegalArgumentException("json: null (expected: " + type.getTypeName() + ")");
			}
			return value;
		}
		catch (JacksonException ex) {
			throw new IllegalArgumentException("json: unreadable (expected: " + type.getTypeName() + ")", ex);
		}
	}

}
