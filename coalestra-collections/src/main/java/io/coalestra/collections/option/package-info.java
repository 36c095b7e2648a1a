/**
 * How a collection behaves: its tiers, its waits, its flush strategy.
 */
@NullMarked
package io.coalestra.collections.option;

import org.jspecify.annotations.NullMarked;
