/**
 * Auto-configuration of Spring's cache abstraction on a snapshot builder.
 */
@NullMarked
package io.coalestra.spring.boot.autoconfigure.caching;

import org.jspecify.annotations.NullMarked;
