/**
 * Faults that can be switched on, to see what the board does then.
 */
@NullMarked
package io.coalestra.samples.quickstart.fault;

import org.jspecify.annotations.NullMarked;
