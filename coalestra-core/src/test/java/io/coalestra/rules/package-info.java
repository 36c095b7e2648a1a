/**
 * The rules of acquisition, one class a section of the specification.
 */
@NullMarked
package io.coalestra.rules;

import org.jspecify.annotations.NullMarked;
