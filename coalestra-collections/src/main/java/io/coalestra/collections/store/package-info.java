/**
 * What a store of rows must do, free of SQL, and a store in memory.
 */
@NullMarked
package io.coalestra.collections.store;

import org.jspecify.annotations.NullMarked;
