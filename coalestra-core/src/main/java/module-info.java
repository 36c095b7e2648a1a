/**
 * The engine of Coalestra: one consistent, immutable picture of data that lives in many
 * places.
 */
module io.coalestra.core {

	requires transitive org.jspecify;

	requires com.github.benmanes.caffeine;
	requires io.github.resilience4j.circuitbreaker;
	requires io.github.resilience4j.core;
	requires org.slf4j;

	// The package json and JsonTierCodec alone need it.
	requires static tools.jackson.databind;

	exports io.coalestra;
	exports io.coalestra.batch;
	exports io.coalestra.cache;
	exports io.coalestra.failure;
	exports io.coalestra.health;
	exports io.coalestra.json;
	exports io.coalestra.key;
	exports io.coalestra.lease;
	exports io.coalestra.policy;
	exports io.coalestra.publish;
	exports io.coalestra.signal;
	exports io.coalestra.snapshot;
	exports io.coalestra.source;
	exports io.coalestra.tier;
	exports io.coalestra.tier.coherence;
	exports io.coalestra.time;

}
