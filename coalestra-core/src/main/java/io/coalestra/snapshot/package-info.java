/**
 * What callers use: requests, snapshots, values with their provenance, and the builder.
 */
@NullMarked
package io.coalestra.snapshot;

import org.jspecify.annotations.NullMarked;
