/**
 * The shared tier on NATS JetStream key-value buckets, by jnats.
 */
@NullMarked
package io.coalestra.nats;

import org.jspecify.annotations.NullMarked;
