/**
 * Writes the cache: decides, versions and dates revisions, and judges what is read from
 * it.
 */
@NullMarked
package io.coalestra.internal.store;

import org.jspecify.annotations.NullMarked;
