/**
 * Methods of beans that are sources, by annotation.
 */
@NullMarked
package io.coalestra.spring.boot.source;

import org.jspecify.annotations.NullMarked;
