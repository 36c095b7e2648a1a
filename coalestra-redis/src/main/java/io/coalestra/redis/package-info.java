/**
 * The shared tier on Redis or Valkey, by Lettuce.
 */
@NullMarked
package io.coalestra.redis;

import org.jspecify.annotations.NullMarked;
