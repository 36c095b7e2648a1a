/**
 * A small shop: products that are read from memory and written at once, and page views
 * that are counted in memory and written every now and then.
 */
@NullMarked
package io.coalestra.samples.collections;

import org.jspecify.annotations.NullMarked;
