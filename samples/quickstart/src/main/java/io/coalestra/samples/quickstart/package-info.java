/**
 * A live board of the host that it runs on: the application itself.
 */
@NullMarked
package io.coalestra.samples.quickstart;

import org.jspecify.annotations.NullMarked;
