/**
 * Applications with more than one snapshot builder.
 */
@NullMarked
package io.coalestra.spring.boot.builder;

import org.jspecify.annotations.NullMarked;
