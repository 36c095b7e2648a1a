/**
 * A shared tier on Redis or Valkey.
 */
module io.coalestra.redis {

	requires transitive io.coalestra.core;
	requires transitive lettuce.core;
	requires transitive org.jspecify;

	requires org.slf4j;

	exports io.coalestra.redis;

}
