/**
 * Auto-configuration of observations.
 */
@NullMarked
package io.coalestra.spring.boot.autoconfigure.observation;

import org.jspecify.annotations.NullMarked;
