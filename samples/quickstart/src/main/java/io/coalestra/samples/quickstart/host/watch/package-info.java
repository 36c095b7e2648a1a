/**
 * Figures that arrive by themselves instead of being asked for.
 */
@NullMarked
package io.coalestra.samples.quickstart.host.watch;

import org.jspecify.annotations.NullMarked;
