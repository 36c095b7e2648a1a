/**
 * The way in: {@link io.coalestra.Coalestra} configures and makes a
 * {@link io.coalestra.snapshot.SnapshotBuilder}.
 */
@NullMarked
package io.coalestra;

import org.jspecify.annotations.NullMarked;
