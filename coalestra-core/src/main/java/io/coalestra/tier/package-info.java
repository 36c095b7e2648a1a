/**
 * The shared tier: what an engine such as Redis or NATS must offer so that several nodes
 * share values, removals, notices and leases, the form in which values travel, and a tier
 * in memory.
 */
@NullMarked
package io.coalestra.tier;

import org.jspecify.annotations.NullMarked;
