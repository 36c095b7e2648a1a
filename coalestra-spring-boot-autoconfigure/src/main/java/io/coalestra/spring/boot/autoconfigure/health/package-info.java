/**
 * Auto-configuration of the health contributor.
 */
@NullMarked
package io.coalestra.spring.boot.autoconfigure.health;

import org.jspecify.annotations.NullMarked;
