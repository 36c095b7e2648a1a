/**
 * Auto-configuration for reactive callers.
 */
@NullMarked
package io.coalestra.spring.boot.autoconfigure.reactive;

import org.jspecify.annotations.NullMarked;
