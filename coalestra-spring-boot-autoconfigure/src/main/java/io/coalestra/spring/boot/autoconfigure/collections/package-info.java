/**
 * Auto-configuration of collections of rows on the application's data source.
 */
@NullMarked
package io.coalestra.spring.boot.autoconfigure.collections;

import org.jspecify.annotations.NullMarked;
