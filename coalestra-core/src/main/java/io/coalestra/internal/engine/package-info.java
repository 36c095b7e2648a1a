/**
 * Puts the stages together: acquisition, builds, refreshes, publication, health.
 */
@NullMarked
package io.coalestra.internal.engine;

import org.jspecify.annotations.NullMarked;
