/**
 * Auto-configuration of the tier that nodes share.
 */
@NullMarked
package io.coalestra.spring.boot.autoconfigure.tier;

import org.jspecify.annotations.NullMarked;
