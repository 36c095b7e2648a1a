package io.coalestra.collections.mapping;

import java.lang.reflect.Type;

import io.coalestra.collections.row.Json;

/**
 * Turns objects into JSON documents and back, for components that are kept as such.
 * Implementations are safe for concurrent use.
 */
public interface JsonCodec {

	/**
	 * Writes an object.
	 * @param value the object
	 * @return the document
	 * @throws IllegalArgumentException if the object has no JSON form
	 */
	Json write(Object value);

	/**
	 * Reads an object.
	 * @param json the document
	 * @param type the type, generic or not
	 * @return the object
	 * @throws IllegalArgumentException if the document is not one of the type
	 */
	Object read(Json json, Type type);

}
