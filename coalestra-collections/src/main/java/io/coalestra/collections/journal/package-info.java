/**
 * An append-only journal on disk: what was written and is not yet done with survives the
 * process.
 */
@NullMarked
package io.coalestra.collections.journal;

import org.jspecify.annotations.NullMarked;
