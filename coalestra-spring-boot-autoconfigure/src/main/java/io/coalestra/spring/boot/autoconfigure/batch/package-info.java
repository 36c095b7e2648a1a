/**
 * Auto-configuration of batchers and of methods whose single calls become bulk calls.
 */
@NullMarked
package io.coalestra.spring.boot.autoconfigure.batch;

import org.jspecify.annotations.NullMarked;
