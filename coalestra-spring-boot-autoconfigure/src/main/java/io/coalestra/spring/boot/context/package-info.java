/**
 * Carries the context of the threads of builds to calls of sources.
 */
@NullMarked
package io.coalestra.spring.boot.context;

import org.jspecify.annotations.NullMarked;
