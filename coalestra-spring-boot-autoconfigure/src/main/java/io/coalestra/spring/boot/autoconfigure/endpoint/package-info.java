/**
 * Auto-configuration of the {@code coalestra} endpoint.
 */
@NullMarked
package io.coalestra.spring.boot.autoconfigure.endpoint;

import org.jspecify.annotations.NullMarked;
