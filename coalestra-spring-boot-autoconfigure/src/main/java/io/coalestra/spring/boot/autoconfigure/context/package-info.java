/**
 * Auto-configuration of what carries context to calls of sources.
 */
@NullMarked
package io.coalestra.spring.boot.autoconfigure.context;

import org.jspecify.annotations.NullMarked;
