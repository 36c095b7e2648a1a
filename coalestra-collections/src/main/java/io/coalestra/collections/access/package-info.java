/**
 * Reading and writing rows: collections, versioned rows, drafts, and what can go wrong.
 */
@NullMarked
package io.coalestra.collections.access;

import org.jspecify.annotations.NullMarked;
