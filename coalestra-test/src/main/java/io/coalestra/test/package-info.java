/**
 * Fake sources, a bench on which a builder runs step by step, and assertions for AssertJ.
 */
@NullMarked
package io.coalestra.test;

import org.jspecify.annotations.NullMarked;
