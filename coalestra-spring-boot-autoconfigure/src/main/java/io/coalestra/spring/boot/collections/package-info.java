/**
 * Collections in an application of Spring's: on its data source, and in its transactions.
 */
@NullMarked
package io.coalestra.spring.boot.collections;

import org.jspecify.annotations.NullMarked;
