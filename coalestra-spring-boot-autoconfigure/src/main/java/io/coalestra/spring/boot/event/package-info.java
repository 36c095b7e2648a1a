/**
 * Sinks that bring the engine's events to the log and to Spring's listeners.
 */
@NullMarked
package io.coalestra.spring.boot.event;

import org.jspecify.annotations.NullMarked;
