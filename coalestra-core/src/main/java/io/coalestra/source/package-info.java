/**
 * Where values come from: single, batch and derived sources, and what they answer.
 */
@NullMarked
package io.coalestra.source;

import org.jspecify.annotations.NullMarked;
