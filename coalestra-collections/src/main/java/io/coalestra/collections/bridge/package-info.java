/**
 * Collections as sources of snapshots.
 */
@NullMarked
package io.coalestra.collections.bridge;

import org.jspecify.annotations.NullMarked;
