/**
 * The state of a builder, without asking any source.
 */
@NullMarked
package io.coalestra.health;

import org.jspecify.annotations.NullMarked;
