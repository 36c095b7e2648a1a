/**
 * The order of writes within a process.
 */
@NullMarked
package io.coalestra.collections.internal.write;

import org.jspecify.annotations.NullMarked;
