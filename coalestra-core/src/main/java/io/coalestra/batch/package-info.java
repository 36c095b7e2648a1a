/**
 * Micro-batching: callers write single-item code, and their concurrent calls become one
 * bulk call. {@link io.coalestra.batch.Batcher} is where to begin.
 */
@NullMarked
package io.coalestra.batch;

import org.jspecify.annotations.NullMarked;
