/**
 * What collections need to know of the transactions of their surroundings.
 */
@NullMarked
package io.coalestra.collections.transaction;

import org.jspecify.annotations.NullMarked;
