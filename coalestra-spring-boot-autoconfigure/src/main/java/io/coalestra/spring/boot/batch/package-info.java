/**
 * Micro-batching by annotation: single-item methods whose concurrent calls become bulk
 * calls.
 */
@NullMarked
package io.coalestra.spring.boot.batch;

import org.jspecify.annotations.NullMarked;
