/**
 * How nodes learn what others have written.
 */
@NullMarked
package io.coalestra.collections.coherence;

import org.jspecify.annotations.NullMarked;
