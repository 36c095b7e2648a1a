/**
 * Publication: captures updates, writes them through the store, and keeps what was
 * submitted.
 */
@NullMarked
package io.coalestra.internal.publish;

import org.jspecify.annotations.NullMarked;
