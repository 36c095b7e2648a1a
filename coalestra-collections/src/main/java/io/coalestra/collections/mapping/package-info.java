/**
 * Records as rows and rows as records, by convention with annotations where it does not
 * hold; and rows as they are.
 */
@NullMarked
package io.coalestra.collections.mapping;

import org.jspecify.annotations.NullMarked;
