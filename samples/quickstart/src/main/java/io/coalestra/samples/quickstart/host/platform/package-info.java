/**
 * The second source of host figures: what the Java platform itself knows.
 */
@NullMarked
package io.coalestra.samples.quickstart.host.platform;

import org.jspecify.annotations.NullMarked;
