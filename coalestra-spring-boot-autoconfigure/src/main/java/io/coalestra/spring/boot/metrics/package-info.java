/**
 * The engine's metrics and the state of a snapshot builder as Micrometer meters.
 */
@NullMarked
package io.coalestra.spring.boot.metrics;

import org.jspecify.annotations.NullMarked;
