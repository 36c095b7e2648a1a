/**
 * Connection details of services that Docker Compose runs.
 */
@NullMarked
package io.coalestra.spring.boot.compose;

import org.jspecify.annotations.NullMarked;
