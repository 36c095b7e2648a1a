/**
 * The state of a snapshot builder as a health contributor.
 */
@NullMarked
package io.coalestra.spring.boot.health;

import org.jspecify.annotations.NullMarked;
