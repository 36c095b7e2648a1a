/**
 * What the starter costs a bare web application at its start.
 */
@NullMarked
package io.coalestra.benchmarks.startup;

import org.jspecify.annotations.NullMarked;
