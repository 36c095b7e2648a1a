/**
 * Snapshots for reactive callers.
 */
@NullMarked
package io.coalestra.spring.boot.reactive;

import org.jspecify.annotations.NullMarked;
