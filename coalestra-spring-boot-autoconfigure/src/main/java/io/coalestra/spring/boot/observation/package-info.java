/**
 * Observations: builds, calls of sources, refreshes and publications, bulk calls; and
 * spans that link to all who caused them.
 */
@NullMarked
package io.coalestra.spring.boot.observation;

import org.jspecify.annotations.NullMarked;
