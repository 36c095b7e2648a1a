/**
 * Names of resources: types, keys, ordered sets of keys, and the rules by which their
 * text is normalised and rendered.
 */
@NullMarked
package io.coalestra.key;

import org.jspecify.annotations.NullMarked;
