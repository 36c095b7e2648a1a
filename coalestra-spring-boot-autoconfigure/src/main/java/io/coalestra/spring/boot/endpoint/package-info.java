/**
 * The Actuator endpoint {@code coalestra}.
 */
@NullMarked
package io.coalestra.spring.boot.endpoint;

import org.jspecify.annotations.NullMarked;
