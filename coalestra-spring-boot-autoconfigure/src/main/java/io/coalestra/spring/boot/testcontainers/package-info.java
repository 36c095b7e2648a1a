/**
 * Connection details of containers that tests start.
 */
@NullMarked
package io.coalestra.spring.boot.testcontainers;

import org.jspecify.annotations.NullMarked;
