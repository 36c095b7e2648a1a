/**
 * A shared tier on NATS JetStream.
 */
module io.coalestra.nats {

	requires transitive io.coalestra.core;
	requires transitive io.nats.jnats;
	requires transitive org.jspecify;

	requires org.slf4j;

	exports io.coalestra.nats;

}
