/**
 * What metrics and health cost builds, and how fast Actuator answers.
 */
@NullMarked
package io.coalestra.benchmarks.actuator;

import org.jspecify.annotations.NullMarked;
