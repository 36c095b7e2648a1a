/**
 * Observations: bulk calls, linked to their callers.
 */
@NullMarked
package io.coalestra.spring.boot.observation;

import org.jspecify.annotations.NullMarked;
