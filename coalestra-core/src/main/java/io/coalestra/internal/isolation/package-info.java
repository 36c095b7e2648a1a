/**
 * Payload isolation: what is proven immutable is shared, everything else is copied.
 */
@NullMarked
package io.coalestra.internal.isolation;

import org.jspecify.annotations.NullMarked;
