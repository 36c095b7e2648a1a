/**
 * The slice of a Spring Boot application that has sources and the builder, and nothing
 * else.
 */
@NullMarked
package io.coalestra.test.boot;

import org.jspecify.annotations.NullMarked;
