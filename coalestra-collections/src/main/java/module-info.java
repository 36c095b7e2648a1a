/**
 * Collections of rows that are read from memory, a shared tier or the database, and
 * written through or behind.
 */
module io.coalestra.collections {

	requires transitive io.coalestra.core;
	requires transitive java.sql;
	requires transitive org.jspecify;

	requires com.github.benmanes.caffeine;
	requires org.slf4j;

	// JacksonJsonCodec alone needs it.
	requires static tools.jackson.databind;
	// The package jdbc alone needs it.
	requires static org.postgresql.jdbc;
	// Annotations of the driver's classes.
	requires static org.checkerframework.checker.qual;

	exports io.coalestra.collections.access;
	exports io.coalestra.collections.bridge;
	exports io.coalestra.collections.coherence;
	exports io.coalestra.collections.flush;
	exports io.coalestra.collections.jdbc;
	exports io.coalestra.collections.journal;
	exports io.coalestra.collections.mapping;
	exports io.coalestra.collections.option;
	exports io.coalestra.collections.page;
	exports io.coalestra.collections.row;
	exports io.coalestra.collections.store;
	exports io.coalestra.collections.transaction;
	exports io.coalestra.collections;

}
