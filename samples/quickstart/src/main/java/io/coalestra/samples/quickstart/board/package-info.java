/**
 * The board: one snapshot of everything, as JSON.
 */
@NullMarked
package io.coalestra.samples.quickstart.board;

import org.jspecify.annotations.NullMarked;
