/**
 * Turns what JMH measured into the project's own record and the table of the docs.
 */
@NullMarked
package io.coalestra.benchmarks.report;

import org.jspecify.annotations.NullMarked;
