/**
 * Reads in progress that others may join, one a key, and who waits for whom.
 */
@NullMarked
package io.coalestra.internal.flight;

import org.jspecify.annotations.NullMarked;
