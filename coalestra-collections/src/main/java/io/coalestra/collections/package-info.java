/**
 * Collections: rows that are read from memory, a shared tier or a store, and written
 * through or behind. What an application uses is here: the collection, its registry and
 * its options.
 */
@NullMarked
package io.coalestra.collections;

import org.jspecify.annotations.NullMarked;
