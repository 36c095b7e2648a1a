/**
 * What stands for the store where a collection has none.
 */
@NullMarked
package io.coalestra.collections.internal.truth;

import org.jspecify.annotations.NullMarked;
