/**
 * Pages of rows in an order, with cursors that say where the next one begins and cannot
 * be forged.
 */
@NullMarked
package io.coalestra.collections.page;

import org.jspecify.annotations.NullMarked;
