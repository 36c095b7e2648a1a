package io.coalestra.tier;

import java.util.Objects;

import io.coalestra.key.PayloadType;
import tools.jackson.databind.DatabindContext;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.jsontype.PolymorphicTypeValidator;

/**
 * Payloads as JSON, by Jackson 3.
 *
 * <p>
 * Types are what the {@link PayloadType} declares. Unknown properties are ignored, so
 * that versions of an application can share a tier. Class names in the data are never
 * obeyed: default typing is switched off, also in a mapper that is handed in, and
 * subtypes are found by the names that their annotations give, not by class. Safe for
 * concurrent use.
 */
public final class JsonTierCodec implements TierCodec {

	private final JsonMapper mapper;

	/**
	 * Makes a codec with Jackson's defaults.
	 */
	public JsonTierCodec() {
		this(JsonMapper.builder().build());
	}

	/**
	 * Makes a codec with the modules and settings of a mapper.
	 * @param mapper the mapper, of which a copy is used
	 */
	public JsonTierCodec(JsonMapper mapper) {
		this.mapper = Objects.requireNonNull(mapper, "mapper")
			.rebuild()
			.deactivateDefaultTyping()
			.polymorphicTypeValidator(new NoClassNames())
			.disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
			.build();
	}

	@Override
	public String name() {
		return "json";
	}

	@Override
	public <T> byte[] encode(PayloadType<T> type, T payload) {
		return this.mapper.writerFor(javaType(type)).writeValueAsBytes(payload);
	}

	@Override
	public <T> T decode(PayloadType<T> type, byte[] bytes) {
		Object payload = this.mapper.readerFor(javaType(type)).readValue(bytes);
		if (payload == null) {
			throw new IllegalArgumentException("payload: null (expected: " + type + ")");
		}
		return type.rawType().cast(payload);
	}

	private JavaType javaType(PayloadType<?> type) {
		return this.mapper.constructType(type.type());
	}

	private static final class NoClassNames extends PolymorphicTypeValidator {

		private static final long serialVersionUID = 1L;

		@Override
		public Validity validateBaseType(DatabindContext context, JavaType baseType) {
			return Validity.DENIED;
		}

		@Override
		public Validity validateSubClassName(DatabindContext context, JavaType baseType, String subClassName) {
			return Validity.DENIED;
		}

		@Override
		public Validity validateSubType(DatabindContext context, JavaType baseType, JavaType subType) {
			return Validity.DENIED;
		}

	}

}
