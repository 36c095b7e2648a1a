/**
 * Failures as data, and the exceptions that carry them across the boundary.
 */
@NullMarked
package io.coalestra.failure;

import org.jspecify.annotations.NullMarked;
