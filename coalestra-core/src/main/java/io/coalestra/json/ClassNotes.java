package io.coalestra.json;

import java.util.Set;
import java.util.function.BiConsumer;

import com.fasterxml.jackson.annotation.JsonFormat;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.BeanDescription;
import tools.jackson.databind.BeanProperty;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.SerializationConfig;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.jsontype.TypeSerializer;
import tools.jackson.databind.ser.ValueSerializerModifier;
import tools.jackson.databind.ser.bean.BeanSerializerBase;

/**
 * Tells of each scalar and each key of a map that is written, of what class it is: in
 * JSON an {@code Instant} and a text look alike, and so do an {@code int} and a
 * {@code long}. Objects and arrays tell the generator themselves.
 */
final class ClassNotes extends ValueSerializerModifier {

	private static final long serialVersionUID = 1L;

	/** Where notes go, by the generator that is written to; it may take none. */
	private final transient BiConsumer<JsonGenerator, Object> notes;

	ClassNotes(BiConsumer<JsonGenerator, Object> notes) {
		this.notes = notes;
	}

	@Override
	public ValueSerializer<?> modifySerializer(SerializationConfig config, BeanDescription.Supplier description,
			ValueSerializer<?> serializer) {
		return (serializer instanceof BeanSerializerBase) ? serializer : noting(serializer);
	}

	@Override
	public ValueSerializer<?> modifyEnumSerializer(SerializationConfig config, JavaType type,
			BeanDescription.Supplier description, ValueSerializer<?> serializer) {
		return noting(serializer);
	}

	@Override
	public ValueSerializer<?> modifyKeySerializer(SerializationConfig config, JavaType type,
			BeanDescription.Supplier description, ValueSerializer<?> serializer) {
		return noting(serializer);
	}

	@SuppressWarnings("unchecked")
	private ValueSerializer<Object> noting(ValueSerializer<?> serializer) {
		return (serializer instanceof Noting) ? (ValueSerializer<Object>) serializer
				: new Noting((ValueSerializer<Object>) serializer);
	}

	/**
	 * Notes the class, and lets another write.
	 */
	private final class Noting extends ValueSerializer<Object> {

		private final ValueSerializer<Object> writer;

		private Noting(ValueSerializer<Object> writer) {
			this.writer = writer;
		}

		@Override
		public void serialize(Object value, JsonGenerator generator, SerializationContext context) {
			ClassNotes.this.notes.accept(generator, value);
			this.writer.serialize(value, generator, context);
		}

		@Override
		public void serializeWithType(Object value, JsonGenerator generator, SerializationContext context,
				TypeSerializer types) {
			ClassNotes.this.notes.accept(generator, value);
			this.writer.serializeWithType(value, generator, context, types);
		}

		@Override
		public void resolve(SerializationContext context) {
			this.writer.resolve(context);
		}

		@Override
		public ValueSerializer<?> createContextual(SerializationContext context, @Nullable BeanProperty property) {
			return noting(this.writer.createContextual(context, property));
		}

		@Override
		public ValueSerializer<?> withFormatOverrides(SerializationConfig config, JsonFormat.Value overrides) {
			return noting(this.writer.withFormatOverrides(config, overrides));
		}

		@Override
		public ValueSerializer<?> withIgnoredProperties(Set<String> ignored) {
			return noting(this.writer.withIgnoredProperties(ignored));
		}

		@Override
		public ValueSerializer<?> withFilterId(Object filterId) {
			return noting(this.writer.withFilterId(filterId));
		}

		@Override
		public @Nullable Class<?> handledType() {
			return this.writer.handledType();
		}

		@Override
		public boolean usesObjectId() {
			return this.writer.usesObjectId();
		}

		@Override
		public boolean isEmpty(SerializationContext context, Object value) {
			return this.writer.isEmpty(context, value);
		}

	}

}
