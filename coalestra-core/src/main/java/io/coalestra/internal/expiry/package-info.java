/**
 * Limits of time that many things have in common.
 */
@NullMarked
package io.coalestra.internal.expiry;

import org.jspecify.annotations.NullMarked;
