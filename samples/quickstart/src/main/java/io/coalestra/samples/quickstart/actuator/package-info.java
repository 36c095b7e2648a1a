/**
 * The application's own meters, read from its Actuator over HTTP.
 */
@NullMarked
package io.coalestra.samples.quickstart.actuator;

import org.jspecify.annotations.NullMarked;
