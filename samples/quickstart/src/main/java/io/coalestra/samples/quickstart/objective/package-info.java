/**
 * Service objectives, from a database table, and whether they are met.
 */
@NullMarked
package io.coalestra.samples.quickstart.objective;

import org.jspecify.annotations.NullMarked;
