package io.coalestra.json;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.util.JsonGeneratorDelegate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.util.TokenBuffer;

/**
 * What an object consists of: the classes of all that is written for it, and its content.
 * Both are compared without order, since a set has none.
 *
 * @param classes the classes, sorted; of collections and maps their kind
 * @param content the content, in a form of which equals means equal
 */
record Shape(List<String> classes, String content) {

	private static final int SHOWN = 60;

	/**
	 * Lets a mapper write so that shapes can be told.
	 * @param mapper the mapper, which is not changed
	 * @return another that writes the same
	 */
	static JsonMapper noting(JsonMapper mapper) {
		ClassNotes notes = new ClassNotes((generator, value) -> {
			if (generator instanceof Census census) {
				census.note(value);
			}
		});
		return mapper.rebuild().addModule(new SimpleModule().setSerializerModifier(notes)).build();
	}

	/**
	 * Finds the shape of an object.
	 * @param object the object
	 * @param noting what writes it, of {@link #noting}
	 * @return the shape
	 */
	static Shape of(Object object, JsonMapper noting) {
		List<String> classes = new ArrayList<>();
		try (TokenBuffer tokens = TokenBuffer.forGeneration(); Census census = new Census(tokens, classes)) {
			noting.writeValue(census, object);
		}
		Collections.sort(classes);
		return new Shape(classes, canonical(noting.valueToTree(object)));
	}

	@Nullable String differenceTo(@Nullable Shape other) {
		if (other == null) {
			return "null";
		}
		for (int i = 0; i < Math.max(this.classes.size(), other.classes.size()); i++) {
			String here = (i < this.classes.size()) ? this.classes.get(i) : "nothing";
			String there = (i < other.classes.size()) ? other.classes.get(i) : "nothing";
			if (!here.equals(there)) {
				return there + " instead of " + here;
			}
		}
		if (this.content.equals(other.content)) {
			return null;
		}
		int same = 0;
		while (same < Math.min(this.content.length(), other.content.length())
				&& this.content.charAt(same) == other.content.charAt(same)) {
			same++;
		}
		return excerpt(other.content, same) + " instead of " + excerpt(this.content, same);
	}

	private static String excerpt(String content, int from) {
		int start = Math.max(0, from - SHOWN / 2);
		return "…" + content.substring(start, Math.min(content.length(), start + SHOWN)) + "…";
	}

	private static String canonical(JsonNode node) {
		List<String> parts = new ArrayList<>();
		if (node.isObject()) {
			node.propertyStream().forEach((entry) -> parts.add(entry.getKey() + ":" + canonical(entry.getValue())));
			Collections.sort(parts);
			return "{" + String.join(",", parts) + "}";
		}
		if (node.isArray()) {
			node.valueStream().forEach((part) -> parts.add(canonical(part)));
			Collections.sort(parts);
			return "[" + String.join(",", parts) + "]";
		}
		return node.toString();
	}

	/**
	 * Notes the class of each object that is written, and of what {@link ClassNotes}
	 * tells.
	 */
	private static final class Census extends JsonGeneratorDelegate {

		private final List<String> classes;

		private Census(JsonGenerator delegate, List<String> classes) {
			super(delegate, false);
			this.classes = classes;
		}

		private void note(@Nullable Object written) {
			this.classes.add(switch (written) {
				case null -> "nothing";
				case Map<?, ?> map -> "a map";
				case Collection<?> collection -> "a collection";
				default -> written.getClass().getTypeName();
			});
		}

		@Override
		public JsonGenerator writeStartObject(@Nullable Object forValue) {
			note(forValue);
			return super.writeStartObject(forValue);
		}

		@Override
		public JsonGenerator writeStartObject(@Nullable Object forValue, int size) {
			note(forValue);
			return super.writeStartObject(forValue, size);
		}

		@Override
		public JsonGenerator writeStartArray(@Nullable Object forValue) {
			note(forValue);
			return super.writeStartArray(forValue);
		}

		@Override
		public JsonGenerator writeStartArray(@Nullable Object forValue, int size) {
			note(forValue);
			return super.writeStartArray(forValue, size);
		}

	}

}
