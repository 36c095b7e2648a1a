/**
 * Rows in the shared tier.
 */
@NullMarked
package io.coalestra.collections.internal.shared;

import org.jspecify.annotations.NullMarked;
