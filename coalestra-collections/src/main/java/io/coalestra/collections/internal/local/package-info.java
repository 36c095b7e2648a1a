/**
 * Rows in the memory of this process, and the guard against fills that come too late.
 */
@NullMarked
package io.coalestra.collections.internal.local;

import org.jspecify.annotations.NullMarked;
