/**
 * What keeps an application from starting: every fault with its place and its remedy,
 * collected and told at once.
 */
@NullMarked
package io.coalestra.spring.boot.autoconfigure.fault;

import org.jspecify.annotations.NullMarked;
