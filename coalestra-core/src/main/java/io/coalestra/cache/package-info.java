/**
 * The cache contract, revisions, the rule by which one revision replaces another, and the
 * local cache.
 */
@NullMarked
package io.coalestra.cache;

import org.jspecify.annotations.NullMarked;
