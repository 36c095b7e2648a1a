/**
 * Auto-configuration of the snapshot builder: discovery of sources, properties, life
 * cycle, and what is said when something is misconfigured.
 */
@NullMarked
package io.coalestra.spring.boot.autoconfigure;

import org.jspecify.annotations.NullMarked;
