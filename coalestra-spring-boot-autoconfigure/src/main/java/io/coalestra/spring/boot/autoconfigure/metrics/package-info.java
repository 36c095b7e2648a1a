/**
 * Auto-configuration of meters.
 */
@NullMarked
package io.coalestra.spring.boot.autoconfigure.metrics;

import org.jspecify.annotations.NullMarked;
