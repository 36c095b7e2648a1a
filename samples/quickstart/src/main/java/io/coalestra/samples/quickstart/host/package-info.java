/**
 * What there is to know of a host: the resources, and what is derived from them.
 */
@NullMarked
package io.coalestra.samples.quickstart.host;

import org.jspecify.annotations.NullMarked;
