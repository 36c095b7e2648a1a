/**
 * Judges what a build has read by the policies of its request. Reads no clock and changes
 * nothing.
 */
@NullMarked
package io.coalestra.internal.verdict;

import org.jspecify.annotations.NullMarked;
